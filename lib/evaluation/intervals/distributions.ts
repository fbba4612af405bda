/** The functions of jstat (which ships no types) that are used here. */
interface JStat {
  normal: { inv(p: number, mean: number, deviation: number): number };
  studentt: { inv(p: number, degreesOfFreedom: number): number };
}

const { jStat } = require('jstat') as { jStat: JStat };

/**
 * Quantile of the standard normal distribution, e.g. 1.96 at 0.975.
 *
 * @example normalQuantile(0.975); // 1.959964
 */
export const normalQuantile = (p: number): number => jStat.normal.inv(p, 0, 1);

/**
 * Quantile of Student's t distribution.
 *
 * @example tQuantile(0.975, 4); // 2.776445
 */
export const tQuantile = (p: number, degreesOfFreedom: number): number =>
  jStat.studentt.inv(p, degreesOfFreedom);

/**
 * Probability of at most `k` successes in `n` independent trials of probability `p`, summed in logarithms.
 *
 * @param p 0..1
 * @example binomialCdf(4, 208, 0.05); // 0.021
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  const odds = Math.log(p) - Math.log1p(-p);
  let term = n * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let i = 0; i < k; i++) {
    term += Math.log((n - i) / (i + 1)) + odds;
    sum += Math.exp(term);
  }
  return Math.min(sum, 1);
}

/**
 * Probability of at most `k` heads in `n` throws of a fair coin.
 *
 * @example fairCoinCdf(3, 20); // 0.0012884
 */
export const fairCoinCdf = (k: number, n: number): number => binomialCdf(k, n, 0.5);
