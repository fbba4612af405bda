import type { Interval } from '../intervals/interval';
import { listWords, NOT_TOLD_APART, points } from './phrases';

/**
 * What worse photos cost: the conditions under which a classifier is right less often than on the same photos as they
 * are (its bootstrap interval lies below 0), the worst first, and those that make no difference that can be seen.
 *
 * @param rows of `measureRobustness`; those without a difference are other photos, and are left out
 * @example claimRobustness(await measureRobustness(classifier, photos, split.test.files))
 */
export function claimRobustness(rows: readonly { condition: string; difference: Interval | null }[]): string {
  const compared = rows.flatMap(({ condition, difference }) =>
    difference && Number.isFinite(difference.estimate) ? [{ condition, difference }] : [],
  );
  if (compared.length === 0) return 'No worse photos were tried: that needs the photos themselves.';
  const worst = compared
    .filter(({ difference }) => difference.high < 0)
    .sort((a, b) => a.difference.estimate - b.difference.estimate)
    .map(({ condition, difference }) => `${condition} (${points(difference.estimate)})`);
  const better = compared
    .filter(({ difference }) => difference.low > 0)
    .map(({ condition, difference }) => `${condition} (${points(difference.estimate)})`);
  const alike = compared
    .filter(({ difference }) => difference.low <= 0 && difference.high >= 0)
    .map(({ condition }) => condition);
  const parts = [
    worst.length > 0 ? `Fewer right answers with: ${listWords(worst)}.` : 'No condition costs right answers.',
    better.length > 0 ? `More right answers with: ${listWords(better)}.` : '',
    alike.length > 0 ? `From the photos as they are, ${NOT_TOLD_APART}: ${listWords(alike)}.` : '',
  ];
  return parts.filter(Boolean).join(' ');
}
