import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fromRoot } from '../../base/index';
import {
  display,
  INTERACTIVE_MIME,
  inNotebook,
  isHeadless,
  type MimeContent,
  PLOTLY_MIME,
  SCRIPT_MIME,
} from './display';
import { packNumbers } from './pack-numbers';

/** Any Plotly figure: traces, layout, and in words what it shows. */
export interface ShownFigure {
  data: object[];
  layout: object;
  alt: string;
}

const PLOTLY_FILE = ['node_modules', 'plotly.js-dist-min', 'plotly.min.js'];
const SIGNIFICANT_DIGITS = 7;

const shared = globalThis as unknown as { [key: symbol]: unknown };
/** What the kernel brings. */
const PICTURE = Symbol.for('dogbreeds.picture');
const PENDING = Symbol.for('dogbreeds.pending');
const CELL = Symbol.for('dogbreeds.cell');

/** JSON with numbers rounded to 7 digits (a third of the bytes) and plain lists for typed arrays. */
function compact(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, child) => {
      if (ArrayBuffer.isView(child) && !(child instanceof DataView)) return Array.from(child as Float32Array);
      return typeof child === 'number' && !Number.isInteger(child)
        ? Number(child.toPrecision(SIGNIFICANT_DIGITS))
        : child;
    }),
  );
}

const packed = (content: string | Buffer): string => gzipSync(content, { level: 9 }).toString('base64');

/** What a page unpacks `packed` with. */
const UNPACK = `async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}`;

/** JSON that may stand inside a script element. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

/**
 * What makes the picture of a figure interactive in JupyterLab, which has no Plotly of its own. It stands in an output
 * after the picture's, so that the picture stays where scripts do not run (an untrusted notebook, GitHub, nbviewer). The
 * Plotly script comes from the Jupyter server when it serves the project's folder, else from the output of the kernel's
 * first figure, whichever is there first. It is a script, not HTML: `nbconvert --sanitize-html` leaves scripts out, and
 * prints those in HTML as text. `element` is the output's place, or a jQuery list of it. The figure's numbers stand in
 * the notebook a second time here, since a script cannot read its neighbours' content, so they are packed.
 */
function interactiveScript(figure: Pick<ShownFigure, 'data' | 'layout'>): string {
  const height = (figure.layout as { height?: number }).height ?? 450;
  const json = JSON.stringify({ data: figure.data, layout: figure.layout });
  return `(async (host) => {
  if (!host) return;
  const place = host.appendChild(document.createElement('div'));
  const unpack = ${UNPACK};
  const figure = JSON.parse(await unpack('${packed(json)}'));
  const draw = () => {
    if (!place.isConnected || !window.Plotly) return false;
    const own = place.closest('.jp-OutputArea-child, .output_area, .output');
    const picture = own && own.previousElementSibling;
    if (!picture || !picture.querySelector('img')) return false;
    place.style.minHeight = '${height}px';
    picture.style.display = 'none';
    window.Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false });
    return true;
  };
  if (draw()) return;
  const config = JSON.parse(document.getElementById('jupyter-config-data')?.textContent || '{}');
  const serverRoot = config.serverRoot || '';
  const file = ${inScript(fromRoot(...PLOTLY_FILE).replace(/\\/g, '/'))};
  const below = serverRoot.startsWith('~') ? file.indexOf(serverRoot.slice(1) + '/') : file.startsWith(serverRoot + '/') ? 0 : -1;
  if (serverRoot && below >= 0 && !window.dogbreedsPlotly) {
    window.dogbreedsPlotly = document.createElement('script');
    const path = file.slice(below + serverRoot.replace(/^~/, '').length + 1);
    window.dogbreedsPlotly.src = (config.baseUrl || '/') + 'files/' + path.split('/').map(encodeURIComponent).join('/');
    document.head.append(window.dogbreedsPlotly);
  }
  let left = 150;
  const timer = setInterval(() => { if (draw() || --left === 0) clearInterval(timer); }, 200);
})(typeof element === 'undefined' ? null : element.nodeType ? element : element[0]);`;
}

/** A cell as its notebook names it (undefined where the client does not), and this run of it. */
interface RunningCell {
  cell?: string;
  run: string;
}

let plotlyIn: RunningCell | null = null;

