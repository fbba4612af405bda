import { util } from '@tensorflow/tfjs';
import { item } from './lists';

/** Position of the one axis that a kernel call names, counted from the front. @throws if `shape` has no such axis */
export function axisOf(axis: number, shape: readonly number[]): number {
  return item(util.parseAxisParam(axis, [...shape]), 0);
}

/** The permutation that leaves `rank` axes where they are. */
export function identity(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** `shape` with its axes reordered. */
export function permuteShape(shape: readonly number[], perm: readonly number[]): number[] {
  return perm.map((axis) => item(shape, axis));
}

/** True for a permutation that leaves all axes where they are. */
export function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, i) => axis === i);
}

/** True where positions grow. */
export function isAscending(positions: readonly number[]): boolean {
  return positions.slice(1).every((position, i) => item(positions, i) < position);
}
