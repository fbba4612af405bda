import { PLOTLY_MIME } from '../../figures/index';
import type { Cell, MimeBundle, Notebook } from '../notebook-file';

/** The figure that stands for a notebook in the index, and the sentence that it proves. */
export interface Cover {
  bundle: MimeBundle;
  alt: string;
  /** Markdown; '' where the notebook says nothing of it. */
  claim: string;
}

const isCover = ({ metadata }: Cell): boolean => metadata.tags?.includes('cover') ?? false;

const SEEN = '**What we see.** ';

/**
 * The first figure or picture of the cell tagged `cover` (of the first cell that has one where none is tagged), and the
 * first "What we see" from there on.
 *
 * @returns null where the notebook shows no figure
 */
export function findCover(notebook: Notebook): Cover | null {
  const tagged = notebook.cells.findIndex(isCover);
  const outputs = notebook.cells
    .slice(Math.max(0, tagged))
    .flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []))
    .flatMap((output) => ('data' in output ? [{ data: output.data, metadata: output.metadata }] : []));
  const shown = outputs.find(({ data }) => PLOTLY_MIME in data || 'image/jpeg' in data);
  if (!shown) return null;
  const claim = outputs
    .map(({ data }) => String(data['text/markdown'] ?? ''))
    .find((text) => text.startsWith(SEEN));
  const alt = typeof shown.metadata?.alt === 'string' ? shown.metadata.alt : '';
  return { bundle: shown.data, alt, claim: claim?.slice(SEEN.length) ?? '' };
}
