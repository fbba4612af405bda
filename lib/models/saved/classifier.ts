import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../image/index';
import { type Backbone, loadBackbone } from '../backbones/load-backbone';
import type { BackboneName } from '../backbones/registry';
import { gradCam, type PixelNetwork } from '../explain/grad-cam';
import { occlusionMap } from '../explain/occlusion-map';
import { decodeMeans, strangeness } from '../heads/out-of-distribution';
import type { OnProgress } from '../weights/fetch-npm-folder';
import type { ClassifierMetadata, FeatureTransform } from './classifier-metadata';
import type { Explanation, Prediction } from './classifier-types';
import { loadModel } from './load-model';

/** 6 x 6 places and the photo itself: nine batches of four and one of one, sizes that a server has graphs for. */
const OCCLUSION = { cells: 7, patch: 2, batchSize: 4 };

/** How photos must be decoded for a classifier: stretched to a square. */
export interface ClassifierInput {
  /** Side in pixels. */
  size: number;
  interpolation: 'bilinear' | 'bicubic';
}

/** A trained breed classifier: pixels in, calibrated breeds out. */
export interface Classifier {
  metadata: ClassifierMetadata;
  input: ClassifierInput;
  /** The frozen network below the head, or null where the saved network takes pixels itself. */
  backbone: Backbone | null;
  /** The saved head, or the whole network where there is no backbone. */
  head: tf.LayersModel;
  /**
   * Breeds of photos, all computed as one batch.
   *
   * @param images decoded to `input`, raw RGB 0..255
   * @param top how many breeds each answer names, default 5
   * @param options `features` gives each prediction its features too
   */
  classify(images: RgbImage[], top?: number, options?: { features?: boolean }): Promise<Prediction[]>;
  /**
   * Calibrated probabilities as a tensor, nothing read: for exporting the whole computation.
   *
   * @param pixels [b, size, size, 3] float32, raw RGB 0..255
   * @returns [b, breeds]; dispose it
   */
  probabilities(pixels: tf.Tensor4D): tf.Tensor2D;
  /**
   * Where the classifier looked: Grad-CAM and occlusion (37 passes).
   *
   * @param breed the class to explain; null: the likeliest
   * @throws Error for a breed that is no class
   */
  explain(image: RgbImage, breed: string | null): Promise<Explanation>;
  dispose(): void;
}

/**
 * Loads what `saveModel(head, folder, metadata)` wrote with a {@link ClassifierMetadata}, and the backbone it names.
 * Start the engine first.
 *
 * @throws WeightsUnavailableError when the backbone's weights are neither on disk nor reachable
 * @throws Error when the folder holds no model, or one that does not fit its metadata
 * @example
 * await startEngine();
 * const classifier = await loadClassifier('data/models/final');
 * const { size, interpolation } = classifier.input;
 * const photo = await decodeImage('rex.jpg', { width: size, height: size, fit: 'fill', interpolation });
 * const [{ top, notSure }] = await classifier.classify([photo]);
 */
export async function loadClassifier(folder: string, onProgress?: OnProgress): Promise<Classifier> {
  const { model, metadata } = await loadModel<ClassifierMetadata>(folder);
  if (!Array.isArray(metadata.classNames))
    throw new Error(
      `expected the metadata of a classifier (classNames, backbone, temperature ...) in ${folder}/metadata.json`,
    );
  const backbone = metadata.backbone
    ? await loadBackbone(metadata.backbone as BackboneName, { inputSize: metadata.inputSize, onProgress })
    : null;
  return createClassifier(model, metadata, backbone);
}

/**
 * A classifier from its parts, e.g. a head that was trained a moment ago.
 *
 * @param head features (transformed as the metadata says) or, without a backbone, scaled pixels -> probabilities
 * @throws Error when the parts do not fit each other
 */
