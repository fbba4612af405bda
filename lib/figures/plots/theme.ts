import type { Layout, LayoutAxis, Shape } from 'plotly.js';

/**
 * The palette of Okabe and Ito (2008), which people with any common colour vision tell apart, and a grey; all of
 * them stand out on white and on near-black.
 */
export const COLORS = {
  blue: '#0072B2',
  orange: '#E69F00',
  green: '#009E73',
  red: '#D55E00',
  sky: '#56B4E9',
  purple: '#CC79A7',
  grey: '#8A8F98',
} as const;

/** Colours of series in their order of use. */
export const SERIES: readonly string[] = [
  COLORS.blue,
  COLORS.orange,
  COLORS.green,
  COLORS.purple,
  COLORS.sky,
  COLORS.red,
];

/** Text: as much contrast on white as on near-black, since a report may be either. */
const TEXT = '#777B83';
const GRID = 'rgba(128,128,128,0.22)';
const CLEAR = 'rgba(0,0,0,0)';

/**
 * An axis in the house's style.
 *
 * @example axis('epoch', { dtick: 1 })
 */
export function axis(title: string, more: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  return {
    title: { text: title, standoff: 8 },
    gridcolor: GRID,
    zeroline: false,
    automargin: true,
    ticks: '',
    ...more,
  };
}

/**
 * A layout in the house's style: transparent, no frame, the title at the left, the legend below it.
 *
 * @param title short: about 45 characters fit on a phone.
 * @param height px.
 * @example layout('Photos per breed', 420, { xaxis: axis('photos') })
 */
export function layout(title: string, height: number, more: Partial<Layout> = {}): Partial<Layout> {
  const hasLegend = more.showlegend !== false;
  return {
    title: {
      text: title,
      x: 0,
      xref: 'container',
      xanchor: 'left',
      pad: { l: 8, t: 10 },
      y: 1,
      yanchor: 'top',
      yref: 'container',
      font: { size: 16 },
    } as Layout['title'],
    height,
    font: { family: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', size: 13, color: TEXT },
    paper_bgcolor: CLEAR,
    plot_bgcolor: CLEAR,
    colorway: [...SERIES],
    margin: { l: 48, r: 16, t: hasLegend ? 66 : 44, b: 40 },
    // Below the title, across the whole figure (not only the plot), so that entries stand side by side on a
    // phone; with both references on the container, Plotly moves the plot down by as many rows as it needs.
    legend: {
      orientation: 'h',
      x: 0,
      xref: 'container',
      xanchor: 'left',
      y: round(1 - 34 / height),
      yref: 'container',
      yanchor: 'top',
      traceorder: 'normal',
    } as Layout['legend'],
    hoverlabel: { font: { family: 'system-ui, sans-serif', size: 13 } },
    ...more,
  };
}

/**
 * A dotted line across the figure at a value, named in the legend.
 *
 * @param along the axis that the value is on.
 * @example layout('F1', 400, { shapes: [referenceLine('x', 0.05, 'chance 5.0 %', COLORS.red)] })
 */
export function referenceLine(along: 'x' | 'y', value: number, name: string, color: string): Partial<Shape> {
  const [x, y] =
    along === 'x'
      ? [
          [value, value],
          [0, 1],
        ]
      : [
          [0, 1],
          [value, value],
        ];
  return {
    type: 'line',
    x0: x[0],
    x1: x[1],
    y0: y[0],
    y1: y[1],
    xref: along === 'x' ? 'x' : 'paper',
    yref: along === 'y' ? 'y' : 'paper',
    line: { color, width: 2, dash: 'dot' },
    name,
    showlegend: true,
  };
}

/** A number cut to a few decimals, so that a figure's JSON stays small. */
export const round = (value: number, decimals = 4): number => Number(value.toFixed(decimals));

/** A share as percent, e.g. `97.1 %`. */
export const percent = (share: number, decimals = 1): string => `${(100 * share).toFixed(decimals)} %`;

/** A whole number with thousands separated, e.g. `20,580`. */
export const whole = (value: number): string => value.toLocaleString('en-US');
