import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { bytesAt, floatsAt, kernels, placeBuffers } from '../wasm/kernels';

/** What becomes of each value of each channel. */
export interface FloatTable {
  /** 256 values for each of three channels of the result. */
  values: Float32Array;
  /** Which channel of the picture each of them is made of, 0..2. */
  sources: readonly [number, number, number];
}

/**
 * Writes a picture's pixels as float32, each value by a table.
 *
 * @param target takes [height, width, 3] from `at` on
 * @throws Error when the pixels are not as many as the size says
 * @throws RangeError when they do not fit into the target
 * @example lookUpFloats(image, { values, sources: [2, 1, 0] }, new Float32Array(3 * width * height), 0); // BGR
 */
export function lookUpFloats(image: RgbImage, table: FloatTable, target: Float32Array, at: number): void {
  checkImage(image);
  const { data } = image;
  const [source, floats] = placeBuffers(data.length, 4 * data.length);
  bytesAt(source, data.length).set(data);
  floatsAt(kernels().FLOATS.value, table.values.length).set(table.values);
  kernels().lookUpFloats(source, data.length / 3, ...table.sources, floats);
  target.set(floatsAt(floats, data.length), at);
}
