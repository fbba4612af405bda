import { elementAt } from '../../base/index';
import type { Labels } from '../metrics/check-labels';
import type { BootstrapOptions } from './bootstrap-interval';
import { comparePaired, type PairedComparison } from './compare-paired';
import { holm } from './holm';

/** Two models on the same examples. */
export interface ModelComparison extends PairedComparison {
  a: string;
  b: string;
  /** McNemar's p-value after Holm's correction for all pairs. */
  correctedP: number;
}

/**
 * Compares every two models on the same examples: difference in accuracy with its paired bootstrap interval, and
 * McNemar's test with Holm's correction for the number of pairs.
 *
 * @param actual n class indexes
 * @param predictions of each model, n class indexes, by name
 * @returns one entry a pair, in the order of the names
 * @throws Error for fewer than two models, or columns of different length
 * @example compareAll(test.labels, { resnet50: a.predicted, inceptionv3: b.predicted })
 */
export function compareAll(
  actual: Labels,
  predictions: Readonly<Record<string, Labels>>,
  options: BootstrapOptions = {},
): ModelComparison[] {
  const models = Object.entries(predictions);
  if (models.length < 2)
    throw new Error(`expected at least two models to compare, received ${models.length}`);
  const pairs = models.flatMap(([a, first], i) =>
    models.slice(i + 1).map(([b, second]) => ({ a, b, ...comparePaired(actual, first, second, options) })),
  );
  const corrected = holm(pairs.map(({ pValue }) => pValue));
  return pairs.map((pair, i) => ({ ...pair, correctedP: elementAt(corrected, i) }));
}
