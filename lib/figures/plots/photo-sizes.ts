import { elementAt } from '../../base/index';
import { quantile } from '../../evaluation/index';
import type { Figure } from '../types';
import { axis, COLORS, layout, whole } from './theme';

/** Size of a photo in px. */
export interface PhotoSize {
  width: number;
  height: number;
}

/** Centres and counts of the bins of `step` px that are not empty. */
function bin(values: number[], step: number): { centres: number[]; counts: number[] } {
  const counts = new Map<number, number>();
  for (const value of values) {
    const centre = (Math.floor(value / step) + 0.5) * step;
    counts.set(centre, (counts.get(centre) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return { centres: sorted.map(([centre]) => centre), counts: sorted.map(([, count]) => count) };
}

/**
 * What the figures show at first: the range of the middle 99 % and bins to suit it, since a handful of huge photos
 * would press all others into a corner.
 */
function focus(values: number[], bins: number): { least: number; most: number; step: number } {
  const sorted = Float64Array.from(values).sort();
  const least = quantile(sorted, 0.005);
  const most = quantile(sorted, 0.995);
  return { least, most, step: niceStep([least, most], bins) };
}

/** Least and most of any number of values (spreading 20,000 arguments is risky). */
const range = (values: number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([least, most], v) => [Math.min(least, v), Math.max(most, v)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

/** A round bin size that cuts the range into about `bins` pieces. */
function niceStep([least, most]: [number, number], bins: number): number {
  const rough = Math.max((most - least) / bins, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return (
    [1, 2, 2.5, 5, 10].map((m) => m * power).find((step) => step >= rough && Number.isInteger(step)) ??
    10 * power
  );
}

function check(sizes: readonly PhotoSize[]): void {
  if (sizes.length === 0) throw new Error('expected at least one photo size, received none');
}

const median = (values: number[]): number =>
  elementAt(
    [...values].sort((a, b) => a - b),
    values.length >> 1,
  );

/**
 * Where widths and heights fall together: a map of counts in square bins, however many photos there are. Shows the
 * middle 99 % at first; a double-click shows all.
 *
 * @throws Error when there is no photo.
 * @example showFigure(photoSizesFigure(dataset.examples));
 */
export function photoSizesFigure(sizes: readonly PhotoSize[]): Figure {
  check(sizes);
  const { most: edge, step } = focus(
    sizes.flatMap(({ width, height }) => [width, height]),
    40,
  );
  const shown = [0, Math.ceil((1.05 * edge) / step) * step];
  const cells = new Map<string, { x: number; y: number; count: number }>();
  for (const { width, height } of sizes) {
    const x = (Math.floor(width / step) + 0.5) * step;
    const y = (Math.floor(height / step) + 0.5) * step;
    const cell = cells.get(`${x},${y}`) ?? { x, y, count: 0 };
    cells.set(`${x},${y}`, { ...cell, count: cell.count + 1 });
  }
  const points = [...cells.values()];
  // At least 20, so that a small data set is a cloud of dots and not of discs.
  const most = points.reduce((largest, { count }) => Math.max(largest, count), 20);
  const [width, height] = [median(sizes.map((s) => s.width)), median(sizes.map((s) => s.height))];
  return {
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: points.map(({ x }) => x),
        y: points.map(({ y }) => y),
        customdata: points.map(({ count }) => count),
        hovertemplate: 'about %{x} x %{y} px: %{customdata} photos<extra></extra>',
        marker: {
          symbol: 'circle',
          color: COLORS.blue,
          opacity: 0.75,
          line: { width: 0 },
          size: points.map(({ count }) => Math.round(10 * (3 + 19 * Math.sqrt(count / most))) / 10),
        },
      },
    ],
    layout: layout('Photo sizes', 460, {
      showlegend: false,
      xaxis: axis('width, px', { range: shown }),
      yaxis: axis('height, px', { range: shown }),
    }),
    alt:
      `Bubble chart of photo sizes in steps of ${step} px, the area standing for the number of photos: ` +
      `${whole(sizes.length)} photos, median ${width} x ${height} px.`,
  };
}

/**
 * Histograms of widths and of heights, one over the other. Shows the middle 99 % at first; a double-click shows all.
 *
 * @throws Error when there is no photo.
 * @example showFigure(sizeHistogramFigure(dataset.examples));
 */
export function sizeHistogramFigure(sizes: readonly PhotoSize[]): Figure {
  check(sizes);
  const columns = { width: sizes.map((s) => s.width), height: sizes.map((s) => s.height) };
  const { least, most, step } = focus([...columns.width, ...columns.height], 50);
  const shown = [Math.floor((0.95 * least) / step) * step, Math.ceil((1.05 * most) / step) * step];
  const series = (['width', 'height'] as const).map((name, i) => {
    const { centres, counts } = bin(columns[name], step);
    return { name, centres, counts, color: [COLORS.blue, COLORS.orange][i] };
  });
  return {
    data: series.map(({ name, centres, counts, color }) => ({
      type: 'bar',
      name,
      x: centres,
      y: counts,
      width: step,
      opacity: 0.65,
      marker: { color, line: { width: 0 } },
      hovertemplate: `${name} about %{x} px: %{y} photos<extra></extra>`,
    })),
    layout: layout('Widths and heights', 380, {
      barmode: 'overlay',
      xaxis: axis('px', { range: shown }),
      yaxis: axis('photos'),
    }),
    alt:
      `Histograms of the widths and heights of ${whole(sizes.length)} photos: widths from ${whole(range(columns.width)[0])} to ` +
      `${whole(range(columns.width)[1])} px (median ${whole(median(columns.width))}), heights from ${whole(range(columns.height)[0])} to ` +
      `${whole(range(columns.height)[1])} px (median ${whole(median(columns.height))}).`,
  };
}
