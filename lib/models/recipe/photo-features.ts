import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import type { FeatureRecipe, PixelScaling } from './feature-recipe';
import type { Squares } from './photo-tensor';
import { preparePhotos } from './prepare-photos';
import { transformTensor } from './transform-features';

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
  return overViews(photos, input, (squares) => networkFeatures(backbone.preprocess(squares), backbone));
}

/**
 * {@link pooledFeatures} of decoded photos, value for value, and faster: {@link preparePhotos}.
 *
 * @param images as `decodePhoto` gives them for this input
 * @param kept see {@link preparePhotos}
 * @returns [b, D]
 * @throws Error when a picture has another size
 */
export function photoFeatures(
  images: readonly RgbImage[],
  backbone: Backbone,
  input: Squares,
  kept?: Float32Array,
): tf.Tensor2D {
  const prepared = preparePhotos(images, input, backbone, kept);
  return overViews(prepared, input, (squares) => networkFeatures(squares, backbone));
}

/** Preprocessed pixels [n, size, size, 3] -> [n, D]. */
function networkFeatures(pixels: tf.Tensor4D, { quantized, model }: Backbone): tf.Tensor2D {
  return quantized ? quantized.features(pixels) : (model.predictOnBatch(pixels) as tf.Tensor2D);
}

/**
 * The features of a recipe: every network's pooled features, transformed, joined. What a head sees.
 *
 * @param photos [b, squares * size, size, 3], raw 0..255, or what `decodePhoto` gives: the same values, sooner
 * @param backbones in the order of `recipe.networks`
 * @returns [b, size]
 */
export function recipeFeatures(
  photos: tf.Tensor4D | readonly RgbImage[],
  backbones: readonly Backbone[],
  { input, transform }: FeatureRecipe,
): tf.Tensor2D {
  const parts = backbones.map((backbone) => {
    const pooled =
      photos instanceof tf.Tensor
        ? pooledFeatures(photos, backbone, input)
        : photoFeatures(photos, backbone, input);
    return transformTensor(pooled, transform);
  });
  const [only] = parts;
  return only && parts.length === 1 ? only : (tf.concat(parts, 1) as tf.Tensor2D);
}

/** Raw pixels 0..255 [b, h, w, 3] as a whole network wants them. */
export function scalePixels(pixels: tf.Tensor4D, { channelOrder, mean, std }: PixelScaling): tf.Tensor4D {
  const ordered = channelOrder === 'bgr' ? tf.reverse(pixels, 3) : pixels;
  return tf.div<tf.Tensor4D>(tf.sub(ordered, tf.tensor1d([...mean])), tf.tensor1d([...std]));
}
