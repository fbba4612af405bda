import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkImage } from './check-image';
import type { RgbImage } from './types';

/** What `fitWhitening` learnt from pictures of one size. */
export interface Whitening {
  /** px */
  width: number;
  /** px */
  height: number;
  /** Mean picture, HWC, 0..1; `size` values. */
  mean: Float64Array;
  /** Principal directions, one after the other, each of `size` values and length 1. */
  directions: Float64Array[];
  /** Deviation of the pictures along each direction, largest first. */
  deviations: Float64Array;
  epsilon: number;
}

/** Decorrelated pixels: HWC, three channels, mean about 0. */
export interface WhitenedImage {
  values: Float32Array;
  /** px */
  width: number;
  /** px */
  height: number;
}

/**
 * Learns ZCA whitening from pictures, as `ImageDataGenerator(featurewise_center=True, zca_whitening=True).fit` of
 * Keras: with the pictures (0..1) as rows of X, less their mean, and X^T = U S V^T,
 * W = U diag(sqrt(n) / (S + epsilon')) U^T, here with epsilon' = sqrt(n) epsilon, so that epsilon is in units of
 * a deviation whatever the number of pictures. (A. J. Bell, T. J. Sejnowski, 1997; A. Krizhevsky, 2009.)
 *
 * There are fewer pictures than pixels, so U comes from the n x n matrix X X^T.
 *
 * @param images at least two, all of one size; small ones (32 to 64 px), since cost and memory grow with n * pixels
 * @param options `epsilon`: directions with a smaller deviation are damped; default 0.1
 * @throws Error for fewer than two pictures or different sizes
 * @example
 * const whitening = fitWhitening(images);
 * const picture = whitenedToRgb(whiten(images[0], whitening));
 */
export function fitWhitening(images: readonly RgbImage[], { epsilon = 0.1 } = {}): Whitening {
  if (images.length < 2)
    throw new Error(`expected at least 2 pictures to whiten by, received ${images.length}`);
  if (!(epsilon >= 0)) throw new RangeError(`expected an epsilon of at least 0, received ${epsilon}`);
  const { width, height } = images[0];
  const size = width * height * 3;
  const mean = new Float64Array(size);
  for (const image of images) {
    checkSameSize(image, width, height);
    for (let i = 0; i < size; i++) mean[i] += image.data[i] / 255 / images.length;
  }
  const rows = images.map(({ data }) => Float64Array.from(data, (value, i) => value / 255 - mean[i]));
  const gram = new Matrix(rows.length, rows.length);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j <= i; j++) {
      const product = dot(rows[i], rows[j]) / rows.length;
      gram.set(i, j, product);
      gram.set(j, i, product);
    }
  const { realEigenvalues: variances, eigenvectorMatrix } = new EigenvalueDecomposition(gram, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...variances);
  const order = variances
    .map((variance, k) => ({ variance, k }))
    .filter(({ variance }) => variance > 1e-10 * largest) // centring makes at least one of them zero
    .sort((a, b) => b.variance - a.variance);
  const directions = order.map(({ variance, k }) => {
    const direction = new Float64Array(size);
    for (let i = 0; i < rows.length; i++) {
      const share = eigenvectorMatrix.get(i, k) / Math.sqrt(variance * rows.length);
      for (let j = 0; j < size; j++) direction[j] += share * rows[i][j];
    }
    return direction;
  });
  const deviations = Float64Array.from(order, ({ variance }) => Math.sqrt(variance));
  return { width, height, mean, directions, deviations, epsilon };
}

/**
 * Whitens one picture: what Keras' `standardize` does with the fitted matrix.
 *
 * @throws Error when the picture has another size than those of `fitWhitening`
 */
export function whiten(image: RgbImage, whitening: Whitening): WhitenedImage {
  const { width, height, mean, directions, deviations, epsilon } = whitening;
  checkSameSize(image, width, height);
  const centred = Float64Array.from(image.data, (value, i) => value / 255 - mean[i]);
  const values = new Float64Array(centred.length);
  directions.forEach((direction, k) => {
    const along = dot(centred, direction) / (deviations[k] + epsilon);
    for (let i = 0; i < values.length; i++) values[i] += along * direction[i];
  });
  return { values: Float32Array.from(values), width, height };
}

/** Shows whitened pixels: their mean as mid-grey, three deviations either way as black and white. */
export function whitenedToRgb({ values, width, height }: WhitenedImage): RgbImage {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / values.length) || 1;
  const shown = Uint8ClampedArray.from(values, (value) => 127.5 + ((value - mean) / deviation / 3) * 127.5);
  return { data: new Uint8Array(shown.buffer), width, height };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function checkSameSize(image: RgbImage, width: number, height: number): void {
  checkImage(image);
  if (image.width !== width || image.height !== height)
    throw new Error(
      `expected pictures of one size to whiten, ${width} x ${height} px, received ${image.width} x ${image.height}: decode them with width and height`,
    );
}
