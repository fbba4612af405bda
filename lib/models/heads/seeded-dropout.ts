import * as tf from '@tensorflow/tfjs';

/**
 * Dropout whose masks follow from a seed and differ from step to step. TensorFlow.js' own layer either draws
 * from `Math.random`, or, with a seed, repeats one mask for ever.
 *
 * In training each input is zeroed with probability `rate` and the others are scaled by 1 / (1 - rate); otherwise
 * inputs pass unchanged. Follows `keras.layers.Dropout`.
 *
 * @example new SeededDropout({ rate: 0.5, seed: 7, name: 'dropout' })
 */
export class SeededDropout extends tf.layers.Layer {
  static readonly className = 'SeededDropout';
  static readonly isMask = true;
  readonly rate: number;
  readonly seed: number;
  /** Whether whole rows of the batch are dropped together, as in stochastic depth. */
  readonly perPhoto: boolean;
  /** Masks drawn so far: set it to resume a training run where it stopped. */
  draws = 0;

  /** @throws Error when the rate is not in [0, 1) */
  constructor(config: { rate: number; seed: number; perPhoto?: boolean; name?: string }) {
    super(config as ConstructorParameters<typeof tf.layers.Layer>[0]);
    if (!(config.rate >= 0 && config.rate < 1))
      throw new Error(`expected a dropout rate in [0, 1), received ${config.rate}`);
    this.rate = config.rate;
    this.seed = config.seed;
    this.perPhoto = config.perPhoto ?? false;
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const [first] = Array.isArray(inputs) ? inputs : [inputs];
    if (!first) throw new Error('expected a tensor to drop out of, received none');
    const input = first;
    if (!kwargs.training || this.rate === 0) return tf.clone(input);
    this.draws += 1;
    const noiseShape = this.perPhoto ? input.shape.map((side, axis) => (axis === 0 ? side : 1)) : undefined;
    return tf.dropout(input, this.rate, noiseShape, this.seed + this.draws);
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, perPhoto: this.perPhoto };
  }
}

tf.serialization.registerClass(SeededDropout);
