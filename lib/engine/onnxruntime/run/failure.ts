import { plan } from '../graph/plan';
import { expandSegments } from '../graph/segment';
import type { Emittable, RecordedNode, Value } from '../graph/value';
import { explainIndices } from '../kernels/indices';
import { fuse } from '../passes/fuse';

/** A failed node of a plan: as it was recorded, and the part of it that failed, which differs in a segment. */
export interface Culprit {
  node: RecordedNode;
  part: Emittable;
}

/** The node that an error of the runtime names, in the plan of `roots`; null if it names none. */
export function culpritOf(error: unknown, roots: readonly Value[]): Culprit | null {
  const position = /\bn\d*#(\d+)\b/.exec(String((error as Error)?.message))?.[1];
  if (position === undefined) return null;
  const { nodes, outputs } = plan(roots);
  const origin = new Map<Value, RecordedNode>();
  const expanded = nodes.flatMap((node) => {
    const inner = expandSegments([node]);
    for (const value of inner.flatMap((each) => each.outputs)) origin.set(value, node);
    return inner;
  });
  const part = fuse(expanded, outputs)[Number(position)];
  const node = part?.outputs[0] && origin.get(part.outputs[0]);
  return part && node ? { node, part } : null;
}

/** What failed, of which types, in which layer, and why, in words. */
export function failureOf(error: unknown, { part }: Culprit): Error {
  const { kernel, op, layer, inputs, outputs } = part;
  const types = (values: readonly Value[]) =>
    values.map(({ dtype, shape }) => `${dtype}[${shape}]`).join(', ') || 'nothing';
  const where = layer ? ` in the layer "${layer}"` : '';
  const reason = explainIndices(part, String((error as Error).message)) ?? reasonOf(error, outputs);
  const name = kernel || op;
  return new Error(`${name} of ${types(inputs)} to ${types(outputs)}${where} failed: ${reason}`, {
    cause: error,
  });
}

/** The runtime's reason without its wrapping; out of memory in words. */
export function reasonOf(error: unknown, outputs: readonly Value[]): string {
  const message = String((error as Error)?.message ?? error);
  if (/failed to allocate|bad_alloc|allocation failed|out of memory/i.test(message)) {
    const bytes = outputs.reduce((sum, { size }) => sum + size * 4, 0);
    return (
      `it does not fit into memory (its result alone has ${sizeOf(bytes)}): take a smaller batch, smaller ` +
      'pictures or smaller parts'
    );
  }
  return message
    .replace(/^n\d*#\d+: /, '')
    .replace(/^Non-zero status code returned while running \w+ node\. Name:'[^']*' Status Message: /, '')
    .replace(/^\/onnxruntime_src\/\S+ /, '')
    .trim();
}

/** Bytes in words. */
export function sizeOf(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}
