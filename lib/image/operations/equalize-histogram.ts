import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, kernels, placeBuffers, tableAt } from '../wasm/kernels';
import { changeLuma } from './luma';

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
  checkImage(image);
  const { data, width, height } = image;
  const pixels = width * height;
  const [source, target] = placeBuffers(data.length, data.length);
  bytesAt(source, data.length).set(data);
  kernels().countRgb(source, pixels);
  for (let channel = 0; channel < 3; channel++) kernels().equalizationTable(channel, pixels);
  kernels().lookUpRgb(source, pixels, target);
  return { data: bytesAt(target, data.length).slice(), width, height };
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
  changeLuma(image, 0, (luma, newLuma, pixels) => {
    kernels().countPlane(luma, pixels);
    kernels().equalizationTable(0, pixels);
    kernels().lookUp(luma, pixels, newLuma);
  });

/** New values of each channel from a table each. */
export function lookUp(data: Uint8Array, ...tables: [Uint8Array, Uint8Array, Uint8Array]): Uint8Array {
  const [source, target] = placeBuffers(data.length, data.length);
  bytesAt(source, data.length).set(data);
  for (const [channel, table] of tables.entries()) bytesAt(tableAt(channel), 256).set(table);
  kernels().lookUpRgb(source, data.length / 3, target);
  return bytesAt(target, data.length).slice();
}
