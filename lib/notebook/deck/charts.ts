import type { Numbers } from './language';

/** A Plotly figure made for a slide, and what it shows in words. */
export interface Chart {
  data: Record<string, unknown>[];
  layout: Record<string, unknown> & { width: number; height: number };
  alt: string;
}

/** Ink on paper, greys, and one accent; reds, greens and blues only where they mean channels. */
export const INK = {
  text: '#1d2733',
  soft: '#56616e',
  line: '#dde2e7',
  mute: '#b4bdc7',
  dark: '#4d5a68',
  accent: '#b8450c',
  channels: ['#c8372d', '#2f9150', '#2f6fc4'],
} as const;

/** Letters of a chart, px; a slide is 1280 x 720. */
export const LETTERS = 22;

const FONT = { family: 'Source Sans 3, sans-serif', size: LETTERS, color: INK.text };

/** Ticks with texts of our own, so that they follow the language. */
export const ticks = (values: readonly number[], format: (value: number) => string) => ({
  tickmode: 'array',
  tickvals: [...values],
  ticktext: values.map(format),
});

/** An axis without frame; `title` stands along it. */
export const slideAxis = (title = '', more: Record<string, unknown> = {}) => ({
  title: { text: title, font: { ...FONT, color: INK.soft }, standoff: 12 },
  tickfont: FONT,
  gridcolor: INK.line,
  zeroline: false,
  automargin: false,
  fixedrange: true,
  ...more,
});

/** A chart's frame at slide size. */
export const frame = (
  width: number,
  height: number,
  margin: { l: number; r: number; t: number; b: number },
  more: Record<string, unknown> = {},
) => ({
  width,
  height,
  margin: { ...margin, pad: 4 },
  font: FONT,
  paper_bgcolor: 'rgba(0,0,0,0)',
  plot_bgcolor: 'rgba(0,0,0,0)',
  showlegend: false,
  bargap: 0.25,
  ...more,
});

/** A text in the chart at data coordinates. */
export const note = (
  text: string,
  x: number | string,
  y: number | string,
  more: Record<string, unknown> = {},
) => ({
  text,
  x,
  y,
  showarrow: false,
  font: FONT,
  xanchor: 'left',
  yanchor: 'middle',
  ...more,
});

/** A row of {@link compareBars}. */
export interface BarRow {
  name: string;
  /** Behind the bar. */
  label: string;
  value: number;
  low?: number;
  high?: number;
  /** The presentation's value for the same thing: a mark across the bar. */
  reference?: number;
  strong?: boolean;
}

/** Width of a text in Source Sans 3, px; on the safe side. */
export const textWidth = (text: string, size: number = LETTERS): number => text.length * size * 0.52;

/** How far a name, a label and the plot between them reach. */
const rowMargins = (rows: readonly BarRow[]) => ({
  l: Math.max(...rows.map(({ name }) => textWidth(name))) + 16,
  r: Math.max(...rows.map(({ label }) => textWidth(label))) + 20,
});

/** The last thing that a row draws, to the right of which its label stands. */
const endOf = ({ value, high, reference }: BarRow): number => Math.max(value, high ?? 0, reference ?? 0);

/** Intervals as lines, the presentation's values as marks across. */
function rowMarks(rows: readonly BarRow[]): Record<string, unknown>[] {
  return rows.flatMap(({ low, high, reference }, index) => {
    const y = rows.length - index;
    const line = (x0: number, x1: number, dy: number, width: number) => ({
      type: 'line',
      x0,
      x1,
      y0: y - dy,
      y1: y + dy,
      line: { color: INK.text, width },
    });
    return [
      ...(low !== undefined && high !== undefined ? [line(low, high, 0, 3)] : []),
      ...(reference !== undefined ? [line(reference, reference, 0.4, 4)] : []),
    ];
  });
}

const rowLabels = (rows: readonly BarRow[]) =>
  rows.map((row, index) =>
    note(row.strong ? `<b>${row.label}</b>` : row.label, endOf(row), rows.length - index, {
      xshift: 12,
      ...(row.strong && { font: { ...FONT, color: INK.accent } }),
    }),
  );

