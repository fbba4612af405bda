import * as tf from '@tensorflow/tfjs';
import { item } from '../graph/lists';
import type { Recorder, ValuesOf } from '../graph/recorder';
import type { CapturedSegment } from '../graph/segment';
import { recordSimplified } from '../graph/simplify';
import { multiplyAddsOf } from '../graph/traits';
import {
  allocate,
  concreteValue,
  type KernelAttributes,
  type NumericArray,
  type NumericType,
  RecordedNode,
  type Signature,
  type Value,
} from '../graph/value';
import { viewOf } from '../graph/views';
import { own } from './arrays';
import { Executor, type ExecutorOptions } from './execute';
import type { SessionFactory } from './session';
import { Steps } from './steps';
import { type DataId, TensorStore } from './store';

/** TF.js's own `assign`, whatever takes its place while steps are recorded. */
const { assign } = tf.Variable.prototype;
const assignPlainly = (variable: tf.Variable, value: tf.Tensor) => assign.call(variable, value as never);

/** Multiply-adds pending above which the arrival of a new batch runs what is there. */
const HEAVY = 5e6;
/** Recorded calls after which everything pending runs, so that a chain without a read does not eat memory. */
const GROWTH_LIMIT = 1500;

/**
 * TF.js backend that records kernel calls and computes them as ONNX graphs.
 *
 * Pending calls run when an element is read, when the current synchronous stretch of JavaScript ends (so that each
 * step of an asynchronous training loop is one graph), when a new batch is cut off while heavy work is pending, or
 * when too many calls are pending.
 */
export class OnnxruntimeBackend extends TensorStore implements Recorder {
  readonly executor: Executor;
  private recordedCalls = 0;
  private heaviness = 0;
  private scheduled = false;
  private isTracing = false;
  private callDepth = 0;
  private hasBorrowed = false;
  /** Training steps that are pending. */
  readonly steps = new Steps((variable, value) =>
    this.replace(variable, this.reshape(value, variable.shape)),
  );

  constructor(factory: SessionFactory, options?: ExecutorOptions) {
    super();
    this.executor = new Executor(factory, options);
  }

  // --- tensors -----------------------------------------------------------------------------------------------

  protected forget(data: NumericArray): void {
    this.executor.forget(data);
  }

  dispose(): void {
    this.pending.clear();
    this.executor.clear();
  }

  async time(run: () => void): Promise<{ kernelMs: number }> {
    this.flush();
    const start = performance.now();
    run();
    this.flush();
    return { kernelMs: performance.now() - start };
  }

  readSync(dataId: DataId): tf.backend_util.BackendValues {
    const entry = this.data.get(dataId);
    if (entry.strings) return entry.strings;
    if (entry.complex) {
      const [real, imaginary] = entry.complex.map((part) => this.elements(part) as Float32Array) as [
        Float32Array,
        Float32Array,
      ];
      return tf.backend_util.mergeRealAndImagArrays(real, imaginary);
    }
    // The caller may change what it is given, and what is pending may read it; and a failure changes variables back.
    if (this.pending.size > 0 && (!this.isTracing || entry.value?.isPending)) this.flush();
    if (!entry.value) throw new Error('expected a tensor that holds numbers, strings or complex numbers');
    return this.elements(entry.value);
  }

  async read(dataId: DataId): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  // --- handles -----------------------------------------------------------------------------------------------

  /** The recorded value that a tensor shows, in the tensor's shape; null for strings and complex numbers. */
  valueOf({ dataId, shape }: tf.TensorInfo): Value | null {
    const { value } = this.data.get(dataId);
    return value && this.reshape(value, shape);
  }

  /** Makes `variable` show `value`, which has its shape and dtype, as its `assign` would. */
  assign(variable: tf.Variable, value: Value): void {
    const entry = this.data.get(variable.dataId);
    if (entry.value) this.steps.assigned(variable, entry.value, value);
    this.replace(variable, value);
  }

  private replace(variable: tf.Variable, value: Value): void {
    const entry = this.data.get(variable.dataId);
    if (entry.references === 1) {
      this.hold(value);
      if (entry.value) this.release(entry.value);
      entry.value = value;
      return;
    }
    const tensor = this.tensor(value); // somebody else shows the old value and goes on doing so
    assignPlainly(variable, tensor);
    tensor.dispose();
  }

  /** Real and imaginary part of a complex tensor in the tensor's shape, else null. */
  partsOf({ dataId, shape }: tf.TensorInfo): [Value, Value] | null {
    const { complex } = this.data.get(dataId);
    return complex && [this.reshape(complex[0], shape), this.reshape(complex[1], shape)];
  }

  // --- recording ---------------------------------------------------------------------------------------------

  record(op: string, inputs: Value[], attrs: KernelAttributes, output: Signature): Value {
    return recordSimplified(this, this.recordPlain, op, inputs, attrs, output);
  }

  private readonly recordPlain = (
    op: string,
    inputs: Value[],
    attrs: KernelAttributes,
    output: Signature,
  ): Value => this.recordMany(op, inputs, attrs, [output])[0];