export function createClassifier(
  head: tf.LayersModel,
  metadata: ClassifierMetadata,
  backbone: Backbone | null,
): Classifier {
  const { classNames, pixels } = metadata;
  const outputs = head.outputs[0].shape.at(-1);
  if (outputs !== classNames.length)
    throw new Error(
      `expected a head with ${classNames.length} outputs, one for each class, received ${outputs}`,
    );
  if (!backbone && !pixels)
    throw new Error('expected a backbone, or metadata.pixels for a network that takes pixels itself');
  const features = head.inputs[0].shape.at(-1);
  if (backbone && features !== backbone.featureSize)
    throw new Error(
      `expected a head for ${backbone.featureSize} features of ${backbone.name}, received one for ${features}`,
    );
  const rule = backbone ? metadata.outOfDistribution : null;
  const means = rule && decodeMeans(rule);
  const input: ClassifierInput = {
    size: backbone ? backbone.inputSize : pixels!.size,
    interpolation: backbone ? backbone.record.interpolation : 'bilinear',
  };
  const scale = pixels?.scaling === '0-1' ? 1 / 255 : 1;

  const network: PixelNetwork = backbone ?? {
    model: head,
    preprocess: (batch) => batch.mul(scale),
  };

  /** Probabilities before calibration and, with a backbone, its features. */
  function forward(pixels: tf.Tensor4D): tf.Tensor[] {
    if (!backbone) return [head.predictOnBatch(network.preprocess(pixels)) as tf.Tensor];
    const pooled = backbone.model.predictOnBatch(network.preprocess(pixels)) as tf.Tensor2D;
    const transformed = transformFeatures(pooled, metadata.featureTransform);
    return [head.predictOnBatch(transformed) as tf.Tensor, pooled];
  }

  const classifier: Classifier = {
    metadata,
    input,
    backbone,
    head,
    async classify(images, top = 5, options = {}) {
      if (images.length === 0) return [];
      const batch = toBatch(images, input.size);
      const [probabilities, features] = tf.tidy(() => forward(batch));
      batch.dispose();
      try {
        const wanted = options.features || means;
        const [values, rows] = await Promise.all([probabilities.data(), wanted && features?.data()]);
        const size = rows ? rows.length / images.length : 0;
        const scores = means && strangeness(rows as Float32Array, rule!.size, means);
        return images.map((_image, i) => {
          const row = values.subarray(i * classNames.length, (i + 1) * classNames.length);
          const calibrated = calibrate(row as Float32Array, metadata.temperature);
          const ranked = rank(calibrated, classNames, top);
          const own = rows
            ? (rows.slice(i * size, (i + 1) * size) as Float32Array)
            : Float32Array.from(calibrated);
          return {
            ...(options.features && { features: own }),
            top: ranked,
            notSure: ranked[0].probability < metadata.notSureBelow,
            notADog: scores ? scores[i] > rule!.threshold : false,
            strangeness: scores?.[i] ?? null,
          };
        });
      } finally {
        tf.dispose([probabilities, features]);
      }
    },
    probabilities: (pixels) =>
      tf.tidy(() => {
        const powers = forward(pixels)[0].pow(1 / metadata.temperature);
        return powers.div(powers.sum(-1, true));
      }),
    async explain(image, breed) {
      const [{ top }] = await classifier.classify([image], classNames.length);
      const explained = top.find((score) => breed === null || score.breed === breed);
      if (!explained) throw new Error(`expected one of the ${classNames.length} breeds, received ${breed}`);
      const index = classNames.indexOf(explained.breed);
      const ownHead = backbone ? head : null;
      const transform = (features: tf.Tensor2D) => transformFeatures(features, metadata.featureTransform);
      const camera = await gradCam(network, ownHead, image, index, { transform });
      const covered = await occlusionMap(network, ownHead, image, index, { ...OCCLUSION, transform });
      return { ...explained, gradCam: camera, occlusion: covered };
    },
    dispose() {
      head.dispose();
      backbone?.dispose();
    },
  };
  return classifier;
}

/**
 * Pooled features as the head wants them.
 *
 * @param features [b, D]
 * @throws Error for an unknown transform
 */
function transformFeatures(features: tf.Tensor2D, transform: FeatureTransform): tf.Tensor2D {
  if (transform === 'none') return features;
  if (transform !== 'l2' && transform !== 'sqrt-l2')
    throw new Error(`expected the feature transform none, l2 or sqrt-l2, received ${transform}`);
  const values = transform === 'l2' ? features : features.sign().mul(features.abs().sqrt());
  return values.div(values.square().sum(1, true).sqrt().maximum(1e-12));
}

/** Photos as one tensor [b, size, size, 3], float32 0..255. */
function toBatch(images: RgbImage[], size: number): tf.Tensor4D {
  const pixels = new Float32Array(images.length * size * size * 3);
  images.forEach(({ data, width, height }, i) => {
    if (width !== size || height !== size)
      throw new Error(`expected pictures of ${size} x ${size}, received ${width} x ${height}`);
    pixels.set(data, i * size * size * 3);
  });
  return tf.tensor4d(pixels, [images.length, size, size, 3]);
}

/** Probabilities at a temperature: proportional to p^(1/T), which is the softmax of logits / T. */
function calibrate(probabilities: Float32Array, temperature: number): Float64Array {
  const powers = Float64Array.from(probabilities, (p) => p ** (1 / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function rank(probabilities: Float64Array, classNames: string[], top: number) {
  return classNames
    .map((breed, i) => ({ breed, probability: probabilities[i] }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}
