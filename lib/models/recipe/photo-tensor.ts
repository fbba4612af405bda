import * as tf from '@tensorflow/tfjs';
import { type PhotoInput, type RgbImage, squaresOf } from '../../image/index';

/** Of a recipe's input, what says which square pictures there are. */
export type Squares = Pick<PhotoInput, 'size' | 'views'>;

/**
 * Decoded photos as one tensor.
 *
 * @param images as `decodePhoto` gives them for this input
 * @returns [b, squares * size, size, 3] float32, 0..255
 * @throws Error when a picture has another size
 */
export function photoTensor(images: readonly RgbImage[], input: Squares): tf.Tensor4D {
  const { size } = input;
  const rows = squaresOf(input) * size;
  const pixels = joinPhotos(images, input, new Float32Array(images.length * rows * size * 3));
  return tf.tensor4d(pixels, [images.length, rows, size, 3]);
}

/**
 * Writes decoded photos into one array, one after the other.
 *
 * @returns the array
 * @throws Error when a picture has another size
 */
export function joinPhotos<Pixels extends Float32Array | Uint8Array>(
  images: readonly RgbImage[],
  input: Squares,
  pixels: Pixels,
): Pixels {
  for (const [index, image] of images.entries()) {
    checkSquares(image, input);
    pixels.set(image.data, index * image.data.length);
  }
  return pixels;
}

/** @throws Error when a picture is not as `decodePhoto` gives it for this input */
export function checkSquares({ width, height }: RgbImage, input: Squares): void {
  const { size } = input;
  const rows = squaresOf(input) * size;
  if (width !== size || height !== rows)
    throw new Error(`expected pictures of ${size} x ${rows}, received ${width} x ${height}`);
}
