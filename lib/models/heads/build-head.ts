import * as tf from '@tensorflow/tfjs';
import { checkClasses } from './build-scratch-cnn';
import { SeededDropout } from './seeded-dropout';

/** Options of {@link buildHead}. */
export interface HeadOptions {
  /** Width of the features, e.g. 2048 for ResNet50. */
  featureSize: number;
  classes: number;
  /** Width of the hidden layer, 512 in the presentation; 0 is softmax regression. */
  hidden?: number;
  /** Rate of the dropout before the last layer, [0, 1). */
  dropout?: number;
  seed: number;
  /** Weight of the squared norm of the kernels in the loss; 0 is none. */
  l2?: number;
}

/**
 * A classifier on frozen features: dense `hidden` with ReLU, dropout, dense n with softmax, as in the
 * presentation's final model (848,504 parameters for EfficientNetB3's 1536 features and 120 breeds), or softmax
 * regression with `hidden: 0`.
 *
 * @returns model [b, featureSize] float32 -> [b, classes] probabilities; not compiled
 * @throws Error when `classes` is no whole number of at least 2
 * @example buildHead({ featureSize: 1536, classes: 120, seed: 1 }).countParams() // 848504
 */
export function buildHead(options: HeadOptions): tf.LayersModel {
  const { featureSize, classes, hidden = 512, dropout = hidden > 0 ? 0.5 : 0, seed, l2 = 0 } = options;
  checkClasses(classes);
  const dense = (units: number, activation: 'relu' | 'softmax', name: string, index: number) =>
    tf.layers.dense({
      units,
      activation,
      name,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed * 100 + index }),
      kernelRegularizer: l2 > 0 ? tf.regularizers.l2({ l2 }) : undefined,
    });
  const input = tf.input({ shape: [featureSize], name: 'features' });
  let x = input;
  if (hidden > 0) x = dense(hidden, 'relu', 'dense', 0).apply(x) as tf.SymbolicTensor;
  if (dropout > 0)
    x = new SeededDropout({ rate: dropout, seed: seed * 100 + 50, name: 'dropout' }).apply(
      x,
    ) as tf.SymbolicTensor;
  const output = dense(classes, 'softmax', hidden > 0 ? 'dense_1' : 'dense', 1).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: 'head' });
}
