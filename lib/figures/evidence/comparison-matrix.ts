import type { Layout } from 'plotly.js';
import { formatPoints } from '../../base/index';
import type { ModelComparison } from '../../evaluation/index';
import { axis, layout, round } from '../plots/theme';
import type { Figure } from '../types';

/** Corrected p-values from which on a difference may be luck. */
const ALPHA = 0.05;

/** Letters of a line below a column. */
const LINE = 20;

/** A long name in lines, at its spaces. */
function wrap(name: string): string {
  const lines: string[] = [];
  for (const word of name.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines.join('<br>');
}

/**
 * Every two models against each other: the row's accuracy less the column's, in percentage points, on the same photos.
 * Coloured where the difference is no luck (McNemar's test, Holm's correction, 5 %), grey where it may be; the interval
 * is the paired bootstrap's.
 *
 * @throws Error when there is no pair
 * @example showFigure(comparisonMatrixFigure(compareAll(labels, { dense: a, softmax: b, svm: c })))
 */
export function comparisonMatrixFigure(
  pairs: readonly ModelComparison[],
  title = 'Accuracy: row less column, percentage points',
): Figure {
  const models = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  if (models.length < 2) throw new Error('expected at least one pair of models, received none');
  const cells = pairs.flatMap(({ a, b, difference: { estimate, low, high }, correctedP }) => [
    // the pair's difference is B less A
    { row: b, column: a, estimate, low, high, correctedP },
    { row: a, column: b, estimate: -estimate, low: -high, high: -low, correctedP },
  ]);
  const clear = cells.filter(({ correctedP }) => correctedP < ALPHA);
  const most = Math.max(0.01, ...cells.map(({ estimate }) => Math.abs(estimate)));
  const told = pairs
    .filter(({ correctedP }) => correctedP < ALPHA)
    .map(({ a, b, difference }) =>
      difference.estimate > 0 ? `${b} is better than ${a}` : `${a} is better than ${b}`,
    );
  const categories = (reversed: boolean, ticktext = models.map(wrap)) => ({
    type: 'category' as const,
    categoryorder: 'array' as const,
    categoryarray: models,
    tickvals: models,
    ticktext,
    showgrid: false,
    ...(reversed && { autorange: 'reversed' as const, ticksuffix: ' ' }),
  });
  const data: Figure['data'] = [
    {
      type: 'heatmap',
      x: cells.map(({ column }) => column),
      y: cells.map(({ row }) => row),
      z: cells.map(({ estimate, correctedP }) => (correctedP < ALPHA ? round(estimate) : 0)),
      text: cells.map(({ estimate }) => formatPoints(estimate)) as never,
      texttemplate: '%{text}',
      hovertext: cells.map(
        ({ row, column, estimate, low, high, correctedP }) =>
          `${row} less ${column}: ${formatPoints(estimate)} [${formatPoints(low)}, ${formatPoints(high)}], corrected p ${correctedP < 0.001 ? '< 0.001' : correctedP.toFixed(3)}`,
      ),
      hovertemplate: '%{hovertext}<extra></extra>',
      xgap: 2,
      ygap: 2,
      zmin: -most,
      zmax: most,
      colorscale: [
        [0, 'rgba(213,94,0,0.9)'],
        [0.5, 'rgba(128,128,128,0.12)'],
        [1, 'rgba(0,114,178,0.9)'],
      ],
      showscale: false,
    },
  ];
  // A phone has room for one column of names: those of the other are their numbers.
  const numbers = models.map((_, i) => `${i + 1}`);
  const numbered = models.map((name, i) => `${wrap(name)} <b>${i + 1}</b>`);
  const phone: Omit<Figure, 'alt'> = {
    data,
    layout: layout('Row less column, points', 110 + 64 * models.length, {
      showlegend: false,
      xaxis: axis('', { ...categories(false, numbers), tickangle: 0 }),
      yaxis: axis('', categories(true, numbered)),
    }),
  };
  return {
    data,
    layout: layout(title, 120 + 72 * models.length, {
      ...({ meta: { phone } } as Partial<Layout>),
      showlegend: false,
      xaxis: axis('', categories(false)),
      yaxis: axis('', categories(true)),
    }),
    alt: `Comparison of ${models.length} models, pair by pair: ${clear.length / 2} of ${cells.length / 2} differences are more than luck${told.length > 0 ? ` (${told.slice(0, 6).join('; ')})` : ''}.`,
  };
}
