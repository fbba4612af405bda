import * as tf from '@tensorflow/tfjs';
import { SeededDropout } from './seeded-dropout';

/** Options of {@link buildScratchCnn}. */
export interface ScratchCnnOptions {
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
 * table; kernels start Glorot uniform, as in Keras.
 *
 * @returns model [b, s, s, 3] float32, scaled to 0..1 -> [b, classes] probabilities; not compiled
 * @throws Error when `classes` is no whole number of at least 2
 * @example buildScratchCnn({ classes: 5, seed: 1 }).countParams() // 13681
 */
export function buildScratchCnn(options: ScratchCnnOptions): tf.LayersModel {
  const { classes, imageSize = 300, seed, dropout = 0.2 } = options;
  checkClasses(classes);
  const kernel = (index: number) => tf.initializers.glorotUniform({ seed: seed * 100 + index });
  const numbered = (name: string, index: number) => (index === 0 ? name : `${name}_${index}`);
  const model = tf.sequential({ name: 'scratch_cnn' });
  for (const [index, filters] of [4, 8, 16, 32].entries()) {
    model.add(
      tf.layers.conv2d({
        filters,
        kernelSize: 4,
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
    model.add(tf.layers.activation({ activation: 'relu', name: numbered('activation', index) }));
    if (index < 3)
      model.add(
        tf.layers.maxPooling2d({ poolSize: 2, padding: 'same', name: numbered('max_pooling2d', index) }),
      );
  }
  model.add(tf.layers.globalAveragePooling2d({ name: 'global_average_pooling2d' }));
  model.add(new SeededDropout({ rate: dropout, seed: seed * 100 + 50, name: 'dropout' }));
  model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: kernel(4), name: 'dense' }));
  model.add(
    tf.layers.dense({
      units: classes,
      activation: 'softmax',
      kernelInitializer: kernel(5),
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
