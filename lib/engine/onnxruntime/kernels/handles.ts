import * as tf from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import { allocate, type NumericType, type Value } from '../graph/value';

/** What a kernel that works on tensor handles may ask of the backend besides. */
export interface TensorRecorder extends Recorder {
  /** The recorded value that a tensor shows; null for strings and complex numbers. */
  valueOf(tensor: tf.TensorInfo): Value | null;
  /** Real and imaginary part of a complex tensor, else null. */
  partsOf(tensor: tf.TensorInfo): [Value, Value] | null;
  /** A new handle on `value`. */
  handle(value: Value): tf.TensorInfo;
  /** A new handle on a complex tensor. */
  complexHandle(real: Value, imaginary: Value): tf.TensorInfo;
  /** Another handle on the same data under `shape`. */
  alias(tensor: tf.TensorInfo, shape: number[]): tf.TensorInfo;
  /** A new data id that holds `values`. */
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
}

/** A kernel that works on tensor handles instead of recorded values: it shares data or holds strings. */
export type HandleKernel = (
  inputs: Record<string, tf.TensorInfo>,
  // biome-ignore lint/suspicious/noExplicitAny: every kernel has its own attributes
  attrs: any,
  backend: TensorRecorder,
) => tf.TensorInfo;

/** Kernels on handles, by TF.js name. */
export const HANDLE_KERNELS: Record<string, HandleKernel> = {
  Identity: ({ x }, _, backend) => backend.alias(x!, x!.shape),

  Reshape: ({ x }, { shape }, backend) => {
    const size = tf.util.sizeFromShape(x!.shape);
    const inferred = tf.util.inferFromImplicitShape(shape, size);
    tf.util.assert(
      size === tf.util.sizeFromShape(inferred),
      () =>
        `new shape: ${inferred}, old shape: ${x!.shape}. New shape and old shape must have the same number of elements.`,
    );
    return backend.alias(x!, inferred);
  },

  ExpandDims: ({ input }, { dim }, backend) => {
    const rank = input!.shape.length;
    tf.util.assert(
      -(rank + 1) <= dim && dim <= rank,
      () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`,
    );
    const shape = input!.shape.slice();
    shape.splice(dim < 0 ? rank + dim + 1 : dim, 0, 1);
    return backend.alias(input!, shape);
  },

  Fill: (_, { shape, value, dtype }, backend) => {
    const type: tf.DataType = dtype ?? tf.util.inferDtype(value);
    const size = tf.util.sizeFromShape(shape);
    if (type === 'string') {
      const strings = Array<Uint8Array>(size).fill(tf.util.encodeString(value));
      return { dataId: backend.write(strings, shape, type), shape, dtype: type };
    }
    const numeric = type as NumericType;
    if (size <= 1024)
      return backend.handle(backend.concrete(allocate(numeric, size).fill(value), shape, numeric));
    const expanded = backend.record(
      'Expand',
      [backend.scalar(value, numeric)],
      { shape },
      { shape, dtype: numeric },
    );
    return backend.handle(expanded);
  },
};
