import { elementAt } from '../../base/index';
import { normalizeRows } from './confusion-matrix';

/** The part of ml-hclust that is used here (its types need a newer module resolution than tslab's). */
interface Cluster {
  children: Cluster[];
  index: number;
  isLeaf: boolean;
}
interface Hclust {
  agnes(distances: number[][], options: { method: 'average'; isDistanceMatrix: true }): Cluster;
}

/**
 * An order of the classes in which those that are taken for each other stand side by side, so that a confusion
 * matrix of 120 breeds shows blocks along its diagonal: average-linkage clustering of the mutual confusion
 * shares, with each pair of branches turned so that their touching ends are the most alike.
 *
 * @param matrix counts, rows actual, columns predicted.
 * @returns class indexes, a permutation of 0..classes-1; the same matrix gives the same order.
 * @example const order = orderBySimilarity(matrix); const names = order.map((c) => breeds[c]);
 */
export function orderBySimilarity(matrix: readonly number[][]): number[] {
  if (matrix.length < 3) return matrix.map((_, c) => c);
  const { agnes } = require('ml-hclust') as Hclust;
  const shares = normalizeRows(matrix);
  const distances = shares.map((row, a) =>
    row.map((share, b) => (a === b ? 0 : 1 - (share + elementAt(elementAt(shares, b), a)) / 2)),
  );
  return leaves(agnes(distances, { method: 'average', isDistanceMatrix: true }), distances);
}

/** Leaves from left to right; of the four ways to join two branches the one with the closest ends. */
function leaves(cluster: Cluster, distances: number[][]): number[] {
  if (cluster.isLeaf) return [cluster.index];
  const [left = [], right = []] = cluster.children.map((child) => leaves(child, distances));
  const ways: [number[], number[]][] = [
    [left, right],
    [left, right.slice().reverse()],
    [left.slice().reverse(), right],
    [left.slice().reverse(), right.slice().reverse()],
  ];
  const gap = ([a, b]: [number[], number[]]) =>
    elementAt(elementAt(distances, elementAt(a, a.length - 1)), elementAt(b, 0));
  return ways.reduce((best, way) => (gap(way) < gap(best) ? way : best)).flat();
}
