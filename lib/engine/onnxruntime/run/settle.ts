import { reachable } from '../graph/plan';
import type { RecordedNode, Value } from '../graph/value';
import { culpritOf, failureOf, reasonOf } from './failure';
import { TooLargeError } from './footprint';

/** Computes pending values as one graph. @throws if any of them cannot be computed */
export type Run = (roots: readonly Value[]) => void;

/**
 * Computes what can be computed of `roots` after they could not be computed as one graph: a failed node costs the
 * values that need it, which keep its error, and nothing else. Afterwards none of `roots` is pending.
 *
 * The runtime's error names a node; its inputs are computed, then the node by itself, which either fails again (its
 * outputs and all that needs them have failed) or was a matter of the whole graph only. Where no node is named, halves
 * of the values are tried.
 */
export function settle(run: Run, roots: readonly Value[]): void {
  for (;;) {
    const open = stillOpen(roots);
    if (open.length === 0) return;
    try {
      run(open);
      return;
    } catch (error) {
      const culprit = culpritOf(error, open);
      // Node by node, what is too large at once would not take less.
      if (culprit && error instanceof TooLargeError) failOutputs(culprit.node, failureOf(error, culprit));
      else if (culprit) settleNode(run, culprit.node);
      else if (open.length === 1) failAlone(open[0] as Value, error);
      else {
        const half = open.length >> 1;
        settle(run, open.slice(0, half));
        settle(run, open.slice(half));
        return;
      }
    }
  }
}

/** Those of `roots` that are pending, after what failed has been passed on to all that needs it. */
function stillOpen(roots: readonly Value[]): Value[] {
  for (const node of reachable(roots)) {
    const failed = node.inputs.find(({ error }) => error !== null);
    if (failed?.error) failOutputs(node, failed.error);
  }
  return roots.filter(({ isPending }) => isPending);
}

/** Computes the inputs of a node, then the node; where that is not possible its outputs have failed. */
function settleNode(run: Run, node: RecordedNode): void {
  settle(run, node.inputs);
  const outputs = node.outputs.filter(({ isPending }) => isPending);
  if (stillOpen(outputs).length === 0) return;
  try {
    run(outputs);
  } catch (error) {
    const culprit = culpritOf(error, outputs) ?? { node, part: node };
    failOutputs(node, failureOf(error, culprit));
  }
}

function failOutputs(node: RecordedNode, error: Error): void {
  for (const output of node.outputs) if (output.isPending) output.fail(error);
}

/** Marks a value that cannot be computed though no node of its graph is to blame. */
function failAlone(value: Value, error: unknown): void {
  const { producer } = value;
  const culprit = producer && { node: producer, part: producer };
  value.fail(culprit ? failureOf(error, culprit) : new Error(reasonOf(error, [value]), { cause: error }));
}
