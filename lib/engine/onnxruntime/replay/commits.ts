import * as tf from '@tensorflow/tfjs';
import type { Value } from '../graph/value';
import type { OnnxruntimeBackend } from '../run/backend';

/** The backend, where it is the current one and computes what it records. */
function current(backendName: string): OnnxruntimeBackend | null {
  if (tf.getBackend() !== backendName) return null;
  const backend = tf.backend() as OnnxruntimeBackend;
  return backend.tracing ? null : backend;
}

/** Values that tensors show. */
export function valuesOf(backend: OnnxruntimeBackend, tensors: readonly unknown[]): Value[] {
  return tensors.flatMap((tensor) => {
    const value = tensor instanceof tf.Tensor && !tensor.isDisposed ? backend.shown(tensor) : null;
    return value ?? [];
  });
}

/** Runs a training step whose assignments hold together or not at all; a failure fails what it returns, too. */
export function asStep<T>(backend: OnnxruntimeBackend, optimizer: tf.Optimizer, run: () => T): T {
  const state = optimizer as unknown as { iterations_?: number };
  const { iterations_ } = state;
  return backend.steps.step(
    run,
    (result) => valuesOf(backend, [result].flat()),
    () => {
      state.iterations_ = iterations_;
    },
  );
}

/**
 * While `backendName` is the current backend, variables hold again what they held if a value that was assigned to them
 * cannot be computed, and so do all variables of one step of an optimizer. TF.js's other backends compute before they
 * assign; here a step is recorded first.
 */
export function commitWholeSteps(backendName: string): void {
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = function (value) {
    const backend = current(backendName);
    const before = backend?.shown(this);
    assign.call(this, value);
    const after = backend?.shown(this);
    if (backend && before && after) backend.steps.assigned(this, before, after);
  };
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
