import type { Emittable, NumericArray, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { ONNX_TYPE } from '../onnx/model';
import { operationOf } from './registry';

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

/** Indices of whole rows as ONNX wants them, negative ones made unusable. */
export function wideIndices(e: Emitter, indices: Value, shape: readonly number[]): string {
  const wide = e.add('Cast', [e.get(indices)], { to: ONNX_TYPE.int64 });
  return refuseNegative(e, wide, shape.slice(0, indices.shape.at(-1)), 'int64');
}

/** Limits of indices of whole rows, for `indexLimits`. */
export function rowLimits({ inputs: [table, indices] }: Emittable<[Value, Value, ...Value[]]>): number[] {
  return table.shape.slice(0, indices.shape.at(-1) ?? 1);
}

/** Says which index of a failed node is out of range; null where none is, or the node has none. */
export function explainIndices(part: Emittable, message: string): string | null {
  const limits = operationOf(part.op)?.indexLimits?.(part);
  const [, indices] = part.inputs;
  if (!limits || !indices) return null;
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
