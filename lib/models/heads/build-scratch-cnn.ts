import * as tf from '@tensorflow/tfjs';
import { SeededDropout } from './seeded-dropout';

/** What a small CNN is built of; by default the presentation's. */
export interface ScratchArchitecture {
  /** Convolutions, each with batch norm and activation; each but the last halves the picture. Default 4. */
  blocks?: number;
  /** Filters of the first convolution; each other has twice as many as the one before. Default 4. */
  filters?: number;
  /** Side of the filters. Default 4. */
  kernelSize?: number;
  /** Default `relu`. */
  activation?: 'relu' | 'elu' | 'swish';
  /** What halves the picture: 2x2 max pooling, or a stride of 2 in the next convolution. Default `max-pool`. */
  downsampling?: 'max-pool' | 'stride';
  /** Units of the hidden dense layer. Default 64. */
  dense?: number;
}

/** Options of {@link buildScratchCnn}. */
export interface ScratchCnnOptions extends ScratchArchitecture {
  classes: number;
  /** Side of the square input in pixels. */
  imageSize?: number;
  seed: number;
  /** Rate of the dropout before the dense layers, [0, 1). */
  dropout?: number;
}

/**
 * Keras' default of 0.99 averages over the last hundreds of steps: on a few hundred photos the running statistics then
 * lag behind the weights for epochs, and validation with them.
 */
const BATCH_NORM_MOMENTUM = 0.9;

/**
 * The presentation's CNN from scratch: four times convolution 4x4 'same' (4, 8, 16, 32 filters), batch norm and
 * ReLU, 2x2 'same' max-pool after the first three, global average pool, dropout, dense 64 with ReLU, dense n with
 * softmax. 13,681 parameters at 5 classes (13,561 trainable), 14,656 at 20. Layer names as in the presentation's
 * table; kernels start Glorot uniform, as in Keras. Other numbers and sizes of filters, activations and ways to halve
 * the picture make its neighbours, among which a search chooses.
 *
 * @returns model [b, s, s, 3] float32, scaled to 0..1 -> [b, classes] probabilities; not compiled
 * @throws Error when `classes` is no whole number of at least 2
 * @example buildScratchCnn({ classes: 5, seed: 1 }).countParams() // 13681
 */
export function buildScratchCnn(options: ScratchCnnOptions): tf.LayersModel {
  const { classes, imageSize = 300, seed, dropout = 0.2 } = options;
  const { blocks = 4, filters = 4, kernelSize = 4, activation = 'relu' } = options;
  const { downsampling = 'max-pool', dense = 64 } = options;
  checkClasses(classes);
  const kernel = (index: number) => tf.initializers.glorotUniform({ seed: seed * 100 + index });
  const numbered = (name: string, index: number) => (index === 0 ? name : `${name}_${index}`);
  const model = tf.sequential({ name: 'scratch_cnn' });
  for (let index = 0; index < blocks; index += 1) {
    model.add(
      tf.layers.conv2d({
        filters: filters * 2 ** index,
        kernelSize,
        strides: downsampling === 'stride' && index > 0 ? 2 : 1,
        padding: 'same',
        kernelInitializer: kernel(index),
        name: numbered('conv2d', index),
        ...(index === 0 ? { inputShape: [imageSize, imageSize, 3] } : {}),
      }),
    );
    model.add(
      tf.layers.batchNormalization({
        momentum: BATCH_NORM_MOMENTUM,
        name: numbered('batch_normalization', index),
      }),
    );
    model.add(tf.layers.activation({ activation, name: numbered('activation', index) }));
    if (downsampling === 'max-pool' && index < blocks - 1)
      model.add(
        tf.layers.maxPooling2d({ poolSize: 2, padding: 'same', name: numbered('max_pooling2d', index) }),
      );
  }
  model.add(tf.layers.globalAveragePooling2d({ name: 'global_average_pooling2d' }));
  model.add(new SeededDropout({ rate: dropout, seed: seed * 100 + 50, name: 'dropout' }));
  model.add(
    tf.layers.dense({ units: dense, activation: 'relu', kernelInitializer: kernel(blocks), name: 'dense' }),
  );
  model.add(
    tf.layers.dense({
      units: classes,
      activation: 'softmax',
      kernelInitializer: kernel(blocks + 1),
      name: 'dense_1',
    }),
  );
  return model;
}

/** @throws Error when `classes` is no whole number of at least 2 */
export function checkClasses(classes: number): void {
  if (!Number.isInteger(classes) || classes < 2)
    throw new Error(`expected at least 2 classes, received ${classes}`);
}
