import * as tf from '@tensorflow/tfjs';
import { dropOldest } from '../graph/lists';
import type { Value } from '../graph/value';
import type { OnnxruntimeBackend } from '../run/backend';

/** Input shapes to remember for each model. */
const MOST_PASSES = 8;

/** True while somebody looks at single kernels. */
export function isObserved(): boolean {
  const engine = tf.engine();
  return engine.isTapeOn() || engine.state.profiling || tf.env().getBool('DEBUG');
}

/** Shapes and dtypes of `inputs` as text. @param samples rows to say instead of their own */
export function passKey(inputs: readonly tf.Tensor[], samples?: number): string {
  return inputs
    .map(({ shape, dtype }) => `${dtype}[${samples === undefined ? shape : [samples, ...shape.slice(1)]}]`)
    .join();
}

/** Puts what was recorded at the end of the line, and lets go of the first in it when it is too long. */
export function remember<T>(passes: Map<string, T>, key: string, pass: T): T {
  passes.delete(key);
  passes.set(key, pass);
  dropOldest(passes, MOST_PASSES);
  return pass;
}

/** True where placeholders can take the place of all of these: numbers, and no two variables that share their data. */
export function replayable(inputs: readonly tf.Tensor[], variables: readonly tf.Tensor[]): boolean {
  const isNumeric = ({ dtype }: tf.Tensor) => ['float32', 'int32', 'bool'].includes(dtype);
  const distinct = new Set(variables.map(({ dataId }) => dataId)).size === variables.length;
  return distinct && [...inputs, ...variables].every(isNumeric);
}

/** The values that numeric tensors show. @throws for strings and complex numbers */
export function valuesIn(backend: OnnxruntimeBackend, tensors: readonly tf.Tensor[]): Value[] {
  return tensors.map((tensor) => {
    const value = backend.valueOf(tensor);
    if (!value) throw new Error(`expected a tensor of numbers, received ${tensor.dtype}`);
    return value;
  });
}
