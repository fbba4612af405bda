import * as tf from '@tensorflow/tfjs';
import { type Gradients, gradientsOf, type Slot, slotAt, variableOf } from './keras-adam';

/** What TF.js' Adadelta keeps to itself. */
interface AdadeltaInside {
  accumulatedGrads: (Slot | undefined)[];
  accumulatedUpdates: (Slot | undefined)[];
}

/**
 * Adadelta as `keras.optimizers.Adadelta` computes it (M. Zeiler, 2012): the step is scaled by the mean square of
 * gradients with this step's among them. TF.js' own takes the mean square of the step before, and so is another method
 * from the first step on.
 *
 * @example model.compile({ optimizer: new KerasAdadelta({ learningRate: 1 }), loss: 'categoricalCrossentropy' });
 */
export class KerasAdadelta extends tf.AdadeltaOptimizer {
  /** The engine may record a step once and replay it: it depends on tensors and own numbers only. */
  static readonly isPure = true;
  /** @nocollapse */
  static override get className(): string {
    return 'KerasAdadelta';
  }

  /** @param options `learningRate`: default 0.001; `rho`: default 0.95; `epsilon`: default 1e-7 */
  constructor({
    learningRate = 0.001,
    rho = 0.95,
    epsilon = 1e-7,
  }: { learningRate?: number; rho?: number; epsilon?: number } = {}) {
    super(learningRate, rho, epsilon);
  }

  override applyGradients(gradients: Gradients): void {
    const { accumulatedGrads, accumulatedUpdates } = this as unknown as AdadeltaInside;
    tf.tidy(() => {
      for (const [index, [name, gradient]] of gradientsOf(gradients).entries()) {
        const value = variableOf(name);
        const squares = slotAt(accumulatedGrads, index, `${name}/accum_grad`, value);
        const steps = slotAt(accumulatedUpdates, index, `${name}/accum_var`, value);
        if (!gradient) continue;
        const newSquares = tf.add(tf.mul(squares, this.rho), tf.mul(tf.square(gradient), 1 - this.rho));
        const root = (x: tf.Tensor) => tf.sqrt(tf.add(x, this.epsilon));
        const step = tf.div(tf.mul(root(steps), gradient), root(newSquares));
        const newSteps = tf.add(tf.mul(steps, this.rho), tf.mul(tf.square(step), 1 - this.rho));
        squares.assign(newSquares);
        steps.assign(newSteps);
        value.assign(tf.add(tf.mul(step, -this.learningRate), value));
      }
    });
    this.incrementIterations();
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, rho, epsilon } = this;
    return { learningRate, rho, epsilon };
  }

  /** @nocollapse */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

tf.serialization.registerClass(KerasAdadelta);
