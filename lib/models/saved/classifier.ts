import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type PhotoInput, type RgbImage, squaresOf } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import { featureSizeOf } from '../recipe/feature-recipe';
import { type LoadNetworksOptions, loadNetworks } from '../recipe/load-networks';
import { overViews, recipeFeatures, scalePixels } from '../recipe/photo-features';
import { photoTensor } from '../recipe/photo-tensor';
import type { ClassifierMetadata } from './classifier-metadata';
import type { Explanation, Prediction } from './classifier-types';
import { explainPhoto } from './explain-photo';
import { loadModel } from './load-model';
import { migrateMetadata } from './migrate-metadata';
import { modelIdentity } from './model-identity';
import { predictionsBy } from './predictions';

/** How photos are decoded for a classifier (`decodePhoto(photo, classifier.input)`), and the size that gives. */
export interface ClassifierInput extends PhotoInput {
  /** Pixels in a decoded photo, from top to bottom: `size`, or twice that where two squares are seen. */
  rows: number;
}

/** What answers photos: pixels in, calibrated breeds out. */
export interface Predictor {
  metadata: ClassifierMetadata;
  input: ClassifierInput;
  /** Titles of the frozen networks below the head; none where the saved network takes pixels itself. */
  networks: readonly string[];
  /** Whether the first answer takes no longer than later ones: nothing is compiled at it. */
  isWarm: boolean;
  /**
   * Hash of everything that decides about the answers: the head's weights and the metadata (classes, calibration, the
   * recipe with its weights' identities); 24 hexadecimal digits.
   */
  identity(): Promise<string>;
  /**
   * Breeds of photos.
   *
   * @param images of `decodePhoto(photo, predictor.input)`
   * @param top how many breeds each answer names, default 5
   * @param options `features` gives each prediction its features too
   */
  classify(images: RgbImage[], top?: number, options?: { features?: boolean }): Promise<Prediction[]>;
  /**
   * Where the classifier looked: Grad-CAM and occlusion (37 passes).
   *
   * @param breed the class to explain; null: the likeliest
   * @throws Error for a breed that is no class
   */
  explain(image: RgbImage, breed: string | null): Promise<Explanation>;
  dispose(): void;
}

/** A trained breed classifier as TensorFlow.js models. */
export interface Classifier extends Predictor {
  /** The frozen networks below the head; none where the saved network takes pixels itself. */
  backbones: readonly Backbone[];
  /** The saved head, or the whole network where there is no backbone. */
  head: tf.LayersModel;
  /**
   * What the networks say, before calibration, nothing read.
   *
   * @param pixels [b, rows, size, 3] float32, raw RGB 0..255
   * @returns probabilities [b, breeds] and, with backbones, features [b, size]; dispose them
   */
  outputs(pixels: tf.Tensor4D): { probabilities: tf.Tensor2D; features?: tf.Tensor2D };
  /**
   * Calibrated probabilities as a tensor, nothing read: for exporting the whole computation.
   *
   * @param pixels [b, rows, size, 3] float32, raw RGB 0..255
   * @returns [b, breeds]; dispose it
   */
  probabilities(pixels: tf.Tensor4D): tf.Tensor2D;
}

/**
 * Loads what `saveModel(head, folder, metadata)` wrote with a {@link ClassifierMetadata} of this or an older version,
 * and the networks that its recipe names. Start the engine first.
 *
 * @throws WeightsUnavailableError when a network's weights are neither on disk nor reachable
 * @throws Error when the folder holds no model, or one that does not fit its metadata or the weights found
 * @example
 * await startEngine();
 * const classifier = await loadClassifier('data/models/final');
 * const [{ top, notSure }] = await classifier.classify([await decodePhoto('rex.jpg', classifier.input)]);
 */
export async function loadClassifier(folder: string, options: LoadNetworksOptions = {}): Promise<Classifier> {
  const { model, metadata: saved } = await loadModel(folder);
  const metadata = await migrateMetadata(saved, join(folder, 'metadata.json'));
  return createClassifier(model, metadata, await loadNetworks(metadata.recipe, { folder, ...options }));
}

