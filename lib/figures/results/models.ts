import { escapeHtml } from '../display/escape-html';
import { figureResult } from '../display/show-figure';
import { AFTER, type Representation } from './registry';

/** What is read of a TensorFlow.js layers model. */
interface LayersModel {
  name: string;
  layers: Layer[];
  countParams(): number;
}
interface Layer {
  name: string;
  trainable: boolean;
  outputShape: unknown;
  getClassName(): string;
  countParams(): number;
  inboundNodes?: { inboundLayers?: Layer[] }[];
}

const shapeOf = (layer: Layer): string => {
  try {
    return JSON.stringify(layer.outputShape).replaceAll('null', 'batch').replaceAll(',', ', ');
  } catch {
    return '';
  }
};

/** Layers models: a table of the layers, what feeds each on demand. */
export const layersModel: Representation<LayersModel> = {
  name: 'layers model',
  is(value) {
    if (typeof value !== 'object' || value === null) return false;
    const model = value as Partial<LayersModel>;
    return Array.isArray(model.layers) && typeof model.countParams === 'function' && 'summary' in value;
  },
  show(model) {
    const rows = model.layers.map((layer) => ({
      layer: layer.name,
      kind: layer.getClassName(),
      output: shapeOf(layer),
      parameters: layer.countParams(),
      trainable: layer.trainable,
      from: (layer.inboundNodes ?? []).flatMap(({ inboundLayers = [] }) =>
        inboundLayers.map(({ name }) => name),
      ),
    }));
    const total = model.countParams();
    const learned = rows
      .filter(({ trainable }) => trainable)
      .reduce((sum, { parameters }) => sum + parameters, 0);
    const caption = `${model.name}: ${rows.length} layers, ${total.toLocaleString('en-US')} parameters, ${learned.toLocaleString('en-US')} in trainable layers`;
    const body = rows.map(
      ({ layer, kind, output, parameters, trainable }) =>
        `<tr><td>${escapeHtml(layer)}</td><td>${escapeHtml(kind)}</td><td>${escapeHtml(output)}</td><td style="text-align:right">${parameters.toLocaleString('en-US')}</td><td>${trainable ? '' : 'frozen'}</td></tr>`,
    );
    const graph = rows.map(
      ({ layer, from }) =>
        `<li>${from.length > 0 ? `${escapeHtml(from.join(', '))} &rarr; ` : ''}<b>${escapeHtml(layer)}</b></li>`,
    );
    const widest = Math.max(0, ...rows.map(({ layer, kind }) => layer.length + kind.length + 3));
    const text = rows.map(
      ({ layer, kind, output, parameters }) =>
        `${`${layer} (${kind})`.padEnd(widest)}  ${output.padEnd(24)}  ${parameters.toLocaleString('en-US').padStart(12)}`,
    );
    return {
      'text/html': `<table class="dogbreeds-table"><caption style="white-space:nowrap">${escapeHtml(caption)}</caption><thead><tr><th>layer</th><th>kind</th><th>output</th><th>parameters</th><th></th></tr></thead><tbody>${body.join('')}</tbody></table><details><summary>Graph: what feeds each layer</summary><ol>${graph.join('')}</ol></details>`,
      'text/plain': [...text, caption].join('\n'),
    };
  },
};

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number');

/** Curves of a history: TF.js' own (`{ epoch, history: { loss: [...] } }`) or lists by name. */
function curvesOf(value: unknown): [string, number[]][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = (value as { history?: unknown; epoch?: unknown }).history;
  const lists = inner && typeof inner === 'object' && 'epoch' in value ? inner : value;
  if (!lists || typeof lists !== 'object' || !('loss' in lists)) return [];
  const entries = Object.entries(lists);
  return entries.every(([, list]) => isNumbers(list)) ? (entries as [string, number[]][]) : [];
}

/** The history of a fit: its curves. */
export const history: Representation<object> = {
  name: 'history of a fit',
  is: (value) => curvesOf(value).some(([name, list]) => name === 'loss' && list.length > 0),
  async show(value) {
    const curves = curvesOf(value).filter(([name, list]) => list.length > 0 && name !== 'learningRate');
    const last = curves
      .map(([name, list]) => `${name} ${Number((list.at(-1) ?? 0).toPrecision(5))}`)
      .join(', ');
    const epochs = Math.max(...curves.map(([, list]) => list.length));
    const alt = `${epochs} epochs; at the end ${last}`;
    const data = curves.map(([name, list]) => ({
      type: 'scatter',
      mode: list.length > 1 ? 'lines' : 'markers',
      name,
      x: list.map((_, epoch) => epoch + 1),
      y: list,
      ...(/acc/i.test(name) ? { yaxis: 'y2' } : {}),
    }));
    const both = data.some((trace) => 'yaxis' in trace);
    const layout = {
      height: 320,
      margin: { t: 20, r: 60, b: 50, l: 60 },
      xaxis: { title: { text: 'epoch' }, ...(epochs <= 20 && { dtick: epochs <= 10 ? 1 : 2 }) },
      yaxis: { title: { text: 'loss' } },
      ...(both ? { yaxis2: { title: { text: 'accuracy' }, overlaying: 'y', side: 'right' } } : {}),
    };
    const { content, after } = await figureResult({ data, layout, alt });
    return { ...content, 'text/plain': alt, [AFTER]: after };
  },
  alt: () => 'curves of a training',
};

/** A Plotly figure that was not shown by `showFigure`. */
export const plotlyFigure: Representation<{ data: object[]; layout?: object; alt?: string }> = {
  name: 'Plotly figure',
  is(value) {
    if (typeof value !== 'object' || value === null) return false;
    const { data, layout } = value as { data?: unknown; layout?: unknown };
    if (!Array.isArray(data) || data.length === 0 || typeof layout !== 'object' || layout === null)
      return false;
    return data.every(
      (trace: unknown) =>
        typeof trace === 'object' &&
        trace !== null &&
        ('type' in trace || 'y' in trace || 'x' in trace || 'z' in trace),
    );
  },
  async show({ data, layout = {}, alt }) {
    const title = (layout as { title?: string | { text?: string } }).title;
    const words = alt ?? (typeof title === 'string' ? title : title?.text) ?? 'a figure';
    const { content, after } = await figureResult({ data, layout, alt: words });
    return { ...content, [AFTER]: after };
  },
  alt: ({ alt }) => alt ?? 'a figure',
};
