import type { Interval } from '../intervals/interval';
import { wilsonInterval } from '../intervals/wilson-interval';
import { checkLabels, type Labels } from './check-labels';

/**
 * Share of examples whose class was predicted, 0..1 (as `sklearn.metrics.accuracy_score`).
 *
 * @throws Error for columns of different length, or empty ones.
 * @example accuracy([0, 1, 2, 2], [0, 1, 1, 2]); // 0.75
 */
export function accuracy(actual: Labels, predicted: Labels): number {
  return countRight(actual, predicted) / actual.length;
}

/**
 * {@link accuracy} with Wilson's 95 % interval.
 *
 * @throws Error for columns of different length, or empty ones.
 * @example accuracyInterval([0, 1, 2, 2], [0, 1, 1, 2]).estimate; // 0.75
 */
export function accuracyInterval(actual: Labels, predicted: Labels): Interval {
  return wilsonInterval(countRight(actual, predicted), actual.length);
}

function countRight(actual: Labels, predicted: Labels): number {
  checkLabels(actual, predicted, Number.MAX_SAFE_INTEGER);
  let right = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] === predicted[i]) right++;
  return right;
}
