import type { Layout, LayoutAxis } from 'plotly.js';

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
      pad: { l: 8 },
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
    margin: { l: 48, r: 16, t: hasLegend ? 72 : 44, b: 40 },
    legend: { orientation: 'h', x: 0, y: 1, yref: 'paper', yanchor: 'bottom' } as Layout['legend'],
    hoverlabel: { font: { family: 'system-ui, sans-serif', size: 13 } },
    ...more,
  };
}

/** A number cut to a few decimals, so that a figure's JSON stays small. */
export const round = (value: number, decimals = 4): number => Number(value.toFixed(decimals));

/** A share as percent, e.g. `97.1 %`. */
export const percent = (share: number, decimals = 1): string => `${(100 * share).toFixed(decimals)} %`;

/** A whole number with thousands separated, e.g. `20,580`. */
export const whole = (value: number): string => value.toLocaleString('en-US');
