import type { TensorInfo } from '@tensorflow/tfjs';
import type { Emittable } from '../graph/fuse';
import type { KernelAttributes, Signature, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';

/** What a kernel may ask of the backend while it records a call. */
export interface Recorder {
  /** Records a node with one output. */
  record(op: string, inputs: Value[], attrs: KernelAttributes, output: Signature): Value;
  /** Records a node with several outputs. */
  recordMany(op: string, inputs: Value[], attrs: KernelAttributes, outputs: Signature[]): Value[];
  /** A scalar constant. */
  scalar(value: number, dtype?: Signature['dtype']): Value;
  /** Elements of `value`; runs what is pending. */
  elements(value: Value): NonNullable<Value['data']>;
  /** A concrete value. */
  concrete(data: NonNullable<Value['data']>, shape: number[], dtype: Signature['dtype']): Value;
  /** Tells that a batch is being cut off a concrete tensor: heavy work that is pending runs first. */
  onNewBatch(): void;
  /** The same elements under another shape. */
  reshape(value: Value, shape: number[]): Value;
}

/** Inputs of a kernel call by TF.js name; optional inputs that were not given are undefined. */
export type KernelInputs = Record<string, Value>;

/** Records a TF.js kernel call and returns what it computes. */
// biome-ignore lint/suspicious/noExplicitAny: every kernel has its own attributes; each reads them by TF.js's names
export type KernelBody = (inputs: KernelInputs, attrs: any, recorder: Recorder) => Value | Value[];

/** Writes one recorded node as ONNX nodes. */
export type NodeEmitter = (emitter: Emitter, node: Emittable) => void;

/** Kernels by TF.js name. */
export const KERNELS = new Map<string, KernelBody>();

/** Emitters by the op name of recorded nodes. */
export const EMITTERS = new Map<string, NodeEmitter>();

/** Registers a kernel that records one call. */
export function kernel(name: string, body: KernelBody): void {
  KERNELS.set(name, body);
}

/** Registers how nodes of `op` become ONNX. */
export function emitterOf(op: string, emit: NodeEmitter): void {
  EMITTERS.set(op, emit);
}

/** A tensor handle as kernels return it. */
export type Handle = TensorInfo;
