import { displayName, formatCount, formatPercent } from '../../base/index';
import { formatInterval } from '../../evaluation/index';
import type { QualityReport } from './check-quality';
import type { LeakWorth } from './leak-worth';

/**
 * What a report on the quality of the data says, as sentences.
 *
 * @example claimQuality(await checkQuality(source))
 */
export function claimQuality({ duplicates, groups, suspicious, photos, withPixels }: QualityReport): string {
  const across = duplicates.filter(({ acrossSplits }) => acrossSplits).length;
  const conflicts = duplicates.filter(({ acrossBreeds }) => acrossBreeds);
  const [conflict] = conflicts;
  const looked = withPixels
    ? 'by pixels and features'
    : 'by features alone, since the photos are not at hand';
  const copies =
    groups.size === 0
      ? `Among ${formatCount(photos)} photos no copy was found ${looked}.`
      : `${formatCount(groups.size)} of ${formatCount(photos)} photos have a copy, found ${looked}; ${across === 0 ? 'no pair lies' : `${across} ${across === 1 ? 'pair lies' : 'pairs lie'}`} across the official train and test lists.`;
  const labels = conflict
    ? ` The same dog under two breeds: ${conflict.a} and ${conflict.b}; one of the labels is wrong.`
    : '';
  const [worst] = suspicious;
  const doubts = worst
    ? ` ${formatCount(suspicious.length)} labels (${formatPercent(suspicious.length / photos)}) are likely wrong, or the photos hard; the most suspicious is ${worst.file}, filed as ${displayName(worst.breed)}, which looks like ${displayName(worst.suggested)}.`
    : ' No label is under suspicion.';
  return copies + labels + doubts;
}

/**
 * What a leak is worth, as sentences.
 *
 * @example claimLeak(await leakWorth(table, quality.groups))
 */
export function claimLeak({ leaked, test, removed, all, onLeaked }: LeakWorth): string {
  if (leaked === 0 || !onLeaked)
    return `A random split that knows nothing of copies puts none of ${formatCount(test)} test photos beside its copy: there is no leak to measure.`;
  const gained = { ...all.difference, estimate: -all.difference.estimate };
  const interval = { ...gained, low: -all.difference.high, high: -all.difference.low };
  const clear = interval.low > 0 ? 'more than luck' : 'no more than luck may give';
  return `A random split that knows nothing of copies puts ${leaked} of ${formatCount(test)} test photos beside a copy in the training part. With the ${removed} copies there, ${formatPercent(onLeaked.accuracyA)} of these are right, without them ${formatPercent(onLeaked.accuracyB)}; over all test photos the leak is worth ${formatInterval(interval, 4)} of accuracy: ${clear}.`;
}
