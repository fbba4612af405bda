import type { NumericArray } from '../graph/value';

/** NHWC -> NCHW, NDHWC -> NCDHW: position i of the result is axis `channelsFirst(rank)[i]` of the logical tensor. */
export function channelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
}

/** The permutation that leaves `rank` axes where they are. */
export function identity(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The permutation that takes a tensor stored as `from` to one stored as `to` (both relative to the logical axes). */
export function between(from: readonly number[], to: readonly number[]): number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** `shape` with its axes reordered. */
export function permuteShape(shape: readonly number[], perm: readonly number[]): number[] {
  return perm.map((axis) => shape[axis]!);
}

/** True when moving the axes of `shape` moves no element: only axes of length 1 change place. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || moved[i - 1]! < axis);
}

/** `data` of `shape` with its axes reordered, on the host. Used once per constant, never per run. */
export function permuteData<A extends NumericArray>(
  data: A,
  shape: readonly number[],
  perm: readonly number[],
): A {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const outShape = permuteShape(shape, perm);
  const outStrides = perm.map((axis) => strides[axis]!);
  const out = data.slice() as A;
  const index = outShape.map(() => 0);
  let source = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[source]!;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      source += outStrides[axis]!;
      if (index[axis]! < outShape[axis]!) break;
      source -= outStrides[axis]! * outShape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
