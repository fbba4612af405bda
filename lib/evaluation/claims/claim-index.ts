import { displayName, formatPart, formatPercent } from '../../base/index';
import { countOf } from './phrases';

/**
 * How many photos of a collection get a breed, how many are left to a person, and which breed is named most.
 *
 * @param decisions photos by decision, as `countDecisions` gives them
 * @param named photos by breed, of those with a breed
 * @example claimIndex(countDecisions(catalogue), [{ breed: 'Samoyed', photos: 112 }])
 */
export function claimIndex(
  decisions: Readonly<Record<string, number>>,
  named: readonly { breed: string; photos: number }[],
): string {
  const total = Object.values(decisions).reduce((sum, photos) => sum + photos, 0);
  const { breed = 0, not_sure: doubtful = 0, not_a_dog: others = 0 } = decisions;
  if (total === 0) return 'The collection is empty.';
  const [first, second] = [...named].sort((a, b) => b.photos - a.photos);
  const left = [
    `${countOf(doubtful, 'waits', 'wait')} for a person`,
    ...(others > 0 ? [`${countOf(others, 'shows', 'show')} no dog`] : []),
  ];
  const most =
    first && first.photos > (second?.photos ?? 0)
      ? ` Named most is ${displayName(first.breed)} (${countOf(first.photos, 'photo')}).`
      : '';
  return `A breed is named for ${formatPart(breed, total)} of ${countOf(total, 'photo')}; ${left.join(', ')}.${most}`;
}

/**
 * From which probability on the names of a collection are as right as was asked for.
 *
 * @param threshold as `suggestThreshold` gives it; null where none is known
 * @param target share of right names, 0..1
 * @example claimIndexThreshold(suggestThreshold(catalogue, 0.95), 0.95)
 */
export const claimIndexThreshold = (threshold: number | null, target: number): string =>
  threshold === null
    ? `These verdicts show no probability from which on ${formatPercent(target, 0)} of the names are right.`
    : `From a probability of ${threshold.toFixed(2)} on, ${formatPercent(target, 0)} of the names are right as far as these verdicts tell.`;
