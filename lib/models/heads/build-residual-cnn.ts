import * as tf from '@tensorflow/tfjs';
import { checkClasses } from './build-scratch-cnn';
import { SeededDropout } from './seeded-dropout';

/** What a small residual network is built of. */
export interface ResidualArchitecture {
  /** Filters of its stages, each at half the size of the one before. Default 24, 48, 96, 128. */
  widths?: readonly number[];
}

/** Options of {@link buildResidualCnn}. */
export interface ResidualCnnOptions extends ResidualArchitecture {
  classes: number;
  /** Side of the square input in pixels. Default 80. */
  imageSize?: number;
  seed: number;
  /** Rate of the dropout before the dense layer, [0, 1). Default 0.2. */
  dropout?: number;
}

/**
 * A small network that learns from few photos: stages of convolution 3x3 with stride 2, batch norm and ReLU, each but
 * the first and the last followed by a second convolution that is added to what came in (K. He et al., 2016), global
 * average pool, dropout, dense n with softmax. 271,100 parameters at 20 classes. Kernels start He normal.
 *
 * @returns model [b, s, s, 3] float32, scaled to 0..1 -> [b, classes] probabilities; not compiled
 * @throws Error when `classes` is no whole number of at least 2, or fewer than two stages are asked for
 * @example buildResidualCnn({ classes: 20, seed: 1 }).countParams() // 271100
 */
export function buildResidualCnn(options: ResidualCnnOptions): tf.LayersModel {
  const { classes, imageSize = 80, seed, dropout = 0.2, widths = [24, 48, 96, 128] } = options;
  checkClasses(classes);
  if (widths.length < 2) throw new Error(`expected at least 2 stages, received ${widths.length}`);
  let convolutions = 0;
  const seedOf = () => seed * 100 + convolutions;
  const convolve = (x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor => {
    const suffix = convolutions === 0 ? '' : `_${convolutions}`;
    const convolution = tf.layers.conv2d({
      ...{ filters, kernelSize: 3, strides, padding: 'same', useBias: false, name: `conv2d${suffix}` },
      kernelInitializer: tf.initializers.heNormal({ seed: seedOf() }),
    });
    convolutions += 1;
    const norm = { momentum: 0.9, epsilon: 1e-5, name: `batch_normalization${suffix}` };
    return tf.layers.batchNormalization(norm).apply(convolution.apply(x)) as tf.SymbolicTensor;
  };
  const rectify = (x: tf.SymbolicTensor) => tf.layers.reLU().apply(x) as tf.SymbolicTensor;
  const input = tf.input({ shape: [imageSize, imageSize, 3] });
  const last = widths.length - 1;
  const stages = widths.reduce<tf.SymbolicTensor>((x, filters, stage) => {
    const halved = rectify(convolve(x, filters, 2));
    if (stage === 0 || stage === last) return halved;
    const added = tf.layers.add().apply([halved, convolve(halved, filters, 1)]) as tf.SymbolicTensor;
    return rectify(added);
  }, input);
  const pooled = tf.layers.globalAveragePooling2d({}).apply(stages);
  const dropped = new SeededDropout({ rate: dropout, seed: seed * 100 + 50, name: 'dropout' }).apply(pooled);
  const dense = tf.layers.dense({
    units: classes,
    activation: 'softmax',
    kernelInitializer: tf.initializers.glorotUniform({ seed: seedOf() }),
    name: 'dense',
  });
  return tf.model({
    name: 'residual_cnn',
    inputs: input,
    outputs: dense.apply(dropped) as tf.SymbolicTensor,
  });
}
