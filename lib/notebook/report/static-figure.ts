import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
import { fromRoot } from '../../base/index';
import { installCanvas } from './canvas';
import { flattenParcoords, type PlotlyFigure } from './flatten-parcoords';

export type { PlotlyFigure } from './flatten-parcoords';

/** Draws figures without a browser; see {@link createFigureRenderer}. */
export interface FigureRenderer {
  /** The figure as an SVG document of its own, `width` px wide. */
  render(figure: PlotlyFigure, width?: number): Promise<string>;
  close(): void;
}

/** The Plotly build that pages and pictures share. */
export const plotlyFile = (): string => fromRoot('node_modules', 'plotly.js-dist-min', 'plotly.min.js');

/** Mean width of a character of Open Sans and its fallbacks, in font sizes. */
const CHARACTER_WIDTH = 0.55;

interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** jsdom has no layout: where a text stands follows from its attributes, how wide it is from its length. */
function textRect(text: Element): Rect {
  const size = Number.parseFloat(/font-size:\s*([\d.]+)/.exec(text.getAttribute('style') ?? '')?.[1] ?? '12');
  const lines = [...text.querySelectorAll('tspan.line')].map((line) => line.textContent ?? '');
  const all = lines.length > 0 ? lines : [text.textContent ?? ''];
  const width = Math.max(...all.map((line) => line.length)) * size * CHARACTER_WIDTH;
  const height = size * 1.3 * all.length;
  let x = Number(text.getAttribute('x') ?? 0);
  let y = Number(text.getAttribute('y') ?? 0);
  let turned = false;
  for (let node: Element | null = text; node && node.tagName !== 'svg'; node = node.parentElement) {
    const transform = node.getAttribute('transform') ?? '';
    const moved = /translate\(\s*(-?[\d.]+)[ ,]*(-?[\d.]+)?/.exec(transform);
    if (moved) {
      x += Number(moved[1]);
      y += Number(moved[2] ?? 0);
    }
    const angle = Number(/rotate\(\s*(-?[\d.]+)/.exec(transform)?.[1] ?? 0);
    if (Math.abs(angle) > 45) turned = true;
  }
  const anchor = text.getAttribute('text-anchor');
  const before = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
  if (turned)
    return { left: x - size, right: x - size + height, top: y - width + before, bottom: y + before };
  return { left: x - before, right: x - before + width, top: y - size, bottom: y - size + height };
}

/** The rectangle around all texts of an element; empty where there is none. */
function measure(element: Element) {
  const texts = element.tagName === 'text' ? [element] : [...element.querySelectorAll('text')];
  const rects = texts.map(textRect);
  const left = rects.length > 0 ? Math.min(...rects.map((rect) => rect.left)) : 0;
  const top = rects.length > 0 ? Math.min(...rects.map((rect) => rect.top)) : 0;
  const right = rects.length > 0 ? Math.max(...rects.map((rect) => rect.right)) : 0;
  const bottom = rects.length > 0 ? Math.max(...rects.map((rect) => rect.bottom)) : 0;
  return { left, top, right, bottom, x: left, y: top, width: right - left, height: bottom - top };
}

interface PlotlyWindow {
  Plotly: {
    newPlot(place: Element, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
    purge(place: Element): void;
    Snapshot: { toSVG(place: Element, format: 'svg'): string };
  };
}

/** Plotly names parts of a figure at random; with this the same figure gives the same bytes. */
const REPEATABLE_NAMES =
  '{ let state = 1; Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647; }';

/**
 * Plotly in jsdom, with text measured by its length: figures as SVG, without a browser.
 *
 * @example
 * const renderer = createFigureRenderer();
 * const svg = await renderer.render({ data: [{ type: 'bar', y: [1, 2] }], layout: {} });
 * renderer.close();
 */
export function createFigureRenderer(): FigureRenderer {
  const { window } = new JSDOM('<!doctype html><body></body>', { runScripts: 'outside-only' });
  installCanvas(window.HTMLCanvasElement.prototype);
  window.URL.createObjectURL = () => '';
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: Element) {
      return measure(this);
    },
  });
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return measure(this);
    },
    getComputedTextLength(this: Element) {
      return measure(this).width;
    },
  });
  // Node's: the full Plotly asks for them, jsdom has none.
  Object.assign(window, { TextDecoder, TextEncoder });
  window.eval(readFileSync(plotlyFile(), 'utf8'));
  const { Plotly } = window as unknown as PlotlyWindow;
  const drawn = new Map<string, string>();
  return {
    async render(figure, width = 860) {
      const key = `${width} ${JSON.stringify(figure)}`;
      const known = drawn.get(key);
      if (known) return known;
      const { document } = window;
      window.eval(REPEATABLE_NAMES);
      const place = document.createElement('div');
      document.body.append(place);
      try {
        const copy = flattenParcoords(structuredClone(figure));
        const layout = {
          ...copy.layout,
          width: copy.layout.width ?? width,
          height: copy.layout.height ?? 450,
        };
        await Plotly.newPlot(place, copy.data, layout, { staticPlot: true });
        const svg = Plotly.Snapshot.toSVG(place, 'svg');
        drawn.set(key, svg);
        return svg;
      } finally {
        Plotly.purge(place);
        place.remove();
      }
    },
    close: () => window.close(),
  };
}
