import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, countsAt, integersAt, kernels, placeBuffers } from '../wasm/kernels';

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
  const [source] = placeBuffers(data.length);
  bytesAt(source, data.length).set(data);
  kernels().countRgb(source, data.length / 3);
  const counts = (channel: number) => Uint32Array.from(integersAt(countsAt(channel), 256));
  return { red: counts(0), green: counts(1), blue: counts(2) };
}
