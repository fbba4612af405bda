import { formatCount, formatPart, formatPercent, SMALL_COUNT } from '../../base/index';
import type { Interval } from '../intervals/interval';
import { PRESENTATION } from '../presentation-figures';
import { intervalWords, NOT_TOLD_APART, points } from './phrases';

/** A share of right answers as it is told: `9 of 9` where there are few, else a percentage, with its interval. */
export function describeShare(interval: Interval): string {
  const { estimate, of } = interval;
  const value =
    of !== undefined && of < SMALL_COUNT && interval.method === 'Wilson'
      ? formatPart(Math.round(estimate * of), of)
      : formatPercent(estimate);
  return `${value} ${intervalWords(interval)}`;
}

/**
 * A classifier beside guessing: better, worse, or not to be told apart by its interval.
 *
 * @param name what is judged, e.g. `the network`
 * @param share accuracy with its interval
 * @param guess accuracy of guessing: the larger of chance and always the commonest class
 * @example claimAgainstChance('The network', wilsonInterval(3, 8), 0.25)
 */
export function claimAgainstChance(name: string, share: Interval, guess: number): string {
  const text = `${name} is right on ${describeShare(share)}; guessing on ${formatPercent(guess)}`;
  if (!Number.isFinite(share.estimate) || !Number.isFinite(guess))
    return `${name} was not measured, so nothing is said of it beside guessing.`;
  if (share.low > guess) return `${text}: more than guessing, by ${points(share.estimate - guess)}.`;
  if (share.high < guess) return `${text}: less than guessing, by ${points(guess - share.estimate)}.`;
  return `${text}: ${NOT_TOLD_APART}.`;
}

/**
 * Ours beside a figure that somebody else published for the same question.
 *
 * @param theirs their figure, 0..1, of which no interval is known
 * @param who e.g. `the presentation`
 * @example claimBeside('Macro precision with 5 breeds', interval, 0.536, 'the presentation')
 */
export function claimBeside(what: string, ours: Interval, theirs: number, who: string): string {
  const text = `${what}: ${formatPercent(ours.estimate)} ${intervalWords(ours)}, ${who} ${formatPercent(theirs)}`;
  if (!Number.isFinite(ours.estimate)) return `${what} was not measured; ${who} ${formatPercent(theirs)}.`;
  if (ours.low > theirs) return `${text}: above by ${points(ours.estimate - theirs)}.`;
  if (ours.high < theirs) return `${text}: below by ${points(theirs - ours.estimate)}.`;
  return `${text}: ${NOT_TOLD_APART}.`;
}

/**
 * Whether a classifier does better with few classes than with many, by how much, as far as intervals allow.
 */
export function claimMoreClasses(
  few: { classes: number; share: Interval },
  many: { classes: number; share: Interval },
): string {
  if (few.classes === many.classes)
    return `There are ${few.classes} breeds in all, so both runs are the same.`;
  const text = `${formatPercent(few.share.estimate)} with ${few.classes} breeds, ${formatPercent(many.share.estimate)} with ${many.classes}`;
  if (few.share.low > many.share.high)
    return `More breeds are harder: ${text}, ${points(few.share.estimate - many.share.estimate)} less.`;
  if (few.share.high < many.share.low)
    return `More breeds are easier here: ${text}, ${points(many.share.estimate - few.share.estimate)} more.`;
  return `${text}: ${NOT_TOLD_APART}.`;
}

/** What guessing reaches, and on how many photos that was counted. */
export function claimGuessing({
  chance,
  majority,
  test,
}: {
  chance: number;
  majority: number;
  test: number;
}): string {
  if (!(test > 0)) return 'No photo is left to test, so nothing can be measured.';
  const blind = `Naming a breed blindly is right on ${formatPercent(chance)}`;
  const larger =
    majority > chance
      ? 'a little helped by breeds with more photos'
      : majority < chance
        ? 'as the breeds lie in this split'
        : 'no more';
  return `${blind}, always naming the commonest one on ${formatPercent(majority)} of ${formatCount(test)} test photos, ${larger}: what every later model has to beat.`;
}

/** The final model beside the presentation's, whose protocol differs where the official lists are used. */
export function claimBesideFinal(share: Interval, protocol: 'official' | 'random'): string {
  const { precisionMicro } = PRESENTATION.final;
  const note =
    protocol === 'official'
      ? ' The presentation drew its parts at random, so it tested on other photos, and trained on more of each breed.'
      : '';
  return `${claimBeside('Accuracy', share, precisionMicro, 'the presentation')}${note}`;
}
