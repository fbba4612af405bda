import type { RgbImage } from '../types';
import { type ChannelHistogram, channelHistogram } from './channel-histogram';

/**
 * Adds up the histograms of several pictures: how often each value occurs in all of them together.
 *
 * @throws Error for no picture
 * @example sumHistograms(await decodePhotos(dataset, sample, { width: 128, height: 128, fit: 'fill' })).red;
 */
export function sumHistograms(images: readonly RgbImage[]): ChannelHistogram {
  const [first, ...others] = images.map(channelHistogram);
  if (!first) throw new Error('expected at least one picture, received none');
  const { red, green, blue } = first;
  for (const other of others) {
    add(red, other.red);
    add(green, other.green);
    add(blue, other.blue);
  }
  return first;
}

function add(sum: Uint32Array, counts: Uint32Array): void {
  for (const [value, count] of counts.entries()) sum[value] = (sum[value] ?? 0) + count;
}
