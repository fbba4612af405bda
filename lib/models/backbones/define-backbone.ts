import type * as tf from '@tensorflow/tfjs';
import type { WeightMap } from '../weights/weight-map';
import type { Scaling, WeightFile, WeightRecord } from '../weights/weight-records';
import type { BackboneOptions } from './keras-layers';

/** Options of a builder: those that concern one architecture are ignored by the others. */
export interface BuildBackboneOptions extends BackboneOptions {
  /** ResNet50: epsilon of the batch norms. */
  batchNormEpsilon?: number;
  /** EfficientNet: Keras' second rescaling, that of its ImageNet weights. */
  imagenetRescaling?: boolean;
}

/**
 * All about one backbone: how it is built, where its weights come from and what they want of pixels. Types, option
 * lists, tables, the command `weights` and tests follow from it.
 */
export interface BackboneDefinition<Name extends string = string> extends WeightRecord {
  name: Name;
  /** The layer whose output the last block of convolutions reads, and nothing else behind it: where fine-tuning cuts. */
  lastBlockInput: string;
  /** Builds it: [b, s, s, 3] preprocessed pixels -> [b, featureSize], or [b, classes] with `includeTop`. */
  build(options: BuildBackboneOptions): tf.LayersModel;
  /** Today's name of a layer in weight files of an older Keras. */
  rename?(layer: string): string;
  /** Brings weights that another program wrote under Keras' names; Keras' own come back as they are. */
  adapt?(weights: WeightMap): WeightMap;
}

/**
 * Defines a backbone; `registry.ts` lists it.
 *
 * @example
 * export const vgg19 = defineBackbone({ name: 'vgg19', title: 'VGG19', build: buildVgg19, ... });
 */
export const defineBackbone = <const Name extends string>(
  definition: BackboneDefinition<Name>,
): BackboneDefinition<Name> => definition;

/** Keras' modes of `preprocess_input`. */
export const SCALING = {
  caffe: { mode: 'caffe', mean: [103.939, 116.779, 123.68], std: [1, 1, 1] },
  plusMinusOne: { mode: 'tf', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  /** The network's first layers do it. */
  inside: { mode: 'none', mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Record<string, Scaling>;

/** Folders of `keras.applications`' weight files. */
export const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications';
export const KERAS_EFFICIENTNET = 'https://storage.googleapis.com/keras-applications';

/** A weight file without classifier from `keras.applications`. */
export const kerasFile = (url: string, md5: string | null, bytes: number): WeightFile => ({
  source: { kind: 'url', url, md5 },
  bytes,
  includesTop: false,
});
