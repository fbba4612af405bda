import * as tf from '@tensorflow/tfjs';
import { type PhotoInput, type RgbImage, squaresOf } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import type { FeatureRecipe, PixelScaling } from './feature-recipe';
import { transformTensor } from './transform-features';

/** Of a recipe's input, what says which square pictures there are. */
type Squares = Pick<PhotoInput, 'size' | 'views'>;

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
  const { size } = input;
  const rows = squaresOf(input) * size;
  for (const [index, { data, width, height }] of images.entries()) {
    if (width !== size || height !== rows)
      throw new Error(`expected pictures of ${size} x ${rows}, received ${width} x ${height}`);
    pixels.set(data, index * rows * size * 3);
  }
  return pixels;
}

/**
 * Runs what takes square pictures on all views of photos, and averages its outputs.
 *
 * @param photos [b, squares * size, size, 3], raw 0..255
 * @param run [n, size, size, 3] -> [n, width]
 * @returns [b, width]
 */
export function overViews(
  photos: tf.Tensor4D,
  { size, views }: Squares,
  run: (squares: tf.Tensor4D) => tf.Tensor2D,
): tf.Tensor2D {
  if (views === 1) return run(photos);
  const [batch, rows] = photos.shape;
  const squares = rows / size;
  const pictures = photos.reshape([batch * squares, size, size, 3]) as tf.Tensor4D;
  const outputs = run(tf.concat([pictures, tf.reverse(pictures, 2)], 0));
  const width = outputs.shape[1];
  return outputs.reshape([2, batch, squares, width]).mean([0, 2]) as tf.Tensor2D;
}

/**
 * Pooled features of one network, averaged over the views. What the cache of features holds.
 *
 * @param photos [b, squares * size, size, 3], raw 0..255
 * @returns [b, D]
 */
export function pooledFeatures(photos: tf.Tensor4D, backbone: Backbone, input: Squares): tf.Tensor2D {
  const { quantized, model } = backbone;
  return overViews(photos, input, (squares) => {
    const pixels = backbone.preprocess(squares);
    return quantized ? quantized.features(pixels) : (model.predictOnBatch(pixels) as tf.Tensor2D);
  });
}

/**
 * The features of a recipe: every network's pooled features, transformed, joined. What a head sees.
 *
 * @param photos [b, squares * size, size, 3], raw 0..255
 * @param backbones in the order of `recipe.networks`
 * @returns [b, size]
 */
export function recipeFeatures(
  photos: tf.Tensor4D,
  backbones: readonly Backbone[],
  { input, transform }: FeatureRecipe,
): tf.Tensor2D {
  const parts = backbones.map((backbone) =>
    transformTensor(pooledFeatures(photos, backbone, input), transform),
  );
  const [only] = parts;
  return only && parts.length === 1 ? only : (tf.concat(parts, 1) as tf.Tensor2D);
}

/** Raw pixels 0..255 [b, h, w, 3] as a whole network wants them. */
export function scalePixels(pixels: tf.Tensor4D, { channelOrder, mean, std }: PixelScaling): tf.Tensor4D {
  const ordered = channelOrder === 'bgr' ? tf.reverse(pixels, 3) : pixels;
  return tf.div<tf.Tensor4D>(tf.sub(ordered, tf.tensor1d([...mean])), tf.tensor1d([...std]));
}
