import { type FiledShare, filedShare, type LabelledProbabilities } from './selective';

/** Precisions that an association asks for before photos are filed without a person. */
export const WANTED_PRECISIONS = [0.95, 0.99] as const;

/**
 * The share of photos that is filed without a person at each wanted precision: thresholds chosen on validation, shares
 * measured on test.
 *
 * @example filingTable(filing(validation, test)) // [{ 'wanted precision': '95 %', 'filed without a person': '93.1 %', ... }]
 */
export const filing = (
  validation: LabelledProbabilities,
  test: LabelledProbabilities,
  wanted: readonly number[] = WANTED_PRECISIONS,
): FiledShare[] => wanted.map((precision) => filedShare(precision, validation, test));

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** {@link filing} in rows for a table: shares in percent with their 95 % intervals. */
export function filingTable(shares: readonly FiledShare[]): Record<string, string>[] {
  return shares.map(({ wanted, threshold, filed, precision }) => ({
    'wanted precision': percent(wanted),
    'filed from a probability of': Number.isFinite(threshold) ? threshold.toFixed(3) : 'none',
    'filed without a person': percent(filed.estimate),
    '95 % interval': `${percent(filed.low)} to ${percent(filed.high)}`,
    'precision reached': precision ? percent(precision.estimate) : 'nothing filed',
    'its 95 % interval': precision ? `${percent(precision.low)} to ${percent(precision.high)}` : '',
  }));
}

/**
 * What {@link filing} means, as sentences.
 *
 * @param notSureBelow the probability from which on the app and the index name a breed at all
 */
export function describeFiling(shares: readonly FiledShare[], notSureBelow: number): string {
  const each = shares.map(({ wanted, threshold, filed, precision }) => {
    const asked = `${Math.round(100 * wanted)} % precision`;
    if (!Number.isFinite(threshold) || !precision) return `No threshold gives ${asked}.`;
    const missed = precision.high < wanted ? ', which the test photos do not bear out' : '';
    return `At ${asked} ${percent(filed.estimate)} of the photos need no person (reached: ${percent(precision.estimate)}${missed}).`;
  });
  return `${each.join(' ')} The app and the index say "not sure" below ${percent(notSureBelow)}, which is chosen so that 90 % of the named are right; an index asks for more with its own threshold (npx dogbreeds index precision --set).`;
}
