import type { RgbImage } from '../types';
import { bytesAt, kernels, placeBuffers } from '../wasm/kernels';
import { addedCounts, channelHistogram } from './channel-histogram';
import { changeLuma } from './luma';
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
  const { width, height } = image;
  const { red, green, blue } = channelHistogram(image);
  const table = (counts: Uint32Array) => equalizationTable(counts, width * height);
  return { data: lookUp(image.data, table(red), table(green), table(blue)), width, height };
}

/**
 * Spreads the luma of a picture over 0..255 and keeps its colours: OpenCV's `equalizeHist` on Y of YCrCb, value for
 * value.
 *
 * @returns a new picture of the same size
 * @throws Error when the pixels are not as many as the size says
 * @example const clearer = equalizeLuma(await decodeImage('dim.jpg'));
 */
export const equalizeLuma = (image: RgbImage): RgbImage =>
  changeLuma(image, 256 + 2048, (luma, newLuma, pixels, table) => {
    const counts = table + 256;
    kernels().countPlane(luma, pixels, counts);
    bytesAt(table, 256).set(equalizationTable(addedCounts(counts), pixels));
    kernels().lookUp(luma, pixels, table, newLuma);
  });

/** New values of each channel from a table each. */
export function lookUp(data: Uint8Array, red: Uint8Array, green: Uint8Array, blue: Uint8Array): Uint8Array {
  const [source, tables, target] = placeBuffers(data.length, 768, data.length);
  bytesAt(source, data.length).set(data);
  const all = bytesAt(tables, 768);
  all.set(red);
  all.set(green, 256);
  all.set(blue, 512);
  kernels().lookUpRgb(source, data.length / 3, tables, target);
  return bytesAt(target, data.length).slice();
}

function equalizationTable(counts: Uint32Array, pixels: number): Uint8Array {
  const table = new Uint8Array(256);
  const lowest = counts.findIndex((count) => count > 0);
  const atLowest = counts[lowest] ?? 0;
  if (atLowest === pixels) return table.fill(lowest);
  const scale = Math.fround(255 / Math.fround(pixels - atLowest)); // float32, as in OpenCV
  let below = 0;
  for (const [value, count] of counts.entries()) {
    if (value <= lowest) continue;
    below += count;
    table[value] = Math.min(255, roundHalfEven(Math.fround(Math.fround(below) * scale)));
  }
  return table;
}
