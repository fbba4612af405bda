import * as tf from '@tensorflow/tfjs';
import type { NumericArray, Value } from '../graph/value';
import { handedOver, splitComplex } from './arrays';

export type DataId = tf.TensorInfo['dataId'];

/** What a TF.js data id stands for. */
export interface Entry {
  value: Value | null;
  /** Strings as TF.js stores them: UTF-8 bytes. */
  strings: Uint8Array[] | null;
  dtype: tf.DataType;
  /** Real and imaginary part of a complex tensor. */
  complex: [Value, Value] | null;
  references: number;
}

/** The tensors of a TF.js backend: which values their data ids stand for, how many hold them, and which are pending. */
export abstract class TensorStore extends tf.KernelBackend {
  protected readonly data: tf.DataStorage<Entry>;
  protected readonly pending = new Set<Value>();

  constructor() {
    super();
    this.data = new tf.DataStorage<Entry>(this, tf.engine());
  }

  /** Called when no tensor shows `data` any more. */
  protected abstract forget(data: NumericArray): void;

  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  move(
    dataId: DataId,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const entry: Entry = { value: null, strings: null, dtype, complex: null, references };
    if (dtype === 'string') entry.strings = values as Uint8Array[];
    else if (dtype === 'complex64') entry.complex = splitComplex(values as Float32Array, shape);
    else entry.value = this.hold(handedOver(values, shape, dtype));
    for (const part of entry.complex ?? []) this.hold(part);
    this.data.set(dataId, entry);
  }

  protected hold(value: Value): Value {
    value.references++;
    if (value.isPending) this.pending.add(value);
    return value;
  }

  protected release(value: Value): void {
    if (--value.references > 0) return;
    this.pending.delete(value);
    if (value.data) this.forget(value.data);
  }

  refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).references : 0;
  }

  incRef(dataId: DataId): void {
    this.data.get(dataId).references++;
  }

  decRef(dataId: DataId): void {
    if (this.data.has(dataId)) this.data.get(dataId).references--;
  }

  disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    if (entry.value) this.release(entry.value);
    for (const part of entry.complex ?? []) this.release(part);
    this.data.delete(dataId);
    return true;
  }

  numDataIds(): number {
    return this.data.numDataIds();
  }

  memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  floatPrecision(): 16 | 32 {
    return 32;
  }

  epsilon(): number {
    return 1e-7;
  }

  timerAvailable(): boolean {
    return true;
  }

  /** A new handle on `value`. */
  handle(value: Value): tf.TensorInfo {
    const dataId = {};
    const entry: Entry = {
      value: this.hold(value),
      strings: null,
      dtype: value.dtype,
      complex: null,
      references: 1,
    };
    this.data.set(dataId, entry);
    return { dataId, shape: value.shape, dtype: value.dtype };
  }

  /** A new tensor that shows `value`. */
  tensor(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.handle(value));
  }

  /** The value that a tensor shows, in whatever shape it has; null for strings and complex numbers. */
  shown({ dataId }: tf.TensorInfo): Value | null {
    return this.data.get(dataId).value;
  }

  /** A new handle on a complex tensor. */
  complexHandle(real: Value, imaginary: Value): tf.TensorInfo {
    const dataId = {};
    const complex: [Value, Value] = [this.hold(real), this.hold(imaginary)];
    this.data.set(dataId, { value: null, strings: null, dtype: 'complex64', complex, references: 1 });
    return { dataId, shape: real.shape, dtype: 'complex64' };
  }

  /** Another handle on the same data under `shape`. */
  alias(x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    this.incRef(x.dataId);
    return { dataId: x.dataId, shape, dtype: x.dtype };
  }
}
