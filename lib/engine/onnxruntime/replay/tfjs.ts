import * as tf from '@tensorflow/tfjs';
import { recording } from '../graph/value';
import type { OnnxruntimeBackend } from '../run/backend';
import { type Dependency, type Undocumented, whyNot } from '../run/versions';
import { asStep } from './commits';
import { type PredictLoop, predictReplaying } from './predictions';
import { type TrainFunction, trainReplaying } from './training';

// All that this package replaces in TensorFlow.js. No other file does, but for the time of a recording.

/** Minor versions of TF.js whose layers models keep to themselves what is replaced here. */
const TESTED = ['4.21', '4.22'];

/** Methods of layers models that are not part of TF.js's public interface. */
interface Undisclosed {
  /** What `predict` and `predictOnBatch` call. */
  predictLoop: PredictLoop;
  /** What `fit`, `fitDataset` and `trainOnBatch` call; makes the function of one step. */
  makeTrainFunction(this: tf.LayersModel): TrainFunction;
}

/** What is known of the TF.js that is loaded. */
function tfjsFound(): Dependency {
  const model = tf.LayersModel.prototype as unknown as Partial<Undisclosed>;
  const missing = (['predictLoop', 'makeTrainFunction'] as const).filter(
    (name) => typeof model[name] !== 'function',
  );
  return { name: 'TensorFlow.js', found: tf.version_core, tested: TESTED, missing };
}

/**
 * Replaces methods of TF.js, while `backendName` is the current backend: documented ones, so that a step's variables
 * change together and errors name a layer, and undocumented ones, so that models are replayed.
 *
 * @returns why models are not replayed; null where they are
 */
export function patchTfjs(backendName: string, use: Undocumented, cacheBytes: number): string | null {
  replaceAssign(backendName);
  replaceOptimizers(backendName);
  replaceApply();
  const reason = whyNot(
    tfjsFound(),
    use,
    'models go through their layers at every call, which takes 3 to 10 ms more of each',
  );
  if (reason) return reason;
  const prototype = tf.LayersModel.prototype as unknown as Undisclosed;
  prototype.predictLoop = predictReplaying(backendName, cacheBytes, prototype.predictLoop);
  const { makeTrainFunction } = prototype;
  prototype.makeTrainFunction = function () {
    return trainReplaying(backendName, this, makeTrainFunction.call(this));
  };
  return null;
}

/** The backend, where it is the current one and computes what it records. */
function current(backendName: string): OnnxruntimeBackend | null {
  if (tf.getBackend() !== backendName) return null;
  const backend = tf.backend() as OnnxruntimeBackend;
  return backend.tracing ? null : backend;
}

/**
 * Variables hold again what they held if a value that was assigned to them cannot be computed. TF.js's other backends
 * compute before they assign; here a step is recorded first.
 */
function replaceAssign(backendName: string): void {
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = function (value) {
    const backend = current(backendName);
    const before = backend?.shown(this);
    assign.call(this, value);
    const after = backend?.shown(this);
    if (backend && before && after) backend.steps.assigned(this, before, after);
  };
}

/** All variables of one step of an optimizer change together, or not at all. */
function replaceOptimizers(backendName: string): void {
  const { minimize } = tf.Optimizer.prototype;
  tf.Optimizer.prototype.minimize = function (...args) {
    const backend = current(backendName);
    return backend ? asStep(backend, this, () => minimize.apply(this, args)) : minimize.apply(this, args);
  };
  for (const { prototype } of [
    tf.SGDOptimizer,
    tf.MomentumOptimizer,
    tf.AdamOptimizer,
    tf.AdamaxOptimizer,
    tf.RMSPropOptimizer,
    tf.AdagradOptimizer,
    tf.AdadeltaOptimizer,
  ]) {
    const { applyGradients } = prototype;
    prototype.applyGradients = function (this: tf.Optimizer, gradients: never) {
      const backend = current(backendName);
      const apply = () => applyGradients.call(this as never, gradients);
      if (backend) asStep(backend, this, apply);
      else apply();
    };
  }
}

type Apply = tf.layers.Layer['apply'];

/** What a layer records carries the layer's name, for the errors of what cannot be computed. */
function replaceApply(): void {
  const { prototype } = tf.layers.Layer;
  const { apply } = prototype as { apply: Apply };
  prototype.apply = function (...args: Parameters<Apply>) {
    const outer = recording.layer;
    if (!(this instanceof tf.LayersModel)) recording.layer = this.name;
    try {
      return apply.apply(this, args);
    } finally {
      recording.layer = outer;
    }
  };
}
