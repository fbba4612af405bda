import * as tf from '@tensorflow/tfjs';

/** A loss of tf.layers: targets and predictions [b, n] -> one number for each row. */
export type LossFunction = ((target: tf.Tensor, predicted: tf.Tensor) => tf.Tensor) & { isPure?: boolean };

/**
 * Huber's loss as `keras.losses.Huber` (P. Huber, 1964): half the squared error up to `delta`, beyond it linear; the mean
 * over the last axis. tf.layers has none by that name (`tf.losses.huberLoss` gives one number for all rows).
 *
 * @param delta where the parabola ends, > 0; default 1
 * @throws RangeError for another delta
 * @example model.compile({ optimizer: 'adam', loss: huber() });
 */
export function huber(delta = 1): LossFunction {
  if (!(delta > 0)) throw new RangeError(`expected a delta above 0, received ${delta}`);
  const loss: LossFunction = (target, predicted) =>
    tf.tidy(() => {
      const error = tf.abs(tf.sub(predicted, target));
      const within = tf.minimum(error, delta);
      // 0.5 w^2 + delta (e - w): the linear part is 0 inside
      return tf.mean(tf.add(tf.mul(0.5, tf.square(within)), tf.mul(delta, tf.sub(error, within))), -1);
    });
  loss.isPure = true; // the engine may record a step once and replay it
  return loss;
}

/** Losses by name: those of tf.layers that networks here are trained with, and ours. */
const LOSSES = {
  categoricalCrossentropy: () => 'categoricalCrossentropy' as const,
  meanSquaredError: () => 'meanSquaredError' as const,
  huber: () => huber(),
} satisfies Record<string, () => string | LossFunction>;

export type LossName = keyof typeof LOSSES;

/**
 * What `model.compile` takes for a loss's name.
 *
 * @throws Error when there is no such loss
 * @example model.compile({ optimizer: makeOptimizer('adamw', 0.01), loss: lossNamed('huber') });
 */
export function lossNamed(name: LossName): string | LossFunction {
  if (!(name in LOSSES))
    throw new Error(`expected a loss (${Object.keys(LOSSES).join(', ')}), received "${name}"`);
  return LOSSES[name]();
}
