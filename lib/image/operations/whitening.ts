import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkImage } from '../check-image';
import type { RgbImage } from '../types';

/** What `fitWhitening` learnt from pictures of one size. */
export interface Whitening {
  /** px */
  width: number;
  /** px */
  height: number;
  /** What is taken off first, HWC, 0..1; `width * height * 3` values: the mean picture, or each channel's mean. */
  mean: Float64Array;
  /** Principal directions, each as long as `mean` and of length 1. */
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

/** Options of `fitWhitening`. */
export interface WhiteningOptions {
  /** Directions with a smaller deviation are damped. Default 0.003. */
  epsilon?: number;
  /**
   * What is taken off first: the mean `picture` (default), which makes what is left uncorrelated, or one mean for each
   * `channel`, as Keras does.
   */
  centre?: 'picture' | 'channel';
}

/**
 * Learns ZCA whitening from pictures. With the n pictures (0..1) as rows of X, less their mean, and X^T = U S V^T,
 * W = U diag(sqrt(n) / (S + sqrt(n) epsilon)) U^T (A. J. Bell, T. J. Sejnowski, 1997; A. Krizhevsky, 2009).
 *
 * With `centre: 'channel'` it is `ImageDataGenerator(featurewise_center=True, zca_whitening=True).fit` of Keras, which
 * takes one mean off each channel: the mean picture stays in X and counts as a direction of its own. Here epsilon is in
 * units of a deviation; Keras' `zca_epsilon` is sqrt(n) times as large.
 *
 * U comes from the eigenvectors of X X^T or of X^T X, whichever is smaller. Whole pictures have more values than
 * there are pictures, so that much of them lies outside of what can be learnt; patches (`cutPatches`) do not.
 *
 * @param images at least two, all of one size
 * @throws Error for fewer than two pictures or different sizes
 * @throws RangeError for an epsilon below 0
 * @example
 * const whitening = fitWhitening(cutPatches(images, { random: createRandom(1) }));
 * const picture = whitenedToRgb(whitenPhoto(images[0], whitening));
 */
export function fitWhitening(images: readonly RgbImage[], options: WhiteningOptions = {}): Whitening {
  const { epsilon = 0.003, centre = 'picture' } = options;
  const [first] = images;
  if (!first || images.length < 2)
    throw new Error(`expected at least 2 pictures to whiten by, received ${images.length}`);
  if (!(epsilon >= 0)) throw new RangeError(`expected an epsilon of at least 0, received ${epsilon}`);
  const { width, height } = first;
  const mean = new Float64Array(width * height * 3);
  for (const image of images) {
    checkSameSize(image, width, height);
    for (const [i, value] of image.data.entries()) mean[i] = (mean[i] ?? 0) + value / 255 / images.length;
  }
  if (centre === 'channel') spreadChannelMeans(mean);
  const rows = images.map(({ data }) => Float64Array.from(data, (value, i) => value / 255 - (mean[i] ?? 0)));
  const columns = rows.length <= mean.length ? rows : transpose(rows);
  const { vectors, variances } = eigenvectors(columns, images.length);
  const directions =
    columns === rows
      ? vectors.map((vector, k) => combine(rows, vector, 1 / Math.sqrt((variances[k] ?? 0) * images.length)))
      : vectors;
  return { width, height, mean, directions, deviations: variances.map(Math.sqrt), epsilon };
}

/** Puts the mean of each channel in the place of the mean picture. */
function spreadChannelMeans(mean: Float64Array): void {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let i = channel; i < mean.length; i += 3) sum += mean[i] ?? 0;
    for (let i = channel; i < mean.length; i += 3) mean[i] = (sum * 3) / mean.length;
  }
}

/** Eigenvectors of the matrix of products of `columns`, divided by n; largest eigenvalue first, zeros left out. */
function eigenvectors(columns: readonly Float64Array[], n: number) {
  const products = new Matrix(columns.length, columns.length);
  for (const [i, a] of columns.entries())
    for (const [j, b] of columns.entries()) {
      if (j > i) break;
      const product = dot(a, b) / n;
      products.set(i, j, product);
      products.set(j, i, product);
    }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  });
  const smallest = 1e-10 * Math.max(...realEigenvalues); // centring makes one of n pictures' directions zero
  const kept = [...realEigenvalues.entries()]
    .filter(([, value]) => value > smallest)
    .sort(([, a], [, b]) => b - a);
  return {
    vectors: kept.map(([k]) => Float64Array.from(eigenvectorMatrix.getColumn(k))),
    variances: Float64Array.from(kept, ([, value]) => value),
  };
}

function transpose(rows: readonly Float64Array[]): Float64Array[] {
  return Array.from(rows[0] ?? [], (_, j) => Float64Array.from(rows, (row) => row[j] ?? 0));
}

/** The sum of the rows, each times its factor, times `scale`. */
function combine(rows: readonly Float64Array[], factors: Float64Array, scale: number): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  rows.forEach((row, i) => {
    const factor = (factors[i] ?? 0) * scale;
    for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] ?? 0) + factor * (row[j] ?? 0);
  });
  return sum;
}

/**
 * Whitens one picture of the fitted size: what Keras' `standardize` does with the fitted matrix.
 *
 * @throws Error when the picture has another size than those of `fitWhitening`
 */
export function whiten(image: RgbImage, whitening: Whitening): WhitenedImage {
  const { width, height, mean, directions, deviations, epsilon } = whitening;
  checkSameSize(image, width, height);
  const centred = Float64Array.from(image.data, (value, i) => value / 255 - (mean[i] ?? 0));
  const along = Float64Array.from(
    directions,
    (direction, k) => dot(centred, direction) / ((deviations[k] ?? 0) + epsilon),
  );
  return { values: Float32Array.from(combine(directions, along, 1)), width, height };
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
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function checkSameSize(image: RgbImage, width: number, height: number): void {
  checkImage(image);
  if (image.width !== width || image.height !== height)
    throw new Error(
      `expected pictures of one size to whiten, ${width} x ${height} px, received ${image.width} x ${image.height}: decode them with width and height`,
    );
}