  recordMany<Out extends Signature[]>(
    op: string,
    inputs: Value[],
    attrs: KernelAttributes,
    outputs: readonly [...Out],
  ): ValuesOf<Out> {
    if (outputs.every(({ shape }) => shape.includes(0))) {
      return outputs.map(({ shape, dtype }) =>
        concreteValue(allocate(dtype, 0), shape, dtype),
      ) as ValuesOf<Out>;
    }
    const node = new RecordedNode(op, inputs, attrs, outputs);
    const values = node.outputs as Value[] as ValuesOf<Out>;
    if (node.inheritsError()) return values;
    this.uses(inputs);
    this.recordedCalls++;
    this.heaviness += multiplyAddsOf(node);
    this.schedule();
    return values;
  }

  /** Records a call of a segment. @param values what each placeholder stood for, used or not */
  recordSegment({ segment, used, constants, layers }: CapturedSegment, values: readonly Value[]): Value[] {
    const inputs = used.map((i) => item(values, i));
    const node = new RecordedNode('Segment', [...inputs, ...constants], { segment }, [...segment.outputs]);
    node.layers = layers;
    if (node.inheritsError()) return node.outputs;
    this.uses(inputs);
    this.recordedCalls += segment.nodes.length;
    this.heaviness += segment.heaviness;
    this.schedule();
    return node.outputs;
  }

  /** Called with what a call reads: copies what its caller may change, unless it is computed before it can. */
  uses(inputs: readonly Value[]): void {
    for (const value of inputs) {
      if (!value.borrowed) continue;
      if (this.callDepth > 0 && !this.isTracing) this.hasBorrowed = true;
      else own(value);
    }
  }

  /**
   * Runs a call that is heavy in itself, like a prediction or a training step. Where it reads arrays of the caller, it
   * is computed before it returns, without a copy of them.
   */
  call<T>(run: () => T): T {
    this.callDepth++;
    try {
      return run();
    } finally {
      this.callDepth--;
      if (this.callDepth === 0 && this.hasBorrowed) {
        this.hasBorrowed = false;
        this.flush();
      }
    }
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(this.onMicrotask);
  }

  scalar(value: number, dtype: NumericType = 'float32'): Value {
    return this.concrete(allocate(dtype, 1).fill(value), [], dtype);
  }

  concrete(data: NumericArray, shape: number[], dtype: NumericType): Value {
    return concreteValue(data, shape, dtype);
  }

  reshape(value: Value, shape: number[]): Value {
    if (!tf.util.arraysEqual(value.shape, shape)) this.uses([value]);
    return viewOf(value, shape, () => this.record('Reshape', [value], {}, { shape, dtype: value.dtype }));
  }

  // --- running -----------------------------------------------------------------------------------------------

  private readonly onMicrotask = (): void => {
    this.scheduled = false;
    this.flush();
  };

  /** True while calls are recorded that are not to be computed. */
  get tracing(): boolean {
    return this.isTracing;
  }

  /** Runs `record` without computing anything. @throws if it reads a value */
  trace<T>(record: () => T): T {
    const before = {
      isTracing: this.isTracing,
      recordedCalls: this.recordedCalls,
      heaviness: this.heaviness,
    };
    this.isTracing = true;
    try {
      return record();
    } finally {
      Object.assign(this, before);
    }
  }

  /** Like {@link trace}, while each of `tensors` shows a placeholder: what is recorded depends on none of their values. */
  traceWith<T>(tensors: readonly tf.TensorInfo[], placeholders: readonly Value[], record: () => T): T {
    const entries = tensors.map(({ dataId }) => this.data.get(dataId));
    const values = entries.map(({ value }) => value);
    entries.forEach((entry, i) => {
      entry.value = item(placeholders, i);
    });
    try {
      return this.trace(record);
    } finally {
      entries.forEach((entry, i) => {
        entry.value = values[i] ?? null;
      });
    }
  }

  /** While {@link traceWith} records: lets one of its tensors show `value` from now on. */
  show({ dataId }: tf.TensorInfo, value: Value): void {
    this.data.get(dataId).value = value;
  }

  /**
   * Computes everything that is pending and still alive. What cannot be computed keeps the error, for whoever reads it;
   * nothing is pending afterwards.
   */
  flush(): void {
    if (this.isTracing) {
      throw new Error(
        'expected a function that computes without reading values, this one read one: use tensors only',
      );
    }
    this.recordedCalls = 0;
    this.heaviness = 0;
    const roots = [...this.pending];
    this.pending.clear();
    this.executor.compute(roots);
    this.steps.settle((values) => this.executor.compute(values));
  }

  /** Called before a kernel call: runs what is pending if it has grown too long. */
  limitGrowth(): void {
    if (this.recordedCalls > GROWTH_LIMIT && !this.isTracing) this.flush();
  }

  /** Called when a batch is cut off a concrete tensor: runs the previous batch's work if there is much of it. */
  onNewBatch(): void {
    if (this.heaviness > HEAVY && !this.isTracing) this.flush();
  }

  /** Elements of `value`; runs what is pending. @throws the error of a value that cannot be computed */
  elements(value: Value): NumericArray {
    if (value.isPending) {
      if (value.references > 0 || this.isTracing) this.flush();
      else this.executor.compute([value]);
    }
    if (value.error || !value.data) throw value.error ?? new Error('expected a value that was computed');
    return value.data;
  }
}
