import { formatPercent } from '../../base/index';
import type { FiledShare } from '../calibration/selective';
import { answersNeeded } from '../calibration/threshold-that-holds';
import { describeShare } from './claim-score';
import { countOf, points } from './phrases';

/** Moves of the calibration error below this are rounding. */
const SAME = 0.002;

/**
 * Whether percentages can be taken at their word, before and after calibration.
 *
 * @param before expected calibration error as trained, 0..1. @param after with the temperature
 * @param tested test photos that both stand on
 */
export function claimCalibration(
  before: number,
  after: number,
  { temperature, tested }: { temperature: number; tested: number },
): string {
  if (tested === 0 || !Number.isFinite(before) || !Number.isFinite(after))
    return 'No photo was tested, so nothing is known of the percentages.';
  const on = `on ${countOf(tested, 'test photo')}`;
  const few = tested < 200 ? ' So few photos make this gap itself uncertain.' : '';
  if (temperature === 1)
    return `As trained, the percentages are ${points(before)} off on average ${on}; nothing was changed.${few}`;
  const moved = after - before;
  const result =
    Math.abs(moved) < SAME
      ? 'about the same as before'
      : moved < 0
        ? `${points(moved)} better than as trained (${points(before)})`
        : `${points(moved)} worse than as trained (${points(before)})`;
  return `With temperature ${temperature.toFixed(2)} the percentages are ${points(after)} off on average ${on}, ${result}.${few}`;
}

/**
 * How many photos file themselves at a wanted precision, and whether they keep it on the test photos.
 *
 * @example claimFiled([filedShare(0.95, validation, test), filedShare(0.99, validation, test)])
 */
export function claimFiled(shares: readonly FiledShare[]): string {
  if (shares.length === 0) return 'It was not asked how many photos could file themselves.';
  return shares
    .map(({ wanted, threshold, chosenOn, filed, precision }) => {
      const asked = formatPercent(wanted, 0);
      const photos = countOf(chosenOn, 'validation photo');
      if (!Number.isFinite(threshold)) {
        const needed = answersNeeded(wanted);
        const why = chosenOn < needed ? ` At least ${needed} are needed, all of them right.` : '';
        return `No threshold for ${asked} right names can be vouched for on ${photos}.${why}`;
      }
      if (!precision) return `No test photo is as sure as the threshold for ${asked} right names asks.`;
      const kept =
        precision.low > wanted
          ? 'more than was asked'
          : precision.high < wanted
            ? 'less than was asked'
            : 'what was asked, as far as these photos tell';
      return `At the lowest threshold at which ${photos} show ${asked} right names with 95 % confidence, ${describeShare(filed)} of the photos file themselves, and ${describeShare(precision)} of those are right: ${kept}.`;
    })
    .join(' ');
}

/** Whether a model that was saved and loaded answers as before. */
export const claimSameModel = (difference: number): string =>
  !Number.isFinite(difference)
    ? 'The loaded model could not be compared.'
    : difference === 0
      ? 'The loaded model gives the very same probabilities.'
      : difference < 1e-5
        ? `The loaded model's probabilities differ by ${difference.toExponential(0)} at most: rounding.`
        : `The loaded model's probabilities differ by up to ${difference.toPrecision(2)}: something was lost on disk.`;
