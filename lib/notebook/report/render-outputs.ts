import { stripVTControlCharacters } from 'node:util';
import sharp from 'sharp';
import { escapeHtml, PLOTLY_MIME, PROGRESS_MIME, SUMMARY_MIME, type Summary } from '../../figures/index';
import type { MimeBundle, Output } from '../notebook-file';
import { highlight, renderMarkdown } from './markdown';
import { sanitize } from './sanitize';
import type { FigureRenderer, PlotlyFigure } from './static-figure';

/** What rendering a notebook's outputs needs and gathers. */
export interface OutputContext {
  renderer: () => FigureRenderer;
  /** Figures so far; numbers them. */
  figures: number;
  summary: Summary | null;
}

const LONG_TEXT_LINES = 60;
const LARGE_PICTURE_BYTES = 40_000;
const LARGE_SVG_BYTES = 250_000;

/** Text as a terminal would show it in the end: what a carriage return went back over is gone. */
export const settle = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line) => line.split('\r').filter(Boolean).at(-1) ?? '')
    .join('\n');

/** Preformatted text; long ones are folded. */
function renderText(text: string, kind: string): string {
  const settled = settle(text).replace(/\n+$/, '');
  const lines = settled.split('\n');
  const label = kind === 'stderr' ? ' aria-label="warnings and messages"' : '';
  const body = `<pre class="text ${kind}" tabindex="0"${label}>${escapeHtml(settled)}</pre>`;
  if (lines.length <= LONG_TEXT_LINES) return body;
  return `<details class="long"><summary>${lines.length} lines of text, beginning with <code>${escapeHtml(lines[0])}</code></summary>${body}</details>`;
}

const dataUri = (type: string, bytes: Uint8Array | string): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

/** A picture; large PNGs become WebP. */
export async function renderPicture(type: string, base64: string, alt: string): Promise<string> {
  let bytes: Buffer = Buffer.from(base64, 'base64');
  let shown = type;
  const { width, height } = await sharp(bytes).metadata();
  if (type === 'image/png' && bytes.length > LARGE_PICTURE_BYTES) {
    bytes = await sharp(bytes).webp({ quality: 84 }).toBuffer();
    shown = 'image/webp';
  }
  return `<p class="picture"><img src="${dataUri(shown, bytes)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}"></p>`;
}

/** An SVG as a picture element, which runs no scripts; one with very many parts as pixels. */
export async function svgImage(svg: string, alt: string, className = ''): Promise<string> {
  const { width, height } = await sharp(Buffer.from(svg)).metadata();
  const pixels = () =>
    sharp(Buffer.from(svg), { density: 144 }).flatten({ background: '#ffffff' }).webp().toBuffer();
  const source =
    svg.length > LARGE_SVG_BYTES ? dataUri('image/webp', await pixels()) : dataUri('image/svg+xml', svg);
  return `<img${className ? ` class="${className}"` : ''} src="${source}" width="${width}" height="${height}" alt="${escapeHtml(alt)}">`;
}

/** JSON inside a script element that is data, not code. */
const jsonScript = (value: unknown): string =>
  `<script type="application/json">${JSON.stringify(value).replace(/</g, '\\u003c')}</script>`;

/**
 * A figure twice: the picture, which needs no script, and its data, from which the page draws the interactive one
 * over it.
 */
async function renderFigure(figure: PlotlyFigure, alt: string, context: OutputContext): Promise<string> {
  context.figures += 1;
  const picture = await svgImage(await context.renderer().render(figure), alt, 'plot-picture');
  const words = escapeHtml(alt);
  return `<figure class="plot" id="figure-${context.figures}">
${picture}
<div class="plot-live" role="group" aria-label="Interactive figure ${context.figures}" hidden></div>
<figcaption>${words}</figcaption>
${jsonScript({ data: figure.data, layout: figure.layout })}
</figure>`;
}

/** The richest form of a MIME bundle that a report shows. */
async function renderBundle(data: MimeBundle, alt: string, context: OutputContext): Promise<string> {
  if (PROGRESS_MIME in data) return '';
  if (SUMMARY_MIME in data) {
    context.summary = data[SUMMARY_MIME] as Summary;
    return '';
  }
  if (PLOTLY_MIME in data) return renderFigure(data[PLOTLY_MIME] as PlotlyFigure, alt, context);
  if ('text/markdown' in data)
    return `<div class="markdown">${renderMarkdown(String(data['text/markdown']))}</div>`;
  if ('image/svg+xml' in data)
    return `<p class="picture"><img src="${dataUri('image/svg+xml', String(data['image/svg+xml']))}" alt="${escapeHtml(alt)}"></p>`;
  for (const type of ['image/png', 'image/jpeg', 'image/webp', 'image/gif'])
    if (type in data) return renderPicture(type, String(data[type]), alt);
  if ('text/html' in data) {
    const html = sanitize(String(data['text/html'])).trim();
    if (html) return `<div class="html">${html}</div>`;
  }
  if ('text/latex' in data)
    return `<div class="markdown">${renderMarkdown(String(data['text/latex']))}</div>`;
  if ('application/json' in data)
    return `<pre class="text" tabindex="0"><code>${highlight(JSON.stringify(data['application/json'], null, 2), 'json')}</code></pre>`;
  const plain = String(data['text/plain'] ?? '');
  return plain.trim() ? renderText(plain, 'result') : '';
}

/** What stands in place of an output that cannot be rendered, e.g. a picture that is none: the rest of the report stays. */
const unrendered =
  (data: object) =>
  (error: unknown): string => {
    const what = Object.keys(data).join(', ');
    const why = error instanceof Error ? error.message : String(error);
    return `<p class="error" role="note">This output (${escapeHtml(what)}) cannot be shown: ${escapeHtml(why)}</p>`;
  };

/**
 * A cell's outputs as HTML, in order. An output that cannot be rendered is replaced by a line that says why.
 *
 * @param context counts figures and receives the summary that a cell may show
 */
export async function renderOutputs(outputs: Output[], context: OutputContext): Promise<string> {
  const parts: string[] = [];
  for (const output of outputs) {
    if (output.output_type === 'stream') parts.push(renderText(output.text, output.name));
    else if (output.output_type === 'error') {
      const text = settle(output.traceback.join('\n')) || `${output.ename}: ${output.evalue}`;
      parts.push(
        `<div class="error" role="alert"><p><strong>${escapeHtml(output.ename)}</strong>: ${escapeHtml(output.evalue.split('\n')[0])}</p><pre tabindex="0">${escapeHtml(text)}</pre></div>`,
      );
    } else {
      const alt = typeof output.metadata?.alt === 'string' ? output.metadata.alt : '';
      parts.push(await renderBundle(output.data, alt, context).catch(unrendered(output.data)));
    }
  }
  return parts.filter(Boolean).join('\n');
}
