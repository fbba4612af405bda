import type { SelectivePoint } from '../../evaluation/index';
import { axis, COLORS, layout, percent, round, SERIES } from '../plots/theme';
import type { Figure } from '../types';

/** Points that are drawn of one curve: more cannot be told apart. */
const DRAWN = 300;

/**
 * Selective risk: the share of errors among the answers that are given, when only the surest are (Geifman and El-Yaniv
 * 2017); below and to the right is better. Dotted lines at the wanted precisions.
 *
 * @param wanted precisions, 0..1
 * @throws Error when there is no curve, or one has no point
 * @example showFigure(selectiveFigure([{ name: 'test', points: selectiveCurve(answers) }], [0.95, 0.99]))
 */
export function selectiveFigure(
  curves: readonly { name: string; points: readonly SelectivePoint[] }[],
  wanted: readonly number[] = [0.95, 0.99],
): Figure {
  if (curves.length === 0 || curves.some(({ points }) => points.length === 0))
    throw new Error('expected at least one curve with points, received none');
  const told = curves.map(({ name, points }) => {
    const last = points.at(-1);
    return `${name} ${percent(1 - (last?.precision ?? 1))} when all are answered`;
  });
  return {
    data: curves.map(({ name, points }, i) => {
      const step = Math.max(1, Math.floor(points.length / DRAWN));
      const drawn = points.filter((_, at) => at % step === 0 || at === points.length - 1);
      return {
        type: 'scatter',
        mode: 'lines',
        name,
        x: drawn.map(({ coverage }) => round(coverage)),
        y: drawn.map(({ precision }) => round(1 - precision)),
        hovertext: drawn.map(
          ({ threshold, coverage, precision }) =>
            `from ${percent(threshold)} on: ${percent(coverage)} answered, ${percent(1 - precision)} of them wrong`,
        ),
        hovertemplate: `%{hovertext}<extra>${name}</extra>`,
        line: { color: SERIES[i % SERIES.length], width: 2 },
      };
    }),
    layout: layout('Errors among the answers that are given', 420, {
      xaxis: axis('share of photos that are answered', { range: [0, 1.02], tickformat: '.0%' }),
      yaxis: axis('share of errors among them', { rangemode: 'tozero', tickformat: '.1%' }),
      shapes: wanted.map((precision) => ({
        type: 'line' as const,
        x0: 0,
        x1: 1,
        y0: round(1 - precision),
        y1: round(1 - precision),
        xref: 'paper' as const,
        line: { color: COLORS.grey, width: 1.5, dash: 'dot' as const },
      })),
    }),
    alt: `Selective risk: errors ${told.join(', ')}; dotted lines at ${wanted.map((precision) => percent(1 - precision, 0)).join(' and ')}.`,
  };
}
