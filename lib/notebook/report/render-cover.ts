import { escapeHtml, PLOTLY_MIME } from '../../figures/index';
import type { Notebook } from '../notebook-file';
import { findCover } from './find-cover';
import { renderMarkdown } from './markdown';

import type { FigureRenderer, PlotlyFigure } from './static-figure';

/**
 * A notebook's figure for the index as HTML that needs no script, with the sentence that it proves; '' where the notebook
 * shows none.
 */
export async function renderCover(notebook: Notebook, renderer: () => FigureRenderer): Promise<string> {
  const cover = findCover(notebook);
  if (!cover) return '';
  const { bundle, alt, claim } = cover;
  const source =
    PLOTLY_MIME in bundle
      ? `data:image/svg+xml;base64,${Buffer.from(await renderer().render(bundle[PLOTLY_MIME] as PlotlyFigure)).toString('base64')}`
      : `data:image/jpeg;base64,${String(bundle['image/jpeg']).replace(/\s/g, '')}`;
  const said = claim ? `<figcaption class="markdown">${renderMarkdown(claim)}</figcaption>` : '';
  return `<figure class="cover"><img src="${source}" alt="${escapeHtml(alt)}">${said}</figure>`;
}
