import { escapeHtml, formatAnswer, PLOTLY_MIME, type Summary } from '../../figures/index';
import type { Cell, Notebook, Output } from '../notebook-file';
import { renderMarkdown } from '../report/markdown';
import { type AssetName, renderPage } from '../report/page';
import { renderPicture, svgImage } from '../report/render-outputs';
import { sanitize } from '../report/sanitize';
import type { FigureRenderer, PlotlyFigure } from '../report/static-figure';

/** A notebook of the deck, executed. */
export interface DeckPart {
  name: string;
  title: string;
  notebook: Notebook;
  summary: Summary | null;
}

/**
 * The presentation's sections in its order. Each notebook names its section in its metadata (`dogbreeds.section`);
 * sections that the presentation did not have come before the conclusion.
 */
const SECTIONS: { title: string; original: string }[] = [
  { title: 'Problem and context', original: 'Problématique et contexte du projet' },
  { title: 'Exploration of the data', original: 'Analyse exploratoire des données' },
  { title: 'Preprocessing of the pictures', original: 'Pré-processing des images' },
  { title: 'Classification with a CNN from scratch', original: 'Classification avec CNN from scratch' },
  { title: 'Transfer learning and chosen model', original: 'Transfert learning et modèle élu' },
];
const CONCLUSION = { title: 'Conclusion', original: 'Conclusion' };

const sectionOf = ({ notebook, title }: DeckPart): string => notebook.metadata.dogbreeds?.section ?? title;

/** The sections of a deck: the presentation's, those that its notebooks add, the conclusion. */
function sectionsOf(parts: readonly DeckPart[]): { title: string; original: string }[] {
  const known = new Set(SECTIONS.map(({ title }) => title));
  const added = [...new Set(parts.map(sectionOf))].filter((title) => !known.has(title));
  return [...SECTIONS, ...added.map((title) => ({ title, original: '' })), CONCLUSION];
}

const PROBLEM = `- A shelter for animals wants its photos of dogs indexed by breed, by machine.
- Data: Stanford Dogs, 120 breeds, 20,580 photos; many breeds, few photos of each.
- Two ways: a convolutional network trained from scratch, and transfer learning from networks that know ImageNet.
- Stanford Dogs photos are ImageNet photos: a network pretrained on ImageNet has seen them, and every accuracy with such a network is to be read with that in mind.`;

const ROWS_ON_A_SLIDE = 8;
const PARTS_ON_A_SLIDE = 2;

/** A table with its first rows, and how many there are. */
function shortenTables(html: string): string {
  return html.replace(/<tbody>([\s\S]*?)<\/tbody>/g, (whole, body: string) => {
    const rows = body.match(/<tr[\s\S]*?<\/tr>/g) ?? [];
    if (rows.length <= ROWS_ON_A_SLIDE) return whole;
    const columns = (rows[0]?.match(/<t[dh][\s>]/g) ?? []).length;
    const more = `<tr><td colspan="${columns}" class="more">and ${rows.length - ROWS_ON_A_SLIDE} more rows, in the report</td></tr>`;
    return `<tbody>${rows.slice(0, ROWS_ON_A_SLIDE).join('')}${more}</tbody>`;
  });
}

/** What of an output belongs on a slide: figures, pictures, tables, Markdown; no printed text. */
async function renderSlideOutput(output: Output, renderer: () => FigureRenderer): Promise<string> {
  if (output.output_type !== 'display_data') return '';
  const { data, metadata } = output;
  const alt = typeof metadata?.alt === 'string' ? metadata.alt : '';
  if (PLOTLY_MIME in data) {
    const svg = await renderer().render(data[PLOTLY_MIME] as PlotlyFigure);
    return `<figure class="part">${await svgImage(svg, alt)}</figure>`;
  }
  if ('text/markdown' in data)
    return `<div class="part text">${renderMarkdown(String(data['text/markdown']))}</div>`;
  for (const type of ['image/png', 'image/jpeg', 'image/webp'])
    if (type in data) return `<div class="part">${await renderPicture(type, String(data[type]), alt)}</div>`;
  const isOther = Object.keys(data).some((type) => type.startsWith('application/'));
  if (!isOther && 'text/html' in data) {
    const html = shortenTables(sanitize(String(data['text/html']))).trim();
    return html ? `<div class="part">${html}</div>` : '';
  }
  return '';
}

/** Cells of one slide: a cell whose slide type is `slide` or `subslide`, and what follows up to the next. */
function groupCells(notebook: Notebook): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of notebook.cells) {
    const type = cell.metadata.slideshow?.slide_type;
    if (type === 'skip' || type === 'notes') continue;
    if (type === 'slide' || type === 'subslide') groups.push([]);
    groups.at(-1)?.push(cell);
  }
  return groups;
}

