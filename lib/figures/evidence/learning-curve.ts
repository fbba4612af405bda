import type { Interval, PowerLaw } from '../../evaluation/index';
import { axis, COLORS, layout, percent, round } from '../plots/theme';
import type { Figure } from '../types';

/**
 * Accuracy against training photos of each breed on a logarithmic axis, with intervals and, dotted, the power law of the
 * error, drawn on to four times the photos.
 *
 * @param curve `perBreed` counts, accuracies 0..1; `law` of the error by photos of each breed
 * @throws Error when there is no point
 * @example showFigure(learningCurveFigure(await learningCurve(split)))
 */
export function learningCurveFigure(curve: {
  points: readonly { perBreed: number; photos: number; accuracy: Interval }[];
  law: PowerLaw | null;
}): Figure {
  const { points, law } = curve;
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) throw new Error('expected at least one point of a learning curve, received none');
  const breeds = first.photos / first.perBreed;
  const mean = (photos: number) => photos / breeds;
  const from = mean(points.find(({ perBreed }) => perBreed >= 4)?.photos ?? last.photos);
  const counts = Array.from({ length: 25 }, (_, i) => from * ((4 * mean(last.photos)) / from) ** (i / 24));
  return {
    data: [
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'accuracy, 95 % interval',
        x: points.map(({ photos }) => round(mean(photos), 1)),
        y: points.map(({ accuracy }) => round(accuracy.estimate)),
        error_y: {
          type: 'data',
          symmetric: false,
          array: points.map(({ accuracy }) => round(accuracy.high - accuracy.estimate)),
          arrayminus: points.map(({ accuracy }) => round(accuracy.estimate - accuracy.low)),
          color: COLORS.blue,
          thickness: 1.5,
        },
        hovertext: points.map(
          ({ perBreed, photos, accuracy: { estimate, low, high } }) =>
            `${perBreed} of each breed, ${photos} photos: ${percent(estimate)} [${percent(low)}, ${percent(high)}]`,
        ),
        hovertemplate: '%{hovertext}<extra></extra>',
        line: { color: COLORS.blue, width: 2 },
      },
      ...(law
        ? [
            {
              type: 'scatter' as const,
              mode: 'lines' as const,
              name: `power law, error ~ n^-${law.exponent.toFixed(2)}`,
              x: counts.map((count) => round(count, 1)),
              y: counts.map((count) => round(1 - law.at(count))),
              line: { color: COLORS.orange, dash: 'dot' as const, width: 2 },
            },
          ]
        : []),
    ],
    layout: layout('Accuracy and training photos', 420, {
      xaxis: axis('training photos of each breed (logarithmic)', { type: 'log' }),
      yaxis: axis('accuracy', { tickformat: '.0%' }),
    }),
    alt: `Learning curve: ${points.map(({ perBreed, accuracy }) => `${percent(accuracy.estimate)} with ${perBreed}`).join(', ')} photos of each breed.`,
  };
}