/**
 * Puts the Plotly script into the page, once per kernel, for a page that cannot fetch it from the Jupyter server. The
 * cell that has it loses it when it runs again, and then gets it again.
 */
function showPlotlyScript(): void {
  const file = fromRoot(...PLOTLY_FILE);
  if (isHeadless() || !existsSync(file)) return;
  const now = (shared[CELL] as (() => RunningCell) | undefined)?.() ?? { run: '' };
  const isAgain = plotlyIn?.cell !== undefined && plotlyIn.cell === now.cell && plotlyIn.run !== now.run;
  if (plotlyIn && !isAgain) return;
  plotlyIn = now;
  // The function hides a module loader (nbconvert's pages have one), so that the script sets window.Plotly.
  const script = `(async () => {
  if (window.Plotly || window.dogbreedsPlotly) return;
  const unpack = ${UNPACK};
  const code = await unpack('${packed(readFileSync(file))}');
  if (!window.Plotly) new Function('define', 'module', 'exports', code).call(window);
})();`;
  display({
    [INTERACTIVE_MIME]: { script: 'plotly' },
    [SCRIPT_MIME]: script,
    'text/plain': '',
  });
}

/** The figure as a PNG (base64), drawn by the kernel in another thread; null outside of it, or when it cannot be drawn. */
async function drawPicture(figure: Pick<ShownFigure, 'data' | 'layout'>): Promise<string | null> {
  const draw = shared[PICTURE] as ((figure: object) => Promise<string | null>) | undefined;
  return draw ? draw(figure) : null;
}

/** The cell does not end before this is done. */
function holdCell(work: Promise<unknown>): void {
  (shared[PENDING] as Set<Promise<unknown>> | undefined)?.add(work);
}

function checkFigure(figure: ShownFigure): { data: object[]; layout: object } {
  if (!Array.isArray(figure?.data) || figure.data.length === 0)
    throw new Error('expected a figure with at least one trace in "data", received none');
  if (!figure.alt)
    throw new Error('expected "alt", a sentence that says what the figure shows, received none');
  const plain = compact({ data: figure.data, layout: figure.layout }) as { data: object[]; layout: object };
  // What no person's notebook keeps stays as it is.
  return inNotebook() && !isHeadless() ? { ...plain, data: packNumbers(plain.data) } : plain;
}

/** Shows, after a figure's picture, what makes it interactive. */
function showInteractive(figure: { data: object[]; layout: object }): void {
  display({
    [INTERACTIVE_MIME]: { script: 'figure' },
    [SCRIPT_MIME]: interactiveScript(figure),
    'text/plain': '',
  });
}

/**
 * A figure as the result of a cell.
 *
 * @returns its MIME types, and what to call when they have been shown
 */
export async function figureResult(
  figure: ShownFigure,
): Promise<{ content: MimeContent; after: () => void }> {
  const plain = checkFigure(figure);
  showPlotlyScript();
  const picture = await drawPicture(plain);
  const content = { [PLOTLY_MIME]: plain, 'text/plain': `[figure] ${figure.alt}` };
  return {
    content: picture ? { ...content, 'image/png': picture } : content,
    after: () => showInteractive(plain),
  };
}

/**
 * Shows a Plotly figure under the cell: interactive in JupyterLab, in VS Code and in the report, as a picture wherever
 * scripts do not run. Outside of a notebook it prints what the figure shows.
 *
 * @throws Error when the figure has no traces or no alternative text
 * @example showFigure({ data: [{ type: 'bar', x: ['a', 'b'], y: [1, 2] }], layout: {}, alt: 'b is twice a' })
 */
export function showFigure(figure: ShownFigure): void {
  const plain = checkFigure(figure);
  const content = { [PLOTLY_MIME]: plain, 'text/plain': `[figure] ${figure.alt}` };
  if (!inNotebook()) {
    display(content);
    return;
  }
  showPlotlyScript();
  const id = `figure-${randomBytes(8).toString('hex')}`;
  display(content, { alt: figure.alt, id });
  showInteractive(plain);
  const work = drawPicture(plain).then((picture) => {
    if (picture) display({ ...content, 'image/png': picture }, { alt: figure.alt, id, update: true });
  });
  holdCell(work.catch((error: Error) => process.emitWarning(`a figure has no picture: ${error.message}`)));
}
