import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';

/**
 * Normalizes channels with stored means and variances: (x - mean) / max(sqrt(variance), 1e-7). Follows
 * `keras.layers.Normalization(axis=-1)`, whose three weights (mean, variance, count; none trainable) it has, so
 * that parameter counts and weight files agree.
 */
export class Normalization extends tf.layers.Layer {
  static readonly className = 'Normalization';
  static readonly isPure = true;
  private mean!: tf.LayerVariable;
  private variance!: tf.LayerVariable;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1) ?? Number.NaN;
    const add = (name: string, shape: number[], start: 'zeros' | 'ones') =>
      this.addWeight(name, shape, 'float32', tf.initializers[start](), undefined, false);
    this.mean = add('mean', [channels], 'zeros');
    this.variance = add('variance', [channels], 'ones');
    add('count', [], 'zeros');
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = Array.isArray(inputs) ? elementAt(inputs, 0) : inputs;
      // x / s - mean / s: the division then joins a rescaling before it, one pass over the pictures less
      const factor = tf.div(1, this.variance.read().sqrt().maximum(1e-7));
      return input.mul(factor).sub(this.mean.read().mul(factor));
    });
  }
}

/**
 * Multiplies each channel by a factor of its own. Follows `keras.layers.Rescaling` with a list as its scale, which
 * TensorFlow.js' `rescaling` does not take.
 */
export class ChannelScale extends tf.layers.Layer {
  static readonly className = 'ChannelScale';
  static readonly isPure = true;
  readonly scale: number[];

  constructor(config: { scale: number[]; name?: string }) {
    super(config as ConstructorParameters<typeof tf.layers.Layer>[0]);
    this.scale = config.scale;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() =>
      (Array.isArray(inputs) ? elementAt(inputs, 0) : inputs).mul(tf.tensor1d(this.scale)),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.scale };
  }
}

tf.serialization.registerClass(Normalization);
tf.serialization.registerClass(ChannelScale);
