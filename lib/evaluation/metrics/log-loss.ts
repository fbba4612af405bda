import { elementAt } from '../../base/index';
import { checkColumn, checkScores, type Labels } from './check-labels';

/**
 * Mean negative log-likelihood of the actual classes in nats (as `sklearn.metrics.log_loss`): probabilities are
 * clipped to `Number.EPSILON`..1, so that one certain mistake costs 36 and not infinity.
 *
 * @param probabilities row-major [examples, classes], rows summing to 1.
 * @throws Error when labels and probabilities do not fit each other.
 * @example logLoss([0, 1], [0.9, 0.1, 0.2, 0.8], 2); // 0.164
 */
export function logLoss(actual: Labels, probabilities: ArrayLike<number>, classes: number): number {
  checkColumn('actual', actual, classes);
  checkScores(probabilities, actual.length, classes);
  let sum = 0;
  for (let i = 0; i < actual.length; i++)
    sum -= Math.log(Math.max(elementAt(probabilities, i * classes + elementAt(actual, i)), Number.EPSILON));
  return sum / actual.length;
}
