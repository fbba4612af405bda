import * as tf from '@tensorflow/tfjs';

/** Options of {@link KerasAdam} and {@link KerasAdamW}, as Keras names them. */
export interface AdamOptions {
  /** Default 0.001. */
  learningRate?: number;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** What TF.js' Adam keeps to itself. */
interface AdamInside {
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: (Slot | undefined)[];
  accumulatedSecondMoment: (Slot | undefined)[];
}

/** A variable of an optimizer, one for each weight. */
export interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/** Gradients by the name of their variable, in either of the forms that TF.js hands over. */
export type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

/** Names and gradients, in their order; weights without a gradient are left out by TF.js before. */
export const gradientsOf = (
  gradients: Gradients,
): [name: string, gradient: tf.Tensor | null | undefined][] =>
  Array.isArray(gradients) ? gradients.map(({ name, tensor }) => [name, tensor]) : Object.entries(gradients);

/** The variable of a name. @throws Error when there is none */
export function variableOf(name: string): tf.Variable {
  const found = tf.engine().registeredVariables[name];
  if (!found) throw new Error(`expected a variable named ${name}, found none: was the model disposed?`);
  return found;
}

/** The slot at a place, made of zeros where there is none yet. */
export function slotAt(
  slots: (Slot | undefined)[],
  index: number,
  name: string,
  like: tf.Tensor,
): tf.Variable {
  slots[index] ??= { originalName: name, variable: tf.tidy(() => tf.zerosLike(like).variable(false)) };
  return slots[index].variable;
}

/**
 * Adam as `keras.optimizers.Adam` computes it: epsilon is added to the root of the second moment before its bias is
 * corrected (D. Kingma and J. Ba, 2014, end of section 2). TF.js' own adds it after, as in the paper's algorithm 1,
 * which lets weights drift from Keras' by 1e-4 in 20 steps.
 *
 * @example model.compile({ optimizer: new KerasAdam({ learningRate: 0.01 }), loss: 'categoricalCrossentropy' });
 */
export class KerasAdam extends tf.AdamOptimizer {
  /** The engine may record a step once and replay it: it depends on tensors and own numbers only. */
  static readonly isPure = true;
  /** @nocollapse */
  static override get className(): string {
    return 'KerasAdam';
  }
  /** Share of each weight that is taken off at each step, before the learning rate; 0 here. */
  protected readonly decay: number = 0;

  constructor({ learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}) {
    super(learningRate, beta1, beta2, epsilon);
  }

  override applyGradients(gradients: Gradients): void {
    const inside = this as unknown as AdamInside;
    tf.tidy(() => {
      const correction = tf.div(tf.sqrt(tf.sub(1, inside.accBeta2)), tf.sub(1, inside.accBeta1));
      for (const [index, [name, gradient]] of gradientsOf(gradients).entries()) {
        const value = variableOf(name);
        const first = slotAt(inside.accumulatedFirstMoment, index, `${name}/m`, value);
        const second = slotAt(inside.accumulatedSecondMoment, index, `${name}/v`, value);
        if (!gradient) continue;
        const newFirst = tf.add(tf.mul(first, this.beta1), tf.mul(gradient, 1 - this.beta1));
        const newSecond = tf.add(tf.mul(second, this.beta2), tf.mul(tf.square(gradient), 1 - this.beta2));
        first.assign(newFirst);
        second.assign(newSecond);
        const direction = tf.div(tf.mul(newFirst, correction), tf.add(tf.sqrt(newSecond), this.epsilon));
        const whole = this.decay === 0 ? direction : tf.add(direction, this.decayed(name, value));
        value.assign(tf.add(tf.mul(whole, -this.learningRate), value));
      }
      inside.accBeta1.assign(tf.mul(inside.accBeta1, this.beta1));
      inside.accBeta2.assign(tf.mul(inside.accBeta2, this.beta2));
    });
    this.incrementIterations();
  }

  /** What decay adds to the direction of a weight. */
  protected decayed(_name: string, value: tf.Tensor): tf.Tensor {
    return tf.mul(value, this.decay);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, beta1, beta2, epsilon } = this;
    return { learningRate, beta1, beta2, epsilon };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

/**
 * AdamW as `keras.optimizers.AdamW` (I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2017):
 * Adam's step, and each weight shrinks by learning rate times `weightDecay`.
 *
 * @example new KerasAdamW({ learningRate: 0.01, weightDecay: 0.004, exclude: ['bias', 'gamma', 'beta'] });
 */
export class KerasAdamW extends KerasAdam {
  /** @nocollapse */
  static override get className(): string {
    return 'AdamW';
  }
  protected override readonly decay: number = 0;
  /** Weights whose name holds one of these do not decay (`exclude_from_weight_decay` of Keras). */
  private readonly exclude: string;

  /** @param options `weightDecay`: default 0.004, as in Keras; `exclude`: parts of names, default none */
  constructor({
    weightDecay = 0.004,
    exclude = [],
    ...options
  }: AdamOptions & { weightDecay?: number; exclude?: readonly string[] } = {}) {
    super(options);
    this.decay = weightDecay;
    this.exclude = exclude.join(' ');
  }

  protected override decayed(name: string, value: tf.Tensor): tf.Tensor {
    const isExcluded = this.exclude !== '' && this.exclude.split(' ').some((part) => name.includes(part));
    return isExcluded ? tf.scalar(0) : tf.mul(value, this.decay);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const exclude = this.exclude === '' ? [] : this.exclude.split(' ');
    return { ...super.getConfig(), weightDecay: this.decay, exclude };
  }
}

tf.serialization.registerClass(KerasAdam);
tf.serialization.registerClass(KerasAdamW);
