import { tQuantile } from './distributions';
import { checkConfidence, type Interval } from './interval';

/**
 * Student's t interval of a mean, for a figure measured under a few seeds (as `scipy.stats.t.interval`).
 *
 * @param bounds what the mean can be at least and at most, e.g. [0, 1] for a share: the interval is cut there
 * @returns the interval with the sample's standard deviation (n - 1).
 * @throws Error for fewer than two values.
 * @example tInterval([0.80, 0.82, 0.81]); // estimate 0.81, low 0.785, high 0.835
 */
export function tInterval(
  values: ArrayLike<number>,
  confidence = 0.95,
  [least, most]: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Interval & { deviation: number; count: number } {
  checkConfidence(confidence);
  const count = values.length;
  if (count < 2) throw new Error(`expected at least two values (seeds) for an interval, received ${count}`);
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / count;
  const deviation = Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (count - 1));
  const half = (tQuantile(1 - (1 - confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
  const low = Math.max(least, mean - half);
  const high = Math.min(most, mean + half);
  return { estimate: mean, low, high, confidence, method: `Student's t, ${count} seeds`, deviation, count };
}
