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
  const counts = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    counts[0][data[i]]++;
    counts[1][data[i + 1]]++;
    counts[2][data[i + 2]]++;
  }
  return { red: counts[0], green: counts[1], blue: counts[2] };
}
