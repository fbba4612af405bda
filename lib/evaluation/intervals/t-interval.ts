import { tQuantile } from './distributions';
import { checkConfidence, type Interval } from './interval';

/**
 * Student's t interval of a mean, for a figure measured under a few seeds (as `scipy.stats.t.interval`).
 *
 * @returns the interval with the sample's standard deviation (n - 1).
 * @throws Error for fewer than two values.
 * @example tInterval([0.80, 0.82, 0.81]); // estimate 0.81, low 0.785, high 0.835
 */
export function tInterval(
  values: ArrayLike<number>,
  confidence = 0.95,
): Interval & { deviation: number; count: number } {
  checkConfidence(confidence);
  const count = values.length;
  if (count < 2) throw new Error(`expected at least two values (seeds) for an interval, received ${count}`);
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / count;
  const deviation = Math.sqrt(list.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (count - 1));
  const half = (tQuantile(1 - (1 - confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
  return { estimate: mean, low: mean - half, high: mean + half, confidence, deviation, count };
}
