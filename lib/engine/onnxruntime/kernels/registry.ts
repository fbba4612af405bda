import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';

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
