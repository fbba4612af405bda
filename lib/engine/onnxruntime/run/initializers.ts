import type { Plan } from '../graph/plan';
import { expandSegments } from '../graph/segment';
import { traitsOf } from '../graph/traits';
import type { Value } from '../graph/value';
import { own } from './arrays';

/** Elements up to which any leaf may be built into a model, whatever reads it. */
const MODEST = 1 << 16;

/** Leaves that the runtime gains from knowing: filters, matrices, statistics. */
export function weights({ nodes, leaves }: Plan): boolean[] {
  const values = new Set<Value>();
  for (const { op, inputs } of expandSegments(nodes)) {
    const { weightsFrom } = traitsOf(op);
    if (weightsFrom !== undefined) for (const input of inputs.slice(weightsFrom)) values.add(input);
  }
  return leaves.map((leaf) => values.has(leaf));
}

/**
 * Copies weights that are still an array of the caller's: they are read again and again, and only what nobody else can
 * change is built in.
 */
export function ownWeights({ leaves }: Plan, isWeight: readonly boolean[]): void {
  for (const [i, leaf] of leaves.entries()) if (leaf.borrowed && isWeight[i]) own(leaf);
}

/** Leaves that are built in along with weights: these, and small constants; never a data set. */
export function foldable({ leaves }: Plan, isWeight: readonly boolean[]): boolean[] {
  return leaves.map((leaf, i) => !leaf.borrowed && (isWeight[i] === true || leaf.size <= MODEST));
}
