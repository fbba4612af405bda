import * as tf from '@tensorflow/tfjs';
import { allocate, concreteValue, type NumericArray, type NumericType, type Value } from '../graph/value';

/** Elements up to which an array that TF.js hands over is copied at once. */
const SMALL = 1 << 16;

/**
 * Elements that TF.js hands over, as a value. Callers refill their arrays, one photo after the other, and TF.js's other
 * backends have read them by then: small arrays are copied, large ones marked as borrowed.
 */
export function handedOver(
  values: tf.backend_util.BackendValues | null,
  shape: number[],
  dtype: NumericType,
): Value {
  const array = toArray(values, shape, dtype);
  const isTheirs = array === (values as unknown);
  const value = concreteValue(isTheirs && array.length <= SMALL ? array.slice() : array, shape, dtype);
  value.borrowed = isTheirs && array.length > SMALL;
  return value;
}

/** Takes a copy of a borrowed value's elements, for all its views too. */
export function own(value: Value): void {
  const theirs = value.data;
  const copy = theirs?.slice() ?? null;
  let base = value;
  while (base.viewed && base.viewed.data === theirs) base = base.viewed;
  const replace = (each: Value) => {
    if (each.data !== theirs) return;
    each.data = copy;
    each.borrowed = false;
    for (const view of each.views?.values() ?? []) replace(view);
  };
  replace(base);
}

/** Elements that TF.js hands over, as the typed array of their dtype. */
function toArray(
  values: tf.backend_util.BackendValues | null,
  shape: number[],
  dtype: NumericType,
): NumericArray {
  if (values === null || values === undefined) return allocate(dtype, tf.util.sizeFromShape(shape));
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as unknown as number[]);
  if (dtype === 'int32')
    return values instanceof Int32Array ? values : Int32Array.from(values as unknown as number[]);
  return values instanceof Uint8Array ? values : Uint8Array.from(values as unknown as number[]);
}

/** Real and imaginary part of complex elements, which TF.js interleaves. */
export function splitComplex(values: Float32Array, shape: number[]): [Value, Value] {
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(values);
  return [
    concreteValue(real as Float32Array, shape, 'float32'),
    concreteValue(imag as Float32Array, shape, 'float32'),
  ];
}
