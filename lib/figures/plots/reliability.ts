import type { Calibration } from '../../evaluation/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, percent, round, SERIES, whole } from './theme';

/**
 * Accuracy against stated confidence, one line for each calibration, e.g. before and after temperature scaling;
 * a marker's area stands for the number of predictions, the dotted line for honest confidences.
 *
 * @throws Error when there is no calibration.
 * @example showFigure(reliabilityFigure([{ name: 'T = 1', calibration: calibration(actual, probabilities, 120) }]));
 */
export function reliabilityFigure(series: readonly { name: string; calibration: Calibration }[]): Figure {
  if (series.length === 0) throw new Error('expected at least one calibration, received none');
  const name = (s: (typeof series)[number]) => `${s.name} (ECE ${percent(s.calibration.expectedError)})`;
  return {
    data: [
      {
        type: 'scatter',
        mode: 'lines',
        name: 'honest',
        x: [0, 1],
        y: [0, 1],
        line: { color: COLORS.grey, dash: 'dot', width: 1.5 },
        hoverinfo: 'skip',
      },
      ...series.map((s, i) => {
        const bins = s.calibration.bins.filter(({ count }) => count > 0);
        const most = Math.max(...bins.map(({ count }) => count));
        return {
          type: 'scatter' as const,
          mode: 'lines+markers' as const,
          name: name(s),
          x: bins.map(({ confidence }) => round(confidence)),
          y: bins.map(({ accuracy }) => round(accuracy)),
          line: { color: SERIES[i % SERIES.length], width: 2 },
          marker: {
            color: SERIES[i % SERIES.length],
            size: bins.map(({ count }) => round(5 + 13 * Math.sqrt(count / most), 1)),
            opacity: 0.85,
          },
          hovertext: bins.map(
            ({ confidence, accuracy, count }) =>
              `confidence ${percent(confidence)}, accuracy ${percent(accuracy)}, ${whole(count)} photos`,
          ),
          hovertemplate: `%{hovertext}<extra>${s.name}</extra>`,
        };
      }),
    ],
    layout: layout('Confidence and accuracy', 460, {
      xaxis: axis('confidence', { range: [0, 1.02], tickformat: '.0%' }),
      yaxis: axis('accuracy', { range: [0, 1.04], tickformat: '.0%' }),
    }),
    alt: `Reliability diagram: expected calibration error ${series.map((s) => `${percent(s.calibration.expectedError)} (${s.name})`).join(', ')}.`,
  };
}
