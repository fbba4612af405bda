/** The functions of jstat (which ships no types) that are used here. */
interface JStat {
  normal: { inv(p: number, mean: number, deviation: number): number };
  studentt: { inv(p: number, degreesOfFreedom: number): number };
  gammaln(x: number): number;
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
 * Probability of at most `k` heads in `n` throws of a fair coin, summed in logarithms.
 *
 * @example fairCoinCdf(3, 20); // 0.0012884
 */
export function fairCoinCdf(k: number, n: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++)
    sum += Math.exp(jStat.gammaln(n + 1) - jStat.gammaln(i + 1) - jStat.gammaln(n - i + 1) - n * Math.LN2);
  return Math.min(sum, 1);
}
