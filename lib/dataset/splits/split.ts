import { elementAt } from '../../base/index';

/** Examples to fit on, to choose by, and to measure once at the end. */
export interface Split<T> {
  train: T[];
  validation: T[];
  test: T[];
}

/**
 * Shares `total` things out in proportion to `weights` by the largest remainder; where there are enough things,
 * each positive weight gets at least one.
 *
 * @returns whole numbers, one for each weight, that sum to `total`
 * @example shareOut(10, [0.75, 0.15, 0.1]) // [8, 1, 1]
 */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  // 1e-9: 20 * 0.15 must not become 2.9999999999999996
  const shares = exact.map((value) => Math.floor(value + 1e-9));
  const left = total - shares.reduce((a, b) => a + b, 0);
  const byRemainder = exact
    .map((value, i) => ({ i, remainder: value - elementAt(shares, i) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  const add = (i: number, count: number) => {
    shares[i] = elementAt(shares, i) + count;
  };
  for (const { i } of byRemainder.slice(0, left)) add(i, 1);
  if (total >= weights.filter((weight) => weight > 0).length)
    for (let i = 0; i < shares.length; i++)
      if (elementAt(weights, i) > 0 && shares[i] === 0) {
        add(shares.indexOf(Math.max(...shares)), -1);
        add(i, 1);
      }
  return shares;
}
