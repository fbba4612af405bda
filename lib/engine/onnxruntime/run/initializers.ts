import type { Plan } from '../graph/plan';
import { expandSegments } from '../graph/segment';
import type { Value } from '../graph/value';

/** Elements up to which any leaf may be built into a model, whatever reads it. */
const MODEST = 1 << 16;

/** Position of the first weight among the inputs, by op. */
const WEIGHTS_FROM: Record<string, number> = { Conv: 1, ConvInputGradient: 1, MatMul: 0, BatchNorm: 1 };

/** Leaves that the runtime gains from knowing: filters, matrices, statistics. */
export function weights({ nodes, leaves }: Plan): boolean[] {
  const values = new Set<Value>();
  for (const { op, inputs } of expandSegments(nodes)) {
    const from = WEIGHTS_FROM[op];
    if (from !== undefined) for (const input of inputs.slice(from)) values.add(input);
  }
  return leaves.map((leaf) => values.has(leaf));
}

/** Leaves that are built in along with weights: these, and small constants; never a data set. */
export function pinnable({ leaves }: Plan, isWeight: readonly boolean[]): boolean[] {
  return leaves.map((leaf, i) => isWeight[i]! || leaf.size <= MODEST);
}

/** Rough bytes that a compiled plan holds on to: its runtime keeps the memory of its largest moment. */
export function footprint({ nodes, leaves }: Plan): number {
  let elements = 0;
  for (const node of expandSegments(nodes)) for (const output of node.outputs) elements += output.size;
  for (const leaf of leaves) elements += leaf.size;
  return (elements * 4) / 3;
}
