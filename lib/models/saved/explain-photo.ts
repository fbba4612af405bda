import * as tf from '@tensorflow/tfjs';
import { firstSquare, type RgbImage } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import { gradCam, type PixelNetwork } from '../explain/grad-cam';
import { occlusionMap } from '../explain/occlusion-map';
import { pooledFeatures, scalePixels } from '../recipe/photo-features';
import { photoTensor } from '../recipe/photo-tensor';
import { transformTensor } from '../recipe/transform-features';
import type { ClassifierMetadata } from './classifier-metadata';
import type { Explanation, Prediction } from './classifier-types';

/** 6 x 6 places and the photo itself: nine batches of four and one of one, sizes that a server has graphs for. */
const OCCLUSION = { cells: 7, patch: 2, batchSize: 4 };

/** What of a classifier explanations need. */
export interface ExplainedClassifier {
  metadata: ClassifierMetadata;
  backbones: readonly Backbone[];
  head: tf.LayersModel;
  classify(images: RgbImage[], top: number): Promise<Prediction[]>;
}

/**
 * Where a classifier looked: Grad-CAM and occlusion of the photo's first square, seen once. Where several networks'
 * features are joined, the first network's are explained, and the others' stay as they are for the whole photo.
 *
 * @param breed the class to explain; null: the likeliest
 * @throws Error for a breed that is no class
 */
export async function explainPhoto(
  classifier: ExplainedClassifier,
  image: RgbImage,
  breed: string | null,
): Promise<Explanation> {
  const { metadata, backbones, head } = classifier;
  const { classNames, recipe } = metadata;
  const [answer] = await classifier.classify([image], classNames.length);
  const explained = answer?.top.find((score) => breed === null || score.breed === breed);
  if (!explained) throw new Error(`expected one of the ${classNames.length} breeds, received ${breed}`);
  const index = classNames.indexOf(explained.breed);
  const square = firstSquare(image);
  const [first, ...others] = backbones;
  const rest = tf.tidy(() => {
    const input = { ...recipe.input, views: 1 as const };
    const photo = photoTensor([square], input);
    return others.map((backbone) =>
      transformTensor(pooledFeatures(photo, backbone, input), recipe.transform).clone(),
    );
  });
  const { pixels } = recipe;
  const network: PixelNetwork = first ?? {
    model: head,
    preprocess: (batch) => (pixels ? scalePixels(batch, pixels) : batch),
  };
  const transform = (features: tf.Tensor2D): tf.Tensor2D => {
    const own = transformTensor(features, recipe.transform);
    if (rest.length === 0) return own;
    return tf.concat([own, ...rest.map((part) => part.tile([own.shape[0], 1]) as tf.Tensor2D)], 1);
  };
  try {
    const ownHead = first ? head : null;
    const camera = await gradCam(network, ownHead, square, index, first && { transform });
    const options = { ...OCCLUSION, ...(first && { transform }) };
    const covered = await occlusionMap(network, ownHead, square, index, options);
    return { ...explained, gradCam: camera, occlusion: covered };
  } finally {
    tf.dispose(rest);
  }
}
