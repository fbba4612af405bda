import { elementAt } from '../../base/index';
import { checkColumn, checkScores, type Labels } from './check-labels';

/**
 * The `k` classes with the highest scores of each example, best first; among equal scores the lower index
 * comes first, as in `tf.topk`.
 *
 * @param scores row-major [examples, classes], any monotonic scores (probabilities, logits).
 * @returns row-major [examples, k] class indexes.
 * @throws Error when `scores` is not a whole number of rows, or `k` is not in 1..classes.
 * @example topK([0.1, 0.7, 0.2], 3, 2); // Int32Array [1, 2]
 */
export function topK(scores: ArrayLike<number>, classes: number, k: number): Int32Array {
  if (!Number.isInteger(k) || k < 1 || k > classes)
    throw new Error(`expected k in 1..${classes} (the number of classes), received ${k}`);
  if (scores.length % classes !== 0)
    throw new Error(`expected rows of ${classes} scores, received ${scores.length} scores`);
  const examples = scores.length / classes;
  const best = new Int32Array(examples * k);
  for (let i = 0; i < examples; i++) {
    const row = i * classes;
    const scoreAt = (at: number) => scores[row + (best[at] ?? 0)] ?? Number.NaN;
    let count = 0;
    for (let c = 0; c < classes; c++) {
      const score = scores[row + c] ?? Number.NaN;
      if (count === k && !(score > scoreAt(i * k + k - 1))) continue;
      if (count < k) count++;
      let at = i * k + count - 1;
      for (; at > i * k && score > scoreAt(at - 1); at--) best[at] = best[at - 1] ?? 0;
      best[at] = c;
    }
  }
  return best;
}

/**
 * The class with the highest score of each example (top 1).
 *
 * @param scores row-major [examples, classes].
 * @example predictedClasses([0.1, 0.9, 0.8, 0.2], 2); // Int32Array [1, 0]
 */
export function predictedClasses(scores: ArrayLike<number>, classes: number): Int32Array {
  return topK(scores, classes, 1);
}

/**
 * Share of examples whose class is among the `k` best, 0..1 (as `sklearn.metrics.top_k_accuracy_score`, which
 * breaks ties the other way round).
 *
 * @param scores row-major [examples, classes].
 * @throws Error when labels and scores do not fit each other.
 * @example topKAccuracy([2, 0], [0.1, 0.7, 0.2, 0.1, 0.5, 0.4], 3, 2); // 0.5
 */
export function topKAccuracy(actual: Labels, scores: ArrayLike<number>, classes: number, k: number): number {
  checkColumn('actual', actual, classes);
  checkScores(scores, actual.length, classes);
  const best = topK(scores, classes, k);
  let right = 0;
  for (let i = 0; i < actual.length; i++)
    if (best.subarray(i * k, i * k + k).includes(elementAt(actual, i))) right++;
  return right / actual.length;
}
