import type { RgbImage } from '../types';
import { type ChannelHistogram, channelHistogram } from './channel-histogram';

/**
 * Adds up the histograms of several pictures: how often each value occurs in all of them together.
 *
 * @throws Error for no picture
 * @example sumHistograms(await decodePhotos(dataset, sample, { width: 128, height: 128, fit: 'fill' })).red;
 */
export function sumHistograms(images: readonly RgbImage[]): ChannelHistogram {
  if (images.length === 0) throw new Error('expected at least one picture, received none');
  const sum = channelHistogram(images[0]);
  for (const image of images.slice(1)) {
    const { red, green, blue } = channelHistogram(image);
    for (let value = 0; value < 256; value++) {
      sum.red[value] += red[value];
      sum.green[value] += green[value];
      sum.blue[value] += blue[value];
    }
  }
  return sum;
}
