import type { RecordedNode } from './value';

/** What the graph must know of an operation, apart from how it is written as ONNX. */
export interface Traits {
  /** The result at an element depends on the inputs at that element only: it may be computed before a broadcast. */
  isElementwise?: boolean;
  /**
   * Position of the first input that may be a weight (a filter, a matrix, statistics). Weights that stay the same from
   * run to run become initializers of the model, so that the runtime folds and prepacks them.
   */
  weightsFrom?: number;
  /** Multiply-adds of a node, roughly; only for operations that are the heavy part of a network. */
  multiplyAdds?(node: Pick<RecordedNode, 'inputs' | 'outputs'>): number;
}

const NONE: Traits = {};
const traits = new Map<string, Traits>();

/** Tells the graph of an operation. */
export function defineTraits(op: string, its: Traits): void {
  traits.set(op, its);
}

/** What is known of an operation; nothing of one that was never defined. */
export function traitsOf(op: string): Traits {
  return traits.get(op) ?? NONE;
}

/** Multiply-adds of a node, roughly, where it has many. */
export function multiplyAddsOf(node: RecordedNode): number {
  return traitsOf(node.op).multiplyAdds?.(node) ?? 0;
}
