import { formatPercent } from '../../base/index';
import { countOf } from '../claims/phrases';
import { CALIBRATION_EXAMPLES, SURE_ACCURACY } from './calibrate-classifier';
import type { FiledShare } from './selective';

/**
 * What is filed without a person, in rows for a table: a row for each wanted precision, shares with their 95 % intervals.
 *
 * @example filingTable([filedShare(0.95, validation, test)]) // [{ 'wanted precision': '95.0 %', 'filed without a person': '93.1 %', ... }]
 */
export const filingTable = (shares: readonly FiledShare[]): Record<string, string>[] =>
  shares.map(({ wanted, threshold, filed, precision }) => ({
    'wanted precision': formatPercent(wanted, 0),
    'filed from a probability of': Number.isFinite(threshold) ? threshold.toFixed(3) : 'none',
    'filed without a person': formatPercent(filed.estimate, 1),
    '95 % interval': `${formatPercent(filed.low, 1)} to ${formatPercent(filed.high, 1)}`,
    'precision reached': precision ? formatPercent(precision.estimate, 1) : 'nothing filed',
    'its 95 % interval': precision
      ? `${formatPercent(precision.low, 1)} to ${formatPercent(precision.high, 1)}`
      : '',
  }));

/**
 * Which threshold the app and the index go by, beside those of {@link filingTable}.
 *
 * @param notSureBelow of the calibrated classifier, 0..1
 * @param examples validation examples that it was chosen on
 */
export function claimThreshold(notSureBelow: number, examples: number): string {
  const wanted = formatPercent(SURE_ACCURACY, 0);
  const photos = countOf(examples, 'validation photo');
  const own =
    'A collection whose owner wants another share asks for it from verdicts on its own photos: `npx dogbreeds index precision --target 0.99 --set`.';
  if (examples < CALIBRATION_EXAMPLES)
    return `The app and the index name a breed from a probability of ${notSureBelow.toFixed(3)} on and say "not sure" below: a convention, since ${photos} are too few to choose by. ${own}`;
  if (notSureBelow >= 1)
    return `On ${photos} no probability could be shown to give ${wanted} right names: the app and the index say "not sure" of every photo. ${own}`;
  return `The app and the index name a breed from a probability of ${notSureBelow.toFixed(3)} on and say "not sure" below: the lowest at which ${photos} show, with 95 % confidence, that at least ${wanted} of the names given are right. ${own}`;
}
