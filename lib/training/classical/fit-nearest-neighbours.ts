import * as tf from '@tensorflow/tfjs';
import type { Labels } from '../labels';
import { type ClassicalModel, checkRows, countRows } from './classical-model';

/** Options of {@link fitNearestNeighbours}. */
export interface NearestNeighboursOptions {
  classes: number;
  /** Neighbours that vote. Default 5. */
  k?: number;
  /** Votes count alike (default), or by the inverse distance. */
  weights?: 'uniform' | 'distance';
}

/** Rows that are compared at once: bounds memory to this many rows of distances. */
const CHUNK = 256;

/**
 * k-nearest neighbours by Euclidean distance, brute force: the distances are one matrix product on the engine. On
 * features of unit length the order is that of the cosine. Follows scikit-learn's `KNeighborsClassifier`; of
 * breeds with as many votes the one with the lower label wins.
 *
 * @param features row-major [n, size] float32, kept by reference
 * @throws Error when labels and features do not fit, or k is not in 1..n
 * @example const nearest = fitNearestNeighbours(train.features, labels, { classes: 20, k: 5 });
 */
export function fitNearestNeighbours(
  features: Float32Array,
  labels: Labels,
  { classes, k = 5, weights = 'uniform' }: NearestNeighboursOptions,
): ClassicalModel {
  const started = performance.now();
  const size = checkRows(features, labels, classes);
  const rows = labels.length;
  if (!Number.isInteger(k) || k < 1 || k > rows)
    throw new Error(`expected k, a whole number in 1..${rows}, received ${k}`);
  const squares = squaredNorms(features, size);

  function vote(products: Float32Array, from: number, square: number): number {
    const nearest = smallest(rows, k, (row) => (squares[row] ?? 0) - 2 * (products[from + row] ?? 0));
    const votes = new Float64Array(classes);
    for (const { row, value } of nearest) {
      const distance = Math.sqrt(Math.max(0, value + square));
      const label = labels[row] ?? 0;
      const weight = weights === 'uniform' ? 1 : 1 / Math.max(distance, 1e-12);
      votes[label] = (votes[label] ?? 0) + weight;
    }
    return votes.indexOf(Math.max(...votes));
  }

  async function predict(queries: Float32Array): Promise<Int32Array> {
    const count = countRows(queries, size);
    const predicted = new Int32Array(count);
    const known = tf.tensor2d(features, [rows, size]);
    try {
      for (let from = 0; from < count; from += CHUNK) {
        const to = Math.min(count, from + CHUNK);
        const chunk = queries.slice(from * size, to * size);
        const norms = squaredNorms(chunk, size);
        const output = tf.tidy(() => tf.matMul(tf.tensor2d(chunk, [to - from, size]), known, false, true));
        const products = (await output.data()) as Float32Array;
        output.dispose();
        for (let row = from; row < to; row += 1)
          predicted[row] = vote(products, (row - from) * rows, norms[row - from] ?? 0);
      }
    } finally {
      known.dispose();
    }
    return predicted;
  }
  const seconds = (performance.now() - started) / 1000;
  return { name: 'k-nearest neighbours', classes, size, seconds, predict };
}

function squaredNorms(rows: Float32Array, size: number): Float64Array {
  return Float64Array.from({ length: rows.length / size }, (_, row) => {
    let sum = 0;
    for (const value of rows.subarray(row * size, (row + 1) * size)) sum += value * value;
    return sum;
  });
}

/** The k rows with the smallest values, ascending; of equal values the earlier row first. */
function smallest(
  rows: number,
  k: number,
  orderOf: (row: number) => number,
): { row: number; value: number }[] {
  const kept: { row: number; value: number }[] = [];
  const valueAt = (place: number) => kept[place]?.value ?? Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row += 1) {
    const value = orderOf(row);
    if (kept.length === k && value >= valueAt(k - 1)) continue;
    let place = kept.length;
    while (place > 0 && valueAt(place - 1) > value) place -= 1;
    kept.splice(place, 0, { row, value });
    if (kept.length > k) kept.pop();
  }
  return kept;
}
