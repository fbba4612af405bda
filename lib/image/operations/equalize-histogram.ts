import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { channelHistogram, countValues } from './channel-histogram';
import { rgbToYCrCb, yCrCbToRgb } from './luma';
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
  const pixels = width * height;
  const [reds, greens, blues] = [
    equalizationTable(red, pixels),
    equalizationTable(green, pixels),
    equalizationTable(blue, pixels),
  ];
  return { data: lookUp(image.data, reds, greens, blues), width, height };
}

/**
 * Spreads the luma of a picture over 0..255 and keeps its colours: OpenCV's `equalizeHist` on Y of YCrCb, value for
 * value.
 *
 * @returns a new picture of the same size
 * @throws Error when the pixels are not as many as the size says
 * @example const clearer = equalizeLuma(await decodeImage('dim.jpg'));
 */
export function equalizeLuma(image: RgbImage): RgbImage {
  checkImage(image);
  const { width, height } = image;
  const { luma, red, blue } = rgbToYCrCb(image.data);
  const table = equalizationTable(countValues(luma), luma.length);
  const spread = luma.map((value) => table[value] ?? 0);
  return { data: yCrCbToRgb({ luma: spread, red, blue }), width, height };
}

/** New values of each channel from a table each. */
export function lookUp(data: Uint8Array, red: Uint8Array, green: Uint8Array, blue: Uint8Array): Uint8Array {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    result[i] = red[data[i] ?? 0] ?? 0;
    result[i + 1] = green[data[i + 1] ?? 0] ?? 0;
    result[i + 2] = blue[data[i + 2] ?? 0] ?? 0;
  }
  return result;
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
