import { elementAt } from '../../base/index';
import { checkColumn, checkScores, type Labels } from '../metrics/check-labels';
import { predictedClasses } from '../metrics/top-k';

/** Predictions of similar confidence. */
export interface ReliabilityBin {
  /** Edges of the bin, confidence in (low, high]. */
  low: number;
  high: number;
  count: number;
  /** Mean confidence and accuracy of the bin's predictions, 0..1; NaN in an empty bin. */
  confidence: number;
  accuracy: number;
}

/** How far stated confidences are to be believed. */
export interface Calibration {
  bins: ReliabilityBin[];
  /** Expected calibration error: mean gap between confidence and accuracy over the predictions, 0..1. */
  expectedError: number;
  /** The largest gap of a bin. */
  maximumError: number;
}

/**
 * Reliability of the top-1 confidences in equal-width bins, and the expected calibration error
 * (C. Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3).
 *
 * @param probabilities row-major [examples, classes], rows summing to 1.
 * @param binCount default 15, as in the paper.
 * @throws Error when labels and probabilities do not fit each other.
 * @example calibration(actual, probabilities, 120).expectedError; // 0.034
 */
export function calibration(
  actual: Labels,
  probabilities: ArrayLike<number>,
  classes: number,
  binCount = 15,
): Calibration {
  checkColumn('actual', actual, classes);
  checkScores(probabilities, actual.length, classes);
  if (!Number.isInteger(binCount) || binCount < 1)
    throw new Error(`expected a whole number of bins of at least 1, received ${binCount}`);
  const predicted = predictedClasses(probabilities, classes);
  const counts = new Float64Array(binCount);
  const confidences = new Float64Array(binCount);
  const hits = new Float64Array(binCount);
  for (let i = 0; i < actual.length; i++) {
    const confidence = elementAt(probabilities, i * classes + elementAt(predicted, i));
    const bin = Math.min(Math.max(Math.ceil(confidence * binCount) - 1, 0), binCount - 1);
    counts[bin] = elementAt(counts, bin) + 1;
    confidences[bin] = elementAt(confidences, bin) + confidence;
    if (predicted[i] === actual[i]) hits[bin] = elementAt(hits, bin) + 1;
  }
  let expectedError = 0;
  let maximumError = 0;
  const bins = Array.from(counts, (count, bin) => {
    const confidence = elementAt(confidences, bin) / count;
    const accuracy = elementAt(hits, bin) / count;
    if (count > 0) {
      expectedError += (count / actual.length) * Math.abs(confidence - accuracy);
      maximumError = Math.max(maximumError, Math.abs(confidence - accuracy));
    }
    return { low: bin / binCount, high: (bin + 1) / binCount, count, confidence, accuracy };
  });
  return { bins, expectedError, maximumError };
}