/** Slides of a group: its first text, then two outputs a slide, each below the same heading, the last text last. */
async function renderGroup(
  cells: Cell[],
  renderer: () => FigureRenderer,
  reportHref: string,
): Promise<string[]> {
  const first = cells.find((cell) => cell.cell_type === 'markdown');
  const heading = /^#{1,3}\s+(.+)$/m.exec(first?.source ?? '')?.[1] ?? '';
  const opening = renderMarkdown((first?.source ?? '').replace(/^#{1,3}\s+.+$/m, ''));
  const closing = cells
    .filter((cell) => cell.cell_type === 'markdown' && cell !== first)
    .map(({ source }) => renderMarkdown(source));
  const parts: string[] = [];
  for (const cell of cells)
    if (cell.cell_type === 'code')
      for (const output of cell.outputs) parts.push(await renderSlideOutput(output, renderer));
  const shown = parts.filter(Boolean);
  const title = `<h2>${renderMarkdown(heading).replace(/^<p>|<\/p>\s*$/g, '')}</h2>`;
  const slides: string[] = [];
  for (let index = 0; index < Math.max(1, shown.length); index += PARTS_ON_A_SLIDE) {
    const pair = shown.slice(index, index + PARTS_ON_A_SLIDE);
    const isLast = index + PARTS_ON_A_SLIDE >= shown.length;
    const before = index === 0 ? `<div class="why">${opening}</div>` : '';
    const after = isLast && closing.length > 0 ? `<div class="see">${closing.join('')}</div>` : '';
    const grid = pair.length > 0 ? `<div class="parts parts-${pair.length}">${pair.join('')}</div>` : '';
    slides.push(
      `<section><div class="slide">${title}${before}${grid}${after}<p class="source"><a href="${reportHref}">report</a></p></div></section>`,
    );
  }
  return slides;
}

function renderAnswers(summary: Summary | null): string {
  const items = (summary?.answers ?? []).map((answer) => {
    const { value, interval } = formatAnswer(answer);
    return `<li><strong>${escapeHtml(value)}</strong> ${escapeHtml(answer.label)}${interval ? `<small>95 % interval: ${escapeHtml(interval)}</small>` : ''}</li>`;
  });
  return items.length > 0 ? `<ul class="answers">${items.join('')}</ul>` : '';
}

/** The slide that opens a notebook: its question and its answers. */
function renderOpener({ name, title, summary }: DeckPart): string {
  const question = summary ? `<p class="question">${escapeHtml(summary.question)}</p>` : '';
  const data = summary ? `<p class="data">Data: ${escapeHtml(summary.dataset.name)}</p>` : '';
  return `<section><div class="slide"><h2>${escapeHtml(title)}</h2>${question}${renderAnswers(summary)}${data}<p class="source"><a href="${name}.html">report</a></p></div></section>`;
}

function renderConclusion(parts: DeckPart[]): string[] {
  const told = parts.filter(({ summary }) => summary);
  const rows = told.flatMap(({ name, summary }) => {
    const [answer] = summary?.answers ?? [];
    if (!summary || !answer) return [];
    const { value, interval } = formatAnswer(answer);
    return `<tr><td><a href="${name}.html">${escapeHtml(summary.question)}</a></td><td><strong>${escapeHtml(value)}</strong> ${escapeHtml(answer.label)}${interval ? ` <small>(${escapeHtml(interval)})</small>` : ''}</td></tr>`;
  });
  const next = told
    .flatMap(({ summary }) => (summary?.next ?? []).slice(0, 2))
    .map((sentence) => `<li>${escapeHtml(sentence)}</li>`);
  const table = `<table><thead><tr><th scope="col">Question</th><th scope="col">Answer</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return [
    `<section><div class="slide"><h2>What was found</h2>${rows.length > 0 ? table : ''}</div></section>`,
    `<section><div class="slide"><h2>What to try next</h2><ul>${next.join('')}</ul></div></section>`,
  ];
}

/**
 * The notebooks as slides (reveal.js), in the presentation's sections: its title and agenda, then per section
 * the notebooks' questions and answers and every cell that starts a slide (`slideshow.slide_type`, as
 * `jupyter nbconvert --to slides` reads it) with the figures and tables that follow it.
 *
 * @example await renderDeck(parts, () => renderer)
 */
export async function renderDeck(
  parts: DeckPart[],
  renderer: () => FigureRenderer,
  options: { standalone?: boolean } = {},
): Promise<string> {
  const sections = sectionsOf(parts);
  const agenda = sections.map(({ title, original }) => {
    const own = original ? ` <small lang="fr">${escapeHtml(original)}</small>` : '';
    return `<li>${escapeHtml(title)}${own}</li>`;
  });
  const stacks: string[] = [
    `<section><div class="slide title"><h1>Dogs' breeds from photos, by deep learning</h1><p>From raw photos to a served classifier, in ${parts.length} notebooks</p><ol class="agenda">${agenda.join('')}</ol></div></section>`,
  ];
  for (const section of sections) {
    const { title } = section;
    const slides = [
      `<section data-state="section"><div class="slide title"><h1>${escapeHtml(title)}</h1></div></section>`,
    ];
    if (section === SECTIONS[0])
      slides.push(`<section><div class="slide"><h2>The task</h2>${renderMarkdown(PROBLEM)}</div></section>`);
    if (section === CONCLUSION) slides.push(...renderConclusion(parts));
    for (const part of parts.filter((each) => sectionOf(each) === title)) {
      slides.push(renderOpener(part));
      // The first group is the notebook's own title page, which the opener stands for.
      for (const group of groupCells(part.notebook).slice(1))
        slides.push(...(await renderGroup(group, renderer, `${part.name}.html`)));
    }
    stacks.push(`<section>${slides.join('\n')}</section>`);
  }
  const assets: AssetName[] = ['reveal.css', 'deck.css', 'reveal.js', 'deck.js'];
  const body = `<main id="content" class="flow"><div class="slides">\n${stacks.join('\n')}\n</div></main>`;
  const description = 'The dog breed notebooks as slides';
  return renderPage({
    title: 'Dog breeds: slides',
    description,
    body,
    assets,
    standalone: options.standalone,
  });
}
