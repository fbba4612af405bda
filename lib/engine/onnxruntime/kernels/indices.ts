import type { Emittable, NumericArray, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';

/**
 * Indices as the runtime must see them: it takes negative ones from the end, TF.js refuses them. A negative index
 * becomes one that is still too small after `sizes` has been added once.
 * @param indices name of int32 or int64 indices whose last axis, or every element, counts along `sizes`
 */
export function refuseNegative(
  e: Emitter,
  indices: string,
  sizes: readonly number[],
  type: 'int32' | 'int64',
): string {
  const vector = (values: readonly number[]) => {
    if (type === 'int64') return values.length === 1 ? e.int(values[0] ?? 0) : e.ints(values);
    return e.initializer('int32', values.length === 1 ? [] : [values.length], Int32Array.from(values));
  };
  const negative = e.add('Less', [indices, vector([0])]);
  return e.add('Where', [negative, e.add('Sub', [indices, vector(sizes)]), indices]);
}

/** The sizes that a node's indices must stay below, one for each element of an index; null for other nodes. */
function limitsOf({ op, inputs, attrs }: Emittable): { limits: number[]; indices: Value } | null {
  const [table, indices] = inputs;
  if (!table || !indices) return null;
  if (op === 'Gather') return { limits: [table.shape[attrs.axis as number] ?? 0], indices };
  if (op !== 'GatherNd' && op !== 'Scatter') return null;
  return { limits: table.shape.slice(0, indices.shape.at(-1) ?? 1), indices };
}

/** Says which index of a failed node is out of range; null where none is, or the node has none. */
export function explainIndices(part: Emittable, message: string): string | null {
  const found = limitsOf(part);
  if (!found) return null;
  const { limits, indices } = found;
  const range = limits.length === 1 ? `[0, ${(limits[0] ?? 0) - 1}]` : `the shape [${limits}]`;
  const index = indices.data ? firstOutside(indices.data, limits) : indexIn(message, limits);
  return index && `the index value ${index} is not in ${range}`;
}

function firstOutside(data: NumericArray, limits: readonly number[]): string | null {
  const depth = Math.max(1, limits.length);
  for (let at = 0; at < data.length; at += depth) {
    const index = Array.from(data.subarray(at, at + depth));
    if (index.some((value, i) => value < 0 || value >= (limits[i] ?? 0))) return index.join();
  }
  return null;
}

/** The index that the runtime names, as it was before {@link refuseNegative}. */
function indexIn(message: string, limits: readonly number[]): string | null {
  const named = /\b(?:idx=|indice = |index = )(-?\d+)/.exec(message)?.[1];
  if (named === undefined) return null;
  const index = Number(named);
  const [limit] = limits;
  return String(index < 0 && limits.length === 1 ? index + (limit ?? 0) : index);
}
