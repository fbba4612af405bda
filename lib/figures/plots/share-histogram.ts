import type { Data } from 'plotly.js';
import { elementAt } from '../../base/index';
import type { Figure } from '../types';
import { axis, COLORS, layout } from './theme';

/**
 * Histogram of shares, e.g. how much of a photo a dog fills, in 20 equal bins from 0 to 1.
 *
 * @param shares 0..1
 * @throws Error when there is none
 * @example shareHistogramFigure([0.2, 0.5, 0.55], { title: 'Share of the photo', valueTitle: 'share' });
 */
export function shareHistogramFigure(
  shares: readonly number[],
  { title, valueTitle }: { title: string; valueTitle: string },
): Figure {
  if (shares.length === 0) throw new Error('expected at least one share, received none');
  const bins = 20;
  const counts = new Array<number>(bins).fill(0);
  for (const share of shares) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
    counts[bin] = elementAt(counts, bin) + 1;
  }
  const median = elementAt(
    [...shares].sort((a, b) => a - b),
    shares.length >> 1,
  );
  const data: Data[] = [
    {
      type: 'bar',
      x: counts.map((_, bin) => (bin + 0.5) / bins),
      y: counts,
      marker: { color: COLORS.blue },
      hovertemplate: '%{x:.0%}: %{y}<extra></extra>',
    },
  ];
  return {
    data,
    layout: layout(title, 360, {
      showlegend: false,
      bargap: 0.05,
      xaxis: axis(valueTitle, { tickformat: '.0%', range: [0, 1] }),
      yaxis: axis('count', { rangemode: 'tozero' }),
    }),
    alt: `${title}: histogram of ${shares.length} values, median ${(100 * median).toFixed(0)} %.`,
  };
}
