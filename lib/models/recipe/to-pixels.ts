import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../image/index';

/**
 * Photos as one tensor.
 *
 * @param images RGB, all `size` x `size`
 * @returns [b, size, size, 3] float32, 0..255
 * @throws Error when a picture has another size
 */
export function toPixels(images: RgbImage[], size: number): tf.Tensor4D {
  const pixels = new Float32Array(images.length * size * size * 3);
  for (const [index, { data, width, height }] of images.entries()) {
    if (width !== size || height !== size)
      throw new Error(`expected pictures of ${size} x ${size} pixels, received ${width} x ${height}`);
    pixels.set(data, index * size * size * 3);
  }
  return tf.tensor4d(pixels, [images.length, size, size, 3]);
}
