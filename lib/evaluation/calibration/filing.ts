import { formatPercent } from '../../base/index';
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
 */
export const claimThreshold = (notSureBelow: number): string =>
  `The app and the index name a breed from a probability of ${notSureBelow.toFixed(3)} on, chosen so that 90 % of the names given are right, and say "not sure" below. A collection whose owner wants more asks for it from verdicts on its own photos: \`npx dogbreeds index precision --target 0.99 --set\`.`;
