import { append } from '../graph/lists';
import type { Emittable, Value } from '../graph/value';

/** The nodes that read each value, each once, in order. */
export function readersOf(nodes: readonly Emittable[]): Map<Value, Emittable[]> {
  const readers = new Map<Value, Emittable[]>();
  for (const node of nodes) {
    for (const value of new Set(node.inputs)) append(readers, value, node);
  }
  return readers;
}
