import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, integersAt, kernels, placeBuffers } from '../wasm/kernels';

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
  const { data } = image;
  const [source, counts] = placeBuffers(data.length, 6 * 1024);
  bytesAt(source, data.length).set(data);
  kernels().countRgb(source, data.length / 3, counts);
  return {
    red: addedCounts(counts),
    green: addedCounts(counts + 2048),
    blue: addedCounts(counts + 4096),
  };
}

/** The sum of two tables of 256 counts: neighbours are often equal, and one count would wait for the other. */
export function addedCounts(counts: number): Uint32Array {
  const sum = Uint32Array.from(integersAt(counts, 256));
  const odd = integersAt(counts + 1024, 256);
  for (let value = 0; value < 256; value++) sum[value] = (sum[value] ?? 0) + (odd[value] ?? 0);
  return sum;
}
