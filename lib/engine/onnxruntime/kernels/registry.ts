import type * as tf from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import { defineTraits, type Traits } from '../graph/traits';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';

/** Inputs of a kernel call by TF.js's names; optional ones that were not given are undefined. */
export type KernelInputs = Record<string, Value | undefined>;

/** Inputs of one kernel, by name: those that TF.js always gives, and optional ones. */
export type Inputs<Required extends string, Optional extends string = never> = Record<Required, Value> &
  Partial<Record<Optional, Value>>;

/** Tensor handles that one kernel reads, by name. */
export type Handles<Required extends string> = Record<Required, tf.TensorInfo>;

// biome-ignore lint/suspicious/noExplicitAny: every kernel has its own attributes; each reads them by TF.js's names
export type TfjsAttrs = any;

/** Writes an elementwise node: names of the inputs in one axis order -> name of the result. */
export type Elementwise = (e: Emitter, node: Emittable, ...inputs: string[]) => string;

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

/** The real and the imaginary part of a complex result. */
export type Parts = [real: Value, imaginary: Value];

/** Records a call on complex tensors. @returns a real value, or both parts */
type ComplexKernel = {
  // A method, so that a kernel may name its inputs.
  record(r: Recorder, real: KernelInputs, imaginary: KernelInputs): Value | Parts;
}['record'];

/**
 * All that is known of one operation. It is a TF.js kernel (it has `record`, `handles` or `onHost`), a kind of node of
 * the recorded graph (it has `elementwise` or `emit`), or both under one name.
 *
 * @example
 * operation({
 *   name: 'Neg',
 *   record: ({ x }: Inputs<'x'>, _, r) => r.record('Neg', [x], {}, x),
 *   elementwise: (e, _, x) => e.add('Neg', [x]),
 *   complex: 'partwise',
 * });
 */
export interface Operation extends Omit<Traits, 'isElementwise'> {
  /** Name of the TF.js kernel, and of nodes. */
  name: string;
  /** Records a call of the TF.js kernel: adds nodes to the graph and returns what they compute. */
  record?(inputs: KernelInputs, attrs: TfjsAttrs, r: Recorder): Value | Value[];
  /** Instead of `record`: works on tensor handles, to share data, or for strings and complex numbers. */
  handles?(
    inputs: Record<string, tf.TensorInfo | undefined>,
    attrs: TfjsAttrs,
    r: TensorRecorder,
  ): tf.TensorInfo;
  /** Instead of `record`: TF.js's own CPU kernel computes, on the host, for this reason. */
  onHost?: string;
  /** Sizes that the elements of an index stay below, of a node whose second input holds indices. */
  indexLimits?(node: Emittable): number[];
  /** Calls on complex tensors: `partwise` records real and imaginary part alike; without it they are refused. */
  complex?: 'partwise' | ComplexKernel;
  /** Name under which TF.js's fused kernels ask for this one as activation. */
  activation?: string;
  /**
   * Writes a node whose result at an element depends on the inputs at that element only: the name of an ONNX operator,
   * or several of them. The graph may compute it before a broadcast.
   */
  elementwise?: string | Elementwise;
  /** Writes any other node as ONNX. */
  emit?(e: Emitter, node: Emittable): void;
}

const operations = new Map<string, Operation>();

/** Defines an operation. @throws if there is one of this name */
export function operation(its: Operation): void {
  const { name, elementwise, weightsFrom, multiplyAdds } = its;
  if (operations.has(name)) throw new Error(`expected one definition of the operation ${name}, received two`);
  operations.set(name, its);
  defineTraits(name, { isElementwise: elementwise !== undefined, weightsFrom, multiplyAdds });
}

/** Every operation, in the order of definition. */
export function allOperations(): Iterable<Operation> {
  return operations.values();
}

/** The operation of this name, if there is one. */
export function operationOf(name: string): Operation | undefined {
  return operations.get(name);
}

/** Calls another kernel that has one result. @throws if there is none of this name */
export function call(r: Recorder, name: string, inputs: KernelInputs, attrs: TfjsAttrs = {}): Value {
  const record = operations.get(name)?.record;
  if (!record) throw new Error(`expected a kernel ${name} that records, found none`);
  const [value] = [record(inputs, attrs, r)].flat();
  if (!value) throw new Error(`expected a result of the kernel ${name}, received none`);
  return value;
}

/** Applies the activation of a fused kernel. @throws if TF.js names one that this backend does not know */
export function activate(
  r: Recorder,
  x: Value,
  activation: string | undefined,
  alpha: Value | undefined,
  slope = 0.2,
): Value {
  if (!activation || activation === 'linear') return x;
  const known = [...operations.values()].filter((its) => its.activation !== undefined);
  const its = known.find((each) => each.activation === activation);
  if (!its) {
    throw new Error(
      `expected one of linear, ${known.map((each) => each.activation).join(', ')} as fused activation, received ` +
        `${activation}: apply it as a separate layer`,
    );
  }
  return call(r, its.name, alpha ? { x, alpha } : { x }, { alpha: slope });
}

/** Writes `node` as ONNX. @throws if its operation does not say how */
export function emit(e: Emitter, node: Emittable): void {
  const its = operations.get(node.op);
  const elementwise = its?.elementwise;
  if (typeof elementwise === 'string') e.elementwise(node, (...names) => e.add(elementwise, names));
  else if (elementwise) e.elementwise(node, (...names) => elementwise(e, node, ...names));
  else if (its?.emit) its.emit(e, node);
  else {
    throw new Error(
      `expected an operation ${node.op} that can be written as ONNX, found none: give its descriptor in ` +
        'lib/engine/onnxruntime/kernels an `emit` or `elementwise`',
    );
  }
}
