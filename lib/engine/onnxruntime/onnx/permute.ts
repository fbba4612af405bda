import { isAscending } from '../graph/axes';
import { item, product } from '../graph/lists';
import type { NumericArray } from '../graph/value';

/** NHWC -> NCHW, NDHWC -> NCDHW: position i of the result is axis `channelsFirst(rank)[i]` of the logical tensor. */
export function channelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** The permutation that takes a tensor stored as `from` to one stored as `to` (both relative to the logical axes). */
export function between(from: readonly number[], to: readonly number[]): number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** True when moving the axes of `shape` moves no element: only axes of length 1 change place. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => shape[axis] !== 1);
  return isAscending(moved);
}

/** `data` of `shape` with its axes reordered, on the host. Used once per constant, never per run. */
export function permuteData<A extends NumericArray>(
  data: A,
  shape: readonly number[],
  perm: readonly number[],
): A {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const axes = perm.map((axis) => ({ length: item(shape, axis), stride: item(strides, axis), index: 0 }));
  axes.reverse(); // the fastest first
  const [fastest = { length: 1, stride: 0 }, ...others] = axes;
  const out = data.slice() as A;
  let source = 0;
  for (let i = 0; i < out.length; ) {
    let from = source;
    for (let k = 0; k < fastest.length; k++, from += fastest.stride) out[i++] = data[from] ?? 0;
    for (const axis of others) {
      axis.index++;
      source += axis.stride;
      if (axis.index < axis.length) break;
      source -= axis.stride * axis.length;
      axis.index = 0;
    }
  }
  return out;
}
