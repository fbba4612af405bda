import { elementAt } from '../../base/index';
import { checkColumn, checkScores, type Labels } from '../metrics/check-labels';

/**
 * Row-wise softmax of logits divided by a temperature: above 1 the probabilities soften, the order stays.
 *
 * @param logits row-major [examples, classes]; logarithms of probabilities do as well.
 * @returns row-major [examples, classes] probabilities, rows summing to 1.
 * @throws Error when `logits` is not a whole number of rows or the temperature is not above 0.
 * @example softmax([0, Math.log(3)], 2); // [0.25, 0.75]
 */
export function softmax(logits: ArrayLike<number>, classes: number, temperature = 1): Float64Array {
  if (logits.length % classes !== 0)
    throw new Error(`expected rows of ${classes} logits, received ${logits.length} logits`);
  if (!(temperature > 0)) throw new Error(`expected a temperature above 0, received ${temperature}`);
  const result = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let top = Number.NEGATIVE_INFINITY;
    for (let c = row; c < row + classes; c++) top = Math.max(top, logits[c] ?? Number.NaN);
    let sum = 0;
    for (let c = row; c < row + classes; c++) {
      const power = Math.exp(((logits[c] ?? Number.NaN) - top) / temperature);
      result[c] = power;
      sum += power;
    }
    for (let c = row; c < row + classes; c++) result[c] = (result[c] ?? Number.NaN) / sum;
  }
  return result;
}

/**
 * The temperature at which a classifier's probabilities fit best: the one that minimizes the log loss on
 * validation examples (C. Guo et al. 2017, section 4.2). Accuracy is untouched. The loss is convex in 1/T, so
 * Newton's method within a shrinking bracket finds the minimum.
 *
 * @param logits finite, row-major [examples, classes], of the validation examples (never the test examples).
 * @returns T, between 0.01 and 100.
 * @throws Error when labels and logits do not fit each other.
 * @example softmax(testLogits, 120, fitTemperature(validationLabels, validationLogits, 120));
 */
export function fitTemperature(actual: Labels, logits: ArrayLike<number>, classes: number): number {
  checkColumn('actual', actual, classes);
  checkScores(logits, actual.length, classes);
  let [low, high] = [0.01, 100]; // of beta = 1/T
  let beta = 1;
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const { slope, curvature } = lossSlope(actual, logits, classes, beta);
    if (slope > 0) high = beta;
    else low = beta;
    const next = beta - slope / curvature;
    const jump = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(jump - beta) < 1e-10 * beta) return 1 / jump;
    beta = jump;
  }
  return 1 / beta;
}

/** First and second derivative of the log loss by beta = 1/T. */
function lossSlope(actual: Labels, logits: ArrayLike<number>, classes: number, beta: number) {
  let slope = 0;
  let curvature = 0;
  const probabilities = softmax(logits, classes, 1 / beta);
  for (let i = 0; i < actual.length; i++) {
    let mean = 0;
    let square = 0;
    for (let c = i * classes; c < (i + 1) * classes; c++) {
      const probability = probabilities[c] ?? Number.NaN;
      if (probability === 0) continue;
      const logit = logits[c] ?? Number.NaN;
      mean += probability * logit;
      square += probability * logit * logit;
    }
    slope += mean - elementAt(logits, i * classes + elementAt(actual, i));
    curvature += square - mean * mean;
  }
  return { slope, curvature };
}
