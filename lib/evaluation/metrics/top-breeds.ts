import { elementAt } from '../../base/index';
import type { ClassifierEvaluation } from './evaluate-classifier';
import { topK } from './top-k';

/**
 * The most probable breeds of one row, best first.
 *
 * @param probabilities row-major [rows, breeds.length]. @param limit at most so many
 * @throws Error for a row that is not there
 * @example topBreeds(test.probabilities, 0, breeds)[0].breed
 */
export function topBreeds(
  probabilities: Float32Array,
  row: number,
  breeds: readonly string[],
  limit = 5,
): { breed: string; probability: number }[] {
  const classes = breeds.length;
  const own = probabilities.subarray(row * classes, (row + 1) * classes);
  return Array.from(topK(own, classes, Math.min(limit, classes)), (label) => ({
    breed: elementAt(breeds, label),
    probability: elementAt(own, label),
  }));
}

/**
 * The largest difference of two lists of numbers of one length; NaN where lengths differ.
 *
 * @example largestDifference([0.1, 0.9], [0.1, 0.8]) // 0.1
 */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(elementAt(a, i) - elementAt(b, i)));
  return most;
}

/** The figures that are saved with a model. */
export const savedMetrics = ({ accuracy, top5, scores }: ClassifierEvaluation): Record<string, number> => ({
  testTop1: accuracy.estimate,
  testTop5: top5,
  testPrecisionMacro: scores.macro.precision,
});
