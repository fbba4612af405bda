import * as tf from '@tensorflow/tfjs';
import type { Value } from '../graph/value';
import type { OnnxruntimeBackend } from '../run/backend';

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
