import type * as tf from '@tensorflow/tfjs';

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
 * @throws Error when there is no such layer, or `last` is no whole number from 0 to the number of layers
 * @example freeze(backbone.model, { from: 'conv5_block1_1_conv' })
 */
export function freeze(
  model: tf.LayersModel,
  frozen: Frozen,
  { batchNorm = 'inference' }: { batchNorm?: 'inference' | 'train' } = {},
): void {
  const first = firstLearning(model, frozen);
  for (const [index, layer] of model.layers.entries()) {
    const isBatchNorm = layer.getClassName() === 'BatchNormalization';
    const learns = index >= first && !(isBatchNorm && batchNorm === 'inference');
    layer.trainable = learns;
    if (isBatchNorm) setInferenceMode(layer, !learns);
  }
}

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

/** Makes a layer run as in inference even while the model trains, or takes that back. */
function setInferenceMode(layer: tf.layers.Layer, inference: boolean): void {
  const own = ownCalls.get(layer) ?? layer.call;
  ownCalls.set(layer, own);
  layer.call = inference ? (inputs, kwargs) => own.call(layer, inputs, { ...kwargs, training: false }) : own;
}
