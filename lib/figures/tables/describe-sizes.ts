import { elementAt } from '../../base/index';
import type { PhotoSize } from '../plots/photo-sizes';

/**
 * Count, mean, deviation, least, median and most of the photos' widths, heights and aspect ratios, as rows of a
 * table (pandas' `describe()`, by Danfo.js).
 *
 * @throws Error when there is no photo.
 * @example showTable(describeSizes(dataset.examples), { caption: 'Photo sizes, px' });
 */
export function describeSizes(
  sizes: readonly PhotoSize[],
): { statistic: string; width: number; height: number; 'width / height': number }[] {
  if (sizes.length === 0) throw new Error('expected at least one photo size, received none');
  // Loaded here: Danfo.js is large, and only this table needs it.
  const { DataFrame } = require('danfojs-node') as typeof import('danfojs-node');
  const summary = new DataFrame({
    width: sizes.map(({ width }) => width),
    height: sizes.map(({ height }) => height),
    ratio: sizes.map(({ width, height }) => width / height),
  }).describe();
  const rows = summary.values as number[][];
  return summary.index
    .map((statistic, i) => ({
      statistic: String(statistic),
      width: elementAt(elementAt(rows, i), 0),
      height: elementAt(elementAt(rows, i), 1),
      'width / height': elementAt(elementAt(rows, i), 2),
    }))
    .filter(({ statistic }) => statistic !== 'variance');
}
