import { escapeHtml, formatAnswer, type Summary } from '../../figures/index';
import type { Cell, Notebook } from '../notebook-file';
import type { ParameterValue } from '../run/parameters';
import { type Heading, highlight, renderMarkdown } from './markdown';
import { type AssetName, renderPage } from './page';
import { type OutputContext, renderOutputs } from './render-outputs';
import { createFigureRenderer, type FigureRenderer } from './static-figure';

/** What is known of the run beside the notebook itself. */
export interface ReportRun {
  /** Name of the notebook's file without `.ipynb`. */
  name: string;
  /** When the run began, ISO 8601. */
  startedAt: string;
  seconds: number;
  /** `git rev-parse --short HEAD`, with `+` where files had changed; '' outside of git. */
  revision: string;
  parameters: Record<string, ParameterValue>;
  /** Why it stopped, where it did. */
  failure: { ename: string; evalue: string; cell: number } | null;
}

/** A page of the set, for links between them. */
export interface ReportLink {
  href: string;
  title: string;
}

/** What {@link renderReport} gives. */
export interface Report {
  html: string;
  title: string;
  summary: Summary | null;
}

/** `93.4` as `1 min 33 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${Math.round(seconds) - minutes * 60} s`;
}

/** The title that the notebook's metadata names, else the text of its first heading, else the file's name. */
export function notebookTitle(notebook: Notebook, name: string): string {
  const own = notebook.metadata.dogbreeds?.title;
  if (own) return own;
  for (const cell of notebook.cells) {
    const heading = cell.cell_type === 'markdown' ? /^#\s+(.+)$/m.exec(cell.source)?.[1] : undefined;
    if (heading) return heading.replace(/[*_`]/g, '').trim();
  }
  return name;
}

const fact = (name: string, value: string): string => `<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** The card at the top: question, answers, and what they stand on. */
function renderCard(summary: Summary | null, run: ReportRun, notebook: Notebook): string {
  const facts: string[] = [];
  if (summary) {
    const { name, fingerprint, counts } = summary.dataset;
    const numbers = Object.entries(counts).map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
    const text = [name, ...numbers].map(escapeHtml).join(', ');
    facts.push(fact('Data', `${text} <code title="fingerprint">${escapeHtml(fingerprint)}</code>`));
    facts.push(fact('Engine', escapeHtml(summary.engine)), fact('Seed', escapeHtml(summary.seed)));
  }
  const given = Object.entries(run.parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  if (given.length > 0) facts.push(fact('Parameters', `<code>${escapeHtml(given.join(', '))}</code>`));
  facts.push(
    fact(
      'Run',
      `<time datetime="${run.startedAt}">${run.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>`,
    ),
    fact('Revision', run.revision ? `<code>${escapeHtml(run.revision)}</code>` : 'not in git'),
    fact('Took', formatSeconds(run.seconds)),
  );
  const answers = (summary?.answers ?? []).map((answer) => {
    const { value, interval } = formatAnswer(answer);
    const range = interval ? `<span class="interval">95 % interval: ${escapeHtml(interval)}</span>` : '';
    return `<li><span class="value">${escapeHtml(value)}</span><span class="label">${escapeHtml(answer.label)}</span>${range}</li>`;
  });
  const count = notebook.cells.length;
  const failed = run.failure
    ? `<p class="failed" role="alert"><strong>This run failed${run.failure.cell >= 0 ? ` in <a href="#cell-${run.failure.cell + 1}">cell ${run.failure.cell + 1}</a> of ${count}` : ''}.</strong> ${escapeHtml(run.failure.ename)}: ${escapeHtml(run.failure.evalue.split('\n')[0])}</p>`
    : '';
  return `<section class="card" aria-label="In short">
${failed}
${summary ? `<p class="question">${escapeHtml(summary.question)}</p>` : ''}
${answers.length > 0 ? `<ul class="answers">${answers.join('')}</ul>` : ''}
<dl class="facts">${facts.join('')}</dl>
</section>`;
}

/** One cell as HTML; '' for cells that show nothing. */
async function renderCell(
  cell: Cell,
  index: number,
  headings: Heading[],
  context: OutputContext,
): Promise<string> {
  const id = `cell-${index + 1}`;
  if (cell.metadata.tags?.includes('hide-report')) return '';
  if (cell.cell_type === 'markdown')
    return `<section class="cell markdown" id="${id}">${renderMarkdown(cell.source, headings)}</section>`;
  if (cell.cell_type !== 'code' || cell.source.trim() === '') return '';
  const outputs = await renderOutputs(cell.outputs, context);
  const status = cell.metadata.dogbreeds?.status;
  const mark = status === 'error' ? ' failed-cell' : status === 'not run' ? ' not-run' : '';
  const note = status === 'error' ? ', failed' : status === 'not run' ? ', not run' : '';
  const injected = cell.metadata.tags?.includes('injected-parameters') ? ' (parameters of this run)' : '';
  const open = status === 'error' || injected ? ' open' : '';
  return `<section class="cell code${mark}" id="${id}">
<details class="source"${open}><summary>Code <span class="count">In[${cell.execution_count ?? ' '}]${note}${injected}</span></summary><pre tabindex="0"><code class="hljs">${highlight(cell.source)}</code></pre></details>
${outputs ? `<div class="outputs">${outputs}</div>` : ''}
</section>`;
}

/** Links to the sections; the first heading is the page's title and not among them. */
function renderContents(headings: Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, text, id }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="Contents"><details open><summary>Contents</summary><ol>${items.join('')}</ol></details></nav>`;
}

/**
 * An executed notebook as one HTML page for people who run nothing: what it asked and found, then text, figures
 * and tables in order, code folded. The same notebook gives the same page, but for date, revision and time.
 *
 * @param options.links all pages of the set, for the navigation
 * @param options.renderer draws the static pictures; made for this call and closed when absent
 * @example const { html } = await renderReport(readNotebook('data/runs/default/01-eda.ipynb'), run)
 */
export async function renderReport(
  notebook: Notebook,
  run: ReportRun,
  options: { links?: ReportLink[]; deck?: boolean; standalone?: boolean; renderer?: FigureRenderer } = {},
): Promise<Report> {
  let own: FigureRenderer | null = null;
  const context: OutputContext = {
    renderer: () => {
      own ??= options.renderer ?? createFigureRenderer();
      return own;
    },
    figures: 0,
    summary: null,
  };
  const headings: Heading[] = [];
  const cells: string[] = [];
  try {
    for (const [index, cell] of notebook.cells.entries())
      cells.push(await renderCell(cell, index, headings, context));
  } finally {
    if (own !== options.renderer) (own as FigureRenderer | null)?.close();
  }
  const { summary } = context;
  const title = notebookTitle(notebook, run.name);
  const links = options.links ?? [];
  const here = links.findIndex(({ href }) => href === `${run.name}.html`);
  const before = links[here - 1];
  const after = here >= 0 ? links[here + 1] : undefined;
  const next = (summary?.next ?? []).map((sentence) => `<li>${renderMarkdown(sentence)}</li>`);
  const content = cells.filter(Boolean);
  // The title stands above the card, the rest of the first cell below it.
  const first = content[0]?.match(/<h1[^>]*>[\s\S]*?<\/h1>/)?.[0] ?? `<h1>${escapeHtml(title)}</h1>`;
  if (content[0]) content[0] = content[0].replace(first, '');
  // The card asks the question already.
  if (content[0] && summary)
    content[0] = content[0].replace(/<p><strong>Question\.<\/strong>[\s\S]*?<\/p>/, '');
  const body = `<header class="bar">
<nav aria-label="Reports"><a href="index.html">All reports</a>${options.deck ? '<a href="deck.html">Slides</a>' : ''}</nav>
<div class="switches"><button type="button" id="code-switch" aria-pressed="false" hidden>Show code</button><button type="button" id="theme-switch" hidden>Dark</button></div>
</header>
<div class="layout">
${renderContents(headings)}
<main id="content">
${first}
${renderCard(summary, run, notebook)}
${content.filter(Boolean).join('\n')}
${next.length > 0 ? `<section class="next" aria-labelledby="what-next"><h2 id="what-next">What to try next</h2><ul>${next.join('')}</ul></section>` : ''}
<nav class="around" aria-label="Neighbouring reports">${before ? `<a rel="prev" href="${before.href}">&larr; ${escapeHtml(before.title)}</a>` : '<span></span>'}${after ? `<a rel="next" href="${after.href}">${escapeHtml(after.title)} &rarr;</a>` : ''}</nav>
</main>
</div>`;
  const description = summary?.question ?? title;
  const assets: AssetName[] = [
    'report.css',
    ...(context.figures > 0 ? (['plotly.min.js'] as const) : []),
    'report.js',
  ];
  return {
    html: renderPage({
      title,
      description,
      body,
      assets,
      standalone: options.standalone,
    }),
    title,
    summary,
  };
}
