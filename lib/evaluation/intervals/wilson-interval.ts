import { normalQuantile } from './distributions';
import { checkConfidence, type Interval } from './interval';

/**
 * Wilson's score interval of a share, such as an accuracy: stays within 0..1 and is honest near 0 and 1
 * (E. B. Wilson 1927; as `scipy.stats.binomtest(...).proportion_ci(method='wilson')`).
 *
 * @param successes right predictions. @param count all predictions. @param confidence default 0.95.
 * @throws Error when `successes` is not in 0..count, or `count` is 0.
 * @example wilsonInterval(853, 1000); // estimate 0.853, low 0.830, high 0.874
 */
export function wilsonInterval(successes: number, count: number, confidence = 0.95): Interval {
  checkConfidence(confidence);
  if (!(count > 0) || !(successes >= 0) || successes > count)
    throw new Error(`expected 0 <= successes <= count and count > 0, received ${successes} of ${count}`);
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const share = successes / count;
  const scale = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / scale;
  return {
    estimate: share,
    low: successes === 0 ? 0 : centre - half,
    high: successes === count ? 1 : centre + half,
    confidence,
    method: 'Wilson',
    of: count,
  };
}
