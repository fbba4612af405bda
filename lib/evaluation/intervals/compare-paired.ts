import { accuracy } from '../metrics/accuracy';
import { checkLabels, type Labels } from '../metrics/check-labels';
import { type BootstrapOptions, bootstrapInterval } from './bootstrap-interval';
import { fairCoinCdf } from './distributions';
import type { Interval } from './interval';

/** Two classifiers on the same examples. */
export interface PairedComparison {
  accuracyA: number;
  accuracyB: number;
  /** Accuracy of B minus accuracy of A with its bootstrap interval over examples. */
  difference: Interval;
  /** Examples that only A, and only B, has right. */
  onlyA: number;
  onlyB: number;
  /** McNemar's exact two-sided p-value of "both err equally often". */
  pValue: number;
}

/**
 * Compares two classifiers that saw the same examples, which is far sharper than comparing two intervals:
 * McNemar's exact test (Q. McNemar 1947; as `statsmodels`' `mcnemar(..., exact=True)`) and a bootstrap interval
 * of the difference of accuracies.
 *
 * @throws Error for columns of different length.
 * @example comparePaired(actual, byResnet, byXception).pValue < 0.05;
 */
export function comparePaired(
  actual: Labels,
  predictedA: Labels,
  predictedB: Labels,
  options: BootstrapOptions = {},
): PairedComparison {
  checkLabels(actual, predictedA, Number.MAX_SAFE_INTEGER);
  checkLabels(actual, predictedB, Number.MAX_SAFE_INTEGER);
  const gain = new Int8Array(actual.length); // +1: only B is right, -1: only A
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Number(predictedB[i] === actual[i]) - Number(predictedA[i] === actual[i]);
    if (difference < 0) onlyA++;
    if (difference > 0) onlyB++;
    gain[i] = difference;
  }
  const mean = (indices: Int32Array) => {
    let sum = 0;
    for (let i = 0; i < indices.length; i++) sum += gain[indices[i] ?? -1] ?? Number.NaN;
    return sum / indices.length;
  };
  return {
    accuracyA: accuracy(actual, predictedA),
    accuracyB: accuracy(actual, predictedB),
    difference: bootstrapInterval(actual.length, mean, options),
    onlyA,
    onlyB,
    pValue: onlyA + onlyB === 0 ? 1 : Math.min(1, 2 * fairCoinCdf(Math.min(onlyA, onlyB), onlyA + onlyB)),
  };
}
