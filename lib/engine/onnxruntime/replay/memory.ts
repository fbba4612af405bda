import * as tf from '@tensorflow/tfjs';

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
  if (passes.size > MOST_PASSES) passes.delete(passes.keys().next().value!);
  return pass;
}

/** True where stand-ins can take the place of all of these: numbers, and no two variables that share their data. */
export function replayable(inputs: readonly tf.Tensor[], variables: readonly tf.Tensor[]): boolean {
  const isNumeric = ({ dtype }: tf.Tensor) => ['float32', 'int32', 'bool'].includes(dtype);
  const distinct = new Set(variables.map(({ dataId }) => dataId)).size === variables.length;
  return distinct && [...inputs, ...variables].every(isNumeric);
}
