import { displayName } from '../../base/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, percent, round } from './theme';

/**
 * The breeds that a classifier holds most likely for one photo, as bars; the right one, where it is known, green.
 *
 * @param predictions best first, probabilities 0..1. @param options.actual the photo's breed.
 * @throws Error when there is no prediction.
 * @example showFigure(topPredictionsFigure([{ breed: 'Appenzeller', probability: 0.99 }], { actual: 'Appenzeller' }));
 */
export function topPredictionsFigure(
  predictions: readonly { breed: string; probability: number }[],
  options: { actual?: string; title?: string } = {},
): Figure {
  if (predictions.length === 0) throw new Error('expected at least one prediction, received none');
  const { actual } = options;
  return {
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: predictions.map(({ probability }) => round(probability)),
        y: predictions.map(({ breed }) => displayName(breed)),
        text: predictions.map(({ probability }) => percent(probability)),
        textposition: 'outside',
        cliponaxis: false,
        marker: { color: predictions.map(({ breed }) => (breed === actual ? COLORS.green : COLORS.blue)) },
        hovertemplate: '%{y}: %{text}<extra></extra>',
      },
    ],
    layout: layout(options.title ?? `Top ${predictions.length}`, 96 + 32 * predictions.length, {
      showlegend: false,
      margin: { l: 48, r: 56, t: 44, b: 40 },
      bargap: 0.3,
      xaxis: axis('', { range: [0, 1], tickformat: '.0%', tickvals: [0, 0.5, 1] }),
      yaxis: axis('', { autorange: 'reversed', showgrid: false, dtick: 1, ticksuffix: ' ' }),
    }),
    alt: `Bar chart of the ${predictions.length} likeliest breeds: ${predictions.map(({ breed, probability }) => `${displayName(breed)} ${percent(probability)}`).join(', ')}.${actual ? ` The photo shows: ${displayName(actual)}.` : ''}`,
  };
}
