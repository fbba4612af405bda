import { formatCount, formatPercent } from '../../base/index';
import { quantile } from '../intervals/bootstrap-interval';
import type { Interval } from '../intervals/interval';

/** Said wherever the numbers at hand cannot decide. */
export const NOT_TOLD_APART = 'not to be told apart at this size';

/** Words as a list. @example listWords(['a', 'b', 'c']) // 'a, b and c' */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A number with its noun. @example countOf(1, 'photo') // '1 photo' */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;

/** Both ends of an interval with its method. @example '[83.1 %, 87.2 %], Wilson' */
export function intervalWords({ low, high, method, confidence }: Interval): string {
  const how = [`${Math.round(100 * confidence)} %`, method].filter(Boolean).join(', ');
  return `[${formatPercent(low)}, ${formatPercent(high)}] (${how})`;
}

/** A difference of shares in points. @example points(-0.0321) // '3.2 points' */
export const points = (difference: number): string =>
  Number.isFinite(difference) ? `${(100 * Math.abs(difference)).toFixed(1)} points` : 'n/a';

/** The middle of numbers, the mean of the two middle ones of an even number; NaN of none. */
export const median = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : quantile(Float64Array.from(values).sort(), 0.5);