/**
 * A classifier from its parts, e.g. a head that was trained a moment ago.
 *
 * @param head features (transformed as the recipe says) or, without networks, scaled pixels -> probabilities
 * @param backbones of `metadata.recipe.networks`, in that order
 * @throws Error when the parts do not fit each other
 */
export function createClassifier(
  head: tf.LayersModel,
  metadata: ClassifierMetadata,
  backbones: readonly Backbone[],
): Classifier {
  const { recipe, temperature } = metadata;
  checkParts(head, metadata, backbones);
  const toPredictions = predictionsBy(metadata);
  const input: ClassifierInput = { ...recipe.input, rows: squaresOf(recipe.input) * recipe.input.size };

  /** Probabilities before calibration and, with networks, the features. */
  function forward(photos: tf.Tensor4D | readonly RgbImage[]): {
    probabilities: tf.Tensor2D;
    features?: tf.Tensor2D;
  } {
    const { pixels } = recipe;
    if (pixels)
      return {
        probabilities: overViews(
          photos instanceof tf.Tensor ? photos : photoTensor(photos, input),
          input,
          (squares) => head.predictOnBatch(scalePixels(squares, pixels)) as tf.Tensor2D,
        ),
      };
    const features = recipeFeatures(photos, backbones, recipe);
    return { probabilities: head.predictOnBatch(features) as tf.Tensor2D, features };
  }

  const classifier: Classifier = {
    metadata,
    input,
    networks: backbones.map(({ record }) => record.title),
    isWarm: false,
    backbones,
    head,
    identity: () => modelIdentity(metadata, head),
    async classify(images, top = 5, options = {}) {
      if (images.length === 0) return [];
      const outputs = tf.tidy(() => forward(images));
      try {
        const wanted = options.features || metadata.outOfDistribution ? outputs.features : undefined;
        const [probabilities, features] = (await Promise.all([
          outputs.probabilities.data(),
          wanted?.data(),
        ])) as [Float32Array, Float32Array | undefined];
        return toPredictions({ probabilities, features }, { top, ...options });
      } finally {
        tf.dispose(Object.values(outputs));
      }
    },
    outputs: (pixels) => tf.tidy(() => forward(pixels)),
    probabilities: (pixels) =>
      tf.tidy(() => {
        const powers = forward(pixels).probabilities.pow(1 / temperature);
        return powers.div(powers.sum(-1, true));
      }),
    explain: (image, breed) => explainPhoto(classifier, image, breed),
    dispose() {
      head.dispose();
      for (const backbone of backbones) backbone.dispose();
    },
  };
  return classifier;
}

function checkParts(
  head: tf.LayersModel,
  { classNames, recipe }: ClassifierMetadata,
  backbones: readonly Backbone[],
): void {
  const outputs = head.outputs[0]?.shape.at(-1);
  if (outputs !== classNames.length)
    throw new Error(
      `expected a head with ${classNames.length} outputs, one for each class, received ${outputs}`,
    );
  const [names, received] = [
    recipe.networks.map(({ backbone }) => backbone),
    backbones.map(({ name }) => name),
  ];
  if (names.join() !== received.join())
    throw new Error(
      `expected the recipe's networks (${names.join(', ') || 'none'}), received ${received.join(', ') || 'none'}`,
    );
  if (names.length === 0 && !recipe.pixels)
    throw new Error('expected a backbone, or recipe.pixels for a network that takes pixels itself');
  const odd = backbones.find(({ inputSize }) => inputSize !== recipe.input.size);
  if (odd)
    throw new Error(
      `expected ${odd.name} at ${recipe.input.size} px, received it at ${odd.inputSize} px: load it with inputSize`,
    );
  const features = head.inputs[0]?.shape.at(-1);
  if (names.length > 0 && features !== featureSizeOf(recipe))
    throw new Error(
      `expected a head for ${featureSizeOf(recipe)} features of ${names.join(' + ')}, received one for ${features}`,
    );
}
