import { createRandom } from '../../base/index';
import { checkConfidence, type Interval } from './interval';

/** Options of {@link bootstrapInterval}. */
export interface BootstrapOptions {
  /** Default 0.95. */
  confidence?: number;
  /** Default 1000. */
  resamples?: number;
  /** Seed of the draws, default 0: the same seed gives the same interval. */
  seed?: number;
}

/**
 * Percentile bootstrap interval of any statistic over examples, for figures without a formula, such as macro F1
 * (B. Efron 1979; as `scipy.stats.bootstrap(..., method='percentile')`).
 *
 * @param count number of examples.
 * @param statistic computes the figure on the examples at `indices` (drawn with replacement).
 * @throws Error for no examples or fewer than 2 resamples.
 * @example
 * bootstrapInterval(actual.length, (indices) =>
 *   precisionRecallF1(pick(actual, indices), pick(predicted, indices), 120).macro.f1);
 */
export function bootstrapInterval(
  count: number,
  statistic: (indices: Int32Array) => number,
  options: BootstrapOptions = {},
): Interval {
  const { confidence = 0.95, resamples = 1000, seed = 0 } = options;
  checkConfidence(confidence);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`expected at least one example, received ${count}`);
  if (!Number.isInteger(resamples) || resamples < 2)
    throw new Error(`expected at least 2 resamples (1000 is common), received ${resamples}`);
  const random = createRandom(seed);
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  const estimate = statistic(indices);
  const values = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < count; i++) indices[i] = random.integer(count);
    values[r] = statistic(indices);
  }
  values.sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate,
    low: quantile(values, tail),
    high: quantile(values, 1 - tail),
    confidence,
    method: 'bootstrap',
  };
}

/** The examples at `indices`, e.g. of one bootstrap draw. */
export function pick(values: ArrayLike<number>, indices: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = values[indices[i] ?? -1] ?? Number.NaN;
  return picked;
}

/**
 * Quantile of ascending values by linear interpolation (as `numpy.quantile`).
 *
 * @example quantile([1, 2, 3, 4], 0.5); // 2.5
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (at - below) * (high - low);
}