const rowAxis = (rows: readonly BarRow[], places: readonly number[]) =>
  slideAxis('', {
    range: [0.45, rows.length + 0.55],
    showgrid: false,
    ...ticks(places, (y) => rows[rows.length - y]?.name ?? ''),
  });

/** Options of {@link compareBars} and {@link compareDots}. */
export interface CompareOptions {
  width: number;
  height: number;
  /** Where the axis ends; default: at the largest value. */
  to?: number;
  alt: string;
}

/** Horizontal bars from zero with their values in words behind them, intervals and the presentation's marks. */
export function compareBars(rows: readonly BarRow[], { width, height, to, alt }: CompareOptions): Chart {
  const places = rows.map((_, index) => rows.length - index);
  return {
    alt,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        y: places,
        x: rows.map(({ value }) => value),
        marker: { color: rows.map(({ strong }) => (strong ? INK.accent : INK.mute)) },
      },
    ],
    layout: frame(
      width,
      height,
      { ...rowMargins(rows), t: 4, b: 4 },
      {
        bargap: 0.38,
        xaxis: slideAxis('', {
          range: [0, to ?? Math.max(...rows.map(endOf))],
          showgrid: false,
          showticklabels: false,
        }),
        yaxis: rowAxis(rows, places),
        shapes: rowMarks(rows),
        annotations: rowLabels(rows),
      },
    ),
  };
}

/**
 * Shares that lie close to each other: dots with their intervals on an axis that need not begin at zero, and says where
 * it does.
 */
export function compareDots(
  rows: readonly BarRow[],
  { width, height, to, alt, numbers }: CompareOptions & { numbers: Numbers },
): Chart {
  const places = rows.map((_, index) => rows.length - index);
  const least = Math.min(
    ...rows.map(({ value, low, reference }) => Math.min(value, low ?? 1, reference ?? 1)),
  );
  const end = to ?? Math.max(...rows.map(endOf));
  const from = Math.max(0, Math.floor((least - 0.04 * (end - least)) * 50) / 50);
  return {
    alt,
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        y: places,
        x: rows.map(({ value }) => value),
        marker: { size: 20, color: rows.map(({ strong }) => (strong ? INK.accent : INK.dark)) },
        cliponaxis: false,
      },
    ],
    layout: frame(
      width,
      height,
      { ...rowMargins(rows), t: 4, b: 40 },
      {
        xaxis: slideAxis('', { range: [from, end], ...shareSteps(from, end, numbers) }),
        yaxis: rowAxis(rows, places),
        shapes: rowMarks(rows),
        annotations: rowLabels(rows),
      },
    ),
  };
}

/** The histogram of red, green and blue levels, 64 bins each; the ends, where clipping piles up, are cut at `most`. */
export function levelsChart(
  levels: readonly (readonly number[])[],
  options: { width: number; height: number; most: number; alt: string },
): Chart {
  const { width, height, most } = options;
  return {
    alt: options.alt,
    data: levels.map((shares, channel) => ({
      type: 'scatter',
      mode: 'lines',
      x: shares.map((_, bin) => bin * 4 + 2),
      y: shares.map((share) => Math.min(share, most)),
      line: { color: INK.channels[channel], width: 3, shape: 'hvh' },
    })),
    layout: frame(
      width,
      height,
      { l: 8, r: 24, t: 8, b: 40 },
      {
        xaxis: slideAxis('', { range: [0, 256], showgrid: false, ...ticks([0, 128, 255], String) }),
        yaxis: slideAxis('', { range: [0, most * 1.03], showgrid: false, showticklabels: false }),
        shapes: [
          { type: 'line', xref: 'paper', x0: 0, x1: 1, y0: 0, y1: 0, line: { color: INK.mute, width: 2 } },
        ],
      },
    ),
  };
}

/** Round steps of an axis of shares between two values. */
function shareSteps(from: number, to: number, numbers: Numbers) {
  const span = to - from;
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find((each) => span / each <= 4) ?? 0.25;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return ticks(
    Array.from({ length: count }, (_, index) => (first + index) * step),
    (value) => numbers.percent(value, 0),
  );
}
