import type { RgbImage } from '../types';
import { channelHistogram } from './channel-histogram';
import { roundHalfEven } from './round-half-even';

/**
 * Spreads the values of each channel over 0..255, each channel for itself, as the presentation does with OpenCV's
 * `equalizeHist`, whose result this is, value for value: a value becomes the share of pixels at or below it, times
 * 255, where the lowest value that occurs becomes 0. A channel with one value stays as it is.
 *
 * @returns a new picture of the same size
 * @throws Error when the pixels are not as many as the size says
 * @example const clearer = equalizeHistogram(await decodeImage('dim.jpg'));
 */
export function equalizeHistogram(image: RgbImage): RgbImage {
  const { red, green, blue } = channelHistogram(image);
  const pixels = image.width * image.height;
  const tables = [red, green, blue].map((counts) => equalizationTable(counts, pixels));
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i += 3) {
    data[i] = tables[0][image.data[i]];
    data[i + 1] = tables[1][image.data[i + 1]];
    data[i + 2] = tables[2][image.data[i + 2]];
  }
  return { data, width: image.width, height: image.height };
}

function equalizationTable(counts: Uint32Array, pixels: number): Uint8Array {
  const table = new Uint8Array(256);
  const lowest = counts.findIndex((count) => count > 0);
  if (counts[lowest] === pixels) return table.fill(lowest);
  const scale = Math.fround(255 / Math.fround(pixels - counts[lowest])); // float32, as in OpenCV
  let below = 0;
  for (let value = lowest + 1; value < 256; value++) {
    below += counts[value];
    table[value] = Math.min(255, roundHalfEven(Math.fround(Math.fround(below) * scale)));
  }
  return table;
}
