import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../base/index';
import { display, isHeadless, PLOTLY_MIME } from './display';

/** Any Plotly figure: traces, layout, and in words what it shows. */
export interface ShownFigure {
  data: object[];
  layout: object;
  alt: string;
}

const PLOTLY_FILE = ['node_modules', 'plotly.js-dist-min', 'plotly.min.js'];
const SIGNIFICANT_DIGITS = 7;

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

/** JSON that may stand inside a script element. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

/**
 * What draws the figure in JupyterLab, which has no Plotly of its own. The script comes from the Jupyter server
 * when it serves the project's folder, else from the output of the kernel's first figure, whichever is there first.
 */
function figureHtml(figure: ShownFigure): string {
  const id = `dogbreeds-${randomBytes(6).toString('hex')}`;
  const height = (figure.layout as { height?: number }).height ?? 450;
  const script = `(() => {
  const figure = ${inScript({ data: figure.data, layout: figure.layout })};
  const draw = () => {
    const place = document.getElementById(${inScript(id)});
    if (!place || !window.Plotly) return false;
    place.textContent = '';
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
})();`;
  return `<div id="${id}" role="img" style="min-height:${height}px">Loading the figure ...</div><script>${script}</script>`;
}

let plotlyShown = false;

/** Puts the Plotly script into the page, once per kernel, for a JupyterLab that cannot fetch it from the server. */
function showPlotlyScript(): void {
  const file = fromRoot(...PLOTLY_FILE);
  if (plotlyShown || isHeadless() || !existsSync(file)) return;
  plotlyShown = true;
  // The wrapper hides a module loader (nbconvert's pages have one), so that the script sets window.Plotly.
  const code = readFileSync(file, 'utf8').replace(/<\/script/g, '<\\/script');
  display({
    'text/html': `<script>if (!window.Plotly) (function (define, module, exports) {${code}\n}).call(window);</script>`,
    'text/plain': '',
  });
}

/**
 * Shows a Plotly figure under the cell: interactive in JupyterLab, in VS Code and in the report. Outside of a
 * notebook it prints what the figure shows.
 *
 * @throws Error when the figure has no traces or no alternative text
 * @example showFigure({ data: [{ type: 'bar', x: ['a', 'b'], y: [1, 2] }], layout: {}, alt: 'b is twice a' })
 */
export function showFigure(figure: ShownFigure): void {
  if (!Array.isArray(figure?.data) || figure.data.length === 0)
    throw new Error('expected a figure with at least one trace in "data", received none');
  if (!figure.alt)
    throw new Error('expected "alt", a sentence that says what the figure shows, received none');
  const plain = compact({ data: figure.data, layout: figure.layout }) as { data: object[]; layout: object };
  showPlotlyScript();
  display(
    {
      [PLOTLY_MIME]: plain,
      'text/html': figureHtml({ ...plain, alt: figure.alt }),
      'text/plain': `[figure] ${figure.alt}`,
    },
    { alt: figure.alt },
  );
}
