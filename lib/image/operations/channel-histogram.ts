import { checkImage } from '../check-image';
import type { RgbImage } from '../types';

/** How many pixels have each value, by channel: 256 counts each. */
export interface ChannelHistogram {
  red: Uint32Array;
  green: Uint32Array;
  blue: Uint32Array;
}

/**
 * Counts the values of each channel, as OpenCV's `calcHist` with 256 bins over 0..256.
 *
 * @throws Error when the pixels are not as many as the size says
 * @example channelHistogram(image).red[255] // number of pixels with full red
 */
export function channelHistogram(image: RgbImage): ChannelHistogram {
  checkImage(image);
  return {
    red: countValues(image.data, 0, 3),
    green: countValues(image.data, 1, 3),
    blue: countValues(image.data, 2, 3),
  };
}

/**
 * How often each byte occurs, 256 counts.
 *
 * @param first index of the first value
 * @param step from one value to the next
 */
export function countValues(data: Uint8Array, first = 0, step = 1): Uint32Array {
  // two tables: neighbours are often equal, and a count waits for the one before
  const even = new Uint32Array(256);
  const odd = new Uint32Array(256);
  let i = first;
  for (; i + step < data.length; i += 2 * step) {
    const a = data[i] ?? 0;
    const b = data[i + step] ?? 0;
    even[a] = (even[a] ?? 0) + 1;
    odd[b] = (odd[b] ?? 0) + 1;
  }
  const last = data[i];
  if (last !== undefined) even[last] = (even[last] ?? 0) + 1;
  return even.map((count, value) => count + (odd[value] ?? 0));
}
