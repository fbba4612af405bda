import type { RgbImage } from '../types';
import { Pearson } from './pearson';

/**
 * How much the colour channels of pictures say the same: the least of Pearson's correlations of red and green, red and
 * blue, green and blue, over all pixels of all pictures (as `numpy.corrcoef`).
 *
 * @returns -1..1; NaN where a channel has one value only
 * @throws Error for no picture
 * @example channelCorrelation(await decodePhotos(dataset, sample, { width: 128, height: 128, fit: 'fill' }))
 */
export function channelCorrelation(images: readonly RgbImage[]): number {
  if (images.length === 0) throw new Error('expected at least one picture, received none');
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  const correlations = pairs.map(([a, b]) => correlation(images, a, b));
  return correlations.some(Number.isNaN) ? Number.NaN : Math.min(...correlations);
}

function correlation(images: readonly RgbImage[], a: number, b: number): number {
  const pairs = new Pearson();
  for (const { data } of images)
    for (let i = 0; i < data.length; i += 3) pairs.add(data[i + a] ?? 0, data[i + b] ?? 0);
  return pairs.value();
}
