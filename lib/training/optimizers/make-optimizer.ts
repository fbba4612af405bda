import * as tf from '@tensorflow/tfjs';
import { KerasAdadelta } from './keras-adadelta';
import { KerasAdam, KerasAdamW } from './keras-adam';

/** TF.js' own, which forgets to dispose of its learning rate. */
class Momentum extends tf.MomentumOptimizer {
  static readonly isPure = true;

  override dispose(): void {
    super.dispose();
    this.c.dispose();
  }
}

/** Optimizers by name, each with Keras' defaults but for the learning rate. */
const MAKERS = {
  adam: (learningRate: number) => new KerasAdam({ learningRate }),
  adamw: (learningRate: number) =>
    new KerasAdamW({ learningRate, weightDecay: 0.01, exclude: ['bias', 'gamma', 'beta'] }),
  adadelta: (learningRate: number) => new KerasAdadelta({ learningRate }),
  sgd: (learningRate: number) => tf.train.sgd(learningRate),
  momentum: (learningRate: number) => new Momentum(learningRate, 0.9),
  rmsprop: (learningRate: number) => tf.train.rmsprop(learningRate, 0.9, 0, 1e-7),
} satisfies Record<string, (learningRate: number) => tf.Optimizer>;

/** An optimizer's name: `momentum` is SGD with momentum 0.9, `adamw` has a weight decay of 0.01. */
export type OptimizerName = keyof typeof MAKERS;

/** All names, in their order. */
export const OPTIMIZERS = Object.keys(MAKERS) as OptimizerName[];

/**
 * A new optimizer.
 *
 * @param learningRate highest, where a schedule follows
 * @throws Error when the name is none of {@link OPTIMIZERS}
 */
export function makeOptimizer(name: OptimizerName, learningRate: number): tf.Optimizer {
  if (!OPTIMIZERS.includes(name))
    throw new Error(`expected an optimizer (${OPTIMIZERS.join(', ')}), received "${name}"`);
  return MAKERS[name](learningRate);
}
