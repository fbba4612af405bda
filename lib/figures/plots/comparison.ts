import type { Data } from 'plotly.js';
import type { Figure } from '../types';
import { axis, COLORS, layout, percent, referenceLine, round } from './theme';

/** One bar of a comparison; without a value it is shown as not run, the reason under the pointer. */
export interface Compared {
  name: string;
  /** 0..1 */
  value?: number;
  /** Ends of its interval. */
  low?: number;
  high?: number;
  /** The presentation's (or another) figure for the same, 0..1. */
  reference?: number;
  /** Why there is no value, or a word about it. */
  note?: string;
}

/**
 * Shares (accuracies, F1, ...) of several models as bars from 0 with their intervals, and a reference beside
 * each where there is one.
 *
 * @param options.title the figure's title. @param options.valueTitle what is compared, e.g. `test accuracy`.
 * @param options.referenceName e.g. `presentation`. @param options.baseline a line all should pass, e.g. chance.
 * @throws Error when there is nothing to compare.
 * @example comparisonFigure([{ name: 'ResNet50', value: 0.87, low: 0.86, high: 0.88, reference: 0.853 }])
 */
export function comparisonFigure(
  rows: readonly Compared[],
  options: {
    title?: string;
    valueTitle?: string;
    referenceName?: string;
    baseline?: { name: string; value: number };
  } = {},
): Figure {
  if (rows.length === 0) throw new Error('expected at least one row to compare, received none');
  const { title = 'Comparison', valueTitle = 'accuracy', referenceName = 'presentation', baseline } = options;
  const run = rows.filter((row) => row.value !== undefined) as (Compared & { value: number })[];
  const referenced = rows.flatMap((row) =>
    row.reference === undefined ? [] : [{ ...row, reference: row.reference }],
  );
  const text = ({ name, value, low, high, reference, note }: Compared) => {
    const own = value === undefined ? `not run${note ? ` (${note})` : ''}` : percent(value);
    const interval = low === undefined || high === undefined ? '' : ` [${percent(low)}, ${percent(high)}]`;
    return `${name}: ${own}${interval}${reference === undefined ? '' : `, ${referenceName} ${percent(reference)}`}`;
  };
  const edge = (row: Compared & { value: number }, end: 'low' | 'high') =>
    round(Math.abs((row[end] ?? row.value) - row.value));
  const data: Data[] = [
    {
      type: 'bar',
      orientation: 'h',
      name: valueTitle,
      x: run.map(({ value }) => round(value)),
      y: run.map(({ name }) => name),
      text: run.map(({ value }) => percent(value)),
      textposition: 'inside',
      insidetextanchor: 'middle',
      textfont: { color: '#fff' },
      marker: { color: COLORS.blue },
      error_x: {
        type: 'data',
        symmetric: false,
        array: run.map((row) => edge(row, 'high')),
        arrayminus: run.map((row) => edge(row, 'low')),
        color: COLORS.grey,
        thickness: 2,
        width: 5,
      },
      hovertext: run.map(text),
      hovertemplate: '%{hovertext}<extra></extra>',
    },
  ];
  if (referenced.length > 0)
    data.push({
      type: 'scatter',
      mode: 'markers',
      name: referenceName,
      x: referenced.map(({ reference }) => round(reference)),
      y: referenced.map(({ name }) => name),
      marker: { symbol: 'diamond', size: 12, color: COLORS.orange, line: { color: '#fff', width: 1 } },
      hovertext: referenced.map(text),
      hovertemplate: '%{hovertext}<extra></extra>',
    });
  return {
    data,
    layout: layout(title, 130 + 36 * rows.length, {
      bargap: 0.35,
      showlegend: referenced.length > 0 || baseline !== undefined,
      xaxis: axis(valueTitle, { range: [0, 1.02], tickformat: '.0%', nticks: 6 }),
      yaxis: axis('', {
        type: 'category',
        categoryorder: 'array',
        categoryarray: rows.map(({ name }) => name),
        range: [rows.length - 0.5, -0.5],
        showgrid: false,
        ticksuffix: ' ',
      }),
      annotations: rows
        .filter((row) => row.value === undefined)
        .map((row) => ({
          x: 0.4,
          y: row.name,
          text: '<i>not run</i>',
          hovertext: text(row),
          showarrow: false,
        })),
      shapes: baseline && [
        referenceLine('x', round(baseline.value), `${baseline.name} ${percent(baseline.value)}`, COLORS.red),
      ],
    }),
    alt: `Bar chart of ${valueTitle}. ${rows.map(text).join('; ')}.${baseline ? ` ${baseline.name}: ${percent(baseline.value)}.` : ''}`,
  };
}
