import { quantile } from '../../evaluation/index';

/** Rows whose value lies far outside. */
export interface FarOutliers {
  /** Fences: a value below `low` or above `high` is far out. */
  low: number;
  high: number;
  /** Indices of the values beyond the fences, the farthest first. */
  rows: number[];
}

/**
 * Values that are far out by Tukey's fences (1977): more than three times the distance between the quartiles away from
 * the nearer quartile. No shape of the distribution is assumed; where all values are nearly alike, none is far out.
 *
 * @param values finite
 * @param scale `log` for what multiplies (areas, proportions, sharpness): values must then be above 0
 * @throws RangeError for a value that is not finite, or not above 0 with `log`
 * @example farOutliers([1, 2, 3, 4, 100]).rows // [4]
 */
export function farOutliers(values: readonly number[], scale: 'plain' | 'log' = 'plain'): FarOutliers {
  const scaled = values.map((value) => (scale === 'log' ? Math.log(value) : value));
  const odd = scaled.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0)
    throw new RangeError(
      `expected finite values${scale === 'log' ? ' above 0' : ''}, received ${values[odd]} at position ${odd}`,
    );
  const sorted = Float64Array.from(scaled).sort();
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const [low, high] = [first - 3 * (third - first), third + 3 * (third - first)];
  const beyond = (row: number) => {
    const value = scaled[row] ?? Number.NaN;
    return Math.max(low - value, value - high);
  };
  const rows = third > first ? [...scaled.keys()].filter((row) => beyond(row) > 0) : [];
  const back = (value: number) => (scale === 'log' ? Math.exp(value) : value);
  return { low: back(low), high: back(high), rows: rows.sort((a, b) => beyond(b) - beyond(a)) };
}
