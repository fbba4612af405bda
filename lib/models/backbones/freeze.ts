import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';

/** Which layers learn: none (`'all'` are frozen), the last N, or a layer and all behind it. */
export type Frozen = 'all' | 'none' | { last: number } | { from: string };

type Call = tf.layers.Layer['call'];
const ownCalls = new WeakMap<tf.layers.Layer, Call>();

/**
 * Freezes a model wholly or in part, for fine-tuning. Compile the model afterwards: training collects its weights
 * then.
 *
 * Batch norms stay in inference mode wherever they are: they use their moving statistics, and neither these nor
 * their scales learn, as Keras' guide to fine-tuning asks for. (TensorFlow.js by itself lets frozen batch norms
 * use the batch's statistics, and changes the moving ones.) `batchNorm: 'train'` lets those of the layers that
 * learn learn too.
 *
 * @throws Error when there is no such layer, `last` is no whole number from 0 to the number of layers, or a batch norm
 *   that should learn has no scale
 * @example freeze(backbone.model, { from: 'conv5_block1_1_conv' })
 */
export function freeze(
  model: tf.LayersModel,
  frozen: Frozen,
  { batchNorm = 'inference' }: { batchNorm?: 'inference' | 'train' } = {},
): void {
  const first = firstLearning(model, frozen);
  const isBatchNorm = (layer: tf.layers.Layer) => layer.getClassName() === 'BatchNormalization';
  const learning = model.layers.filter(
    (layer, index) => index >= first && !(isBatchNorm(layer) && batchNorm === 'inference'),
  );
  const unfit = learning.find((layer) => isBatchNorm(layer) && hasNoScale(layer));
  if (unfit)
    throw new Error(
      `expected batch norms with a scale, ${unfit.name} of ${model.name} has none: TensorFlow.js cannot train it; leave batchNorm at 'inference'`,
    );
  for (const layer of model.layers) {
    layer.trainable = learning.includes(layer);
    if (isBatchNorm(layer)) setInferenceMode(layer, !layer.trainable);
  }
}

const hasNoScale = (layer: tf.layers.Layer): boolean => layer.getConfig().scale === false;

function firstLearning(model: tf.LayersModel, frozen: Frozen): number {
  const { layers } = model;
  if (frozen === 'all') return layers.length;
  if (frozen === 'none') return 0;
  if ('from' in frozen) {
    const index = layers.findIndex((layer) => layer.name === frozen.from);
    if (index >= 0) return index;
    const names = layers.slice(-8).map((layer) => layer.name);
    throw new Error(
      `expected a layer of ${model.name}, received "${frozen.from}"; its last: ${names.join(', ')}`,
    );
  }
  const { last } = frozen;
  if (!Number.isInteger(last) || last < 0 || last > layers.length)
    throw new Error(`expected 0 to ${layers.length} layers to learn, received ${last}`);
  return layers.length - last;
}

/** Makes a batch norm run as in inference even while the model trains, or takes that back. */
function setInferenceMode(layer: tf.layers.Layer, inference: boolean): void {
  const own = ownCalls.get(layer) ?? layer.call;
  ownCalls.set(layer, own);
  if (!inference) layer.call = own;
  else if (hasNoScale(layer)) layer.call = scaledByOne(layer);
  else layer.call = (inputs, kwargs) => own.call(layer, inputs, { ...kwargs, training: false });
}

/** What TF.js' batch norm holds. */
interface Normalization {
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
  epsilon: number;
}

/**
 * A batch norm without a scale, InceptionV3's, as one whose scale is 1: TF.js' gradient of the operation reads the scale
 * and fails where there is none.
 */
function scaledByOne(layer: tf.layers.Layer): Call {
  const { beta, movingMean, movingVariance, epsilon } = layer as unknown as Normalization;
  return (inputs) =>
    tf.tidy(() => {
      const x = Array.isArray(inputs) ? elementAt(inputs, 0) : inputs;
      const mean = movingMean.read() as tf.Tensor1D;
      const variance = movingVariance.read() as tf.Tensor1D;
      return tf.batchNorm(x, mean, variance, beta?.read() as tf.Tensor1D, tf.onesLike(mean), epsilon);
    });
}
