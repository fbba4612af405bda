/** Fewer things than this are told as `9 of 12`, not as a percentage: a percent of them would claim more than they say. */
export const SMALL_COUNT = 50;

/** A whole number as people write it. @example formatCount(8121) // '8,121' */
export const formatCount = (value: number): string =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : 'n/a';

/** A share 0..1 as percent. @example formatPercent(0.8488) // '84.9 %' */
export const formatPercent = (share: number, digits = 1): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : 'n/a';

/** A difference of shares in percentage points, with its sign. @example formatPoints(0.0123) // '+1.2' */
export const formatPoints = (difference: number): string =>
  `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)}`;

/**
 * So many of so many: as percent, or as counts where there are fewer than {@link SMALL_COUNT}.
 *
 * @example formatPart(9, 9) // '9 of 9'
 * @example formatPart(853, 1000) // '85.3 %'
 */
export function formatPart(part: number, whole: number): string {
  if (!(whole > 0)) return 'none of 0';
  return whole < SMALL_COUNT ? `${formatCount(part)} of ${formatCount(whole)}` : formatPercent(part / whole);
}

/**
 * A measured number with two or three digits that mean something, its unit behind it.
 *
 * @example formatMeasure(5.4001, 'ms') // '5.4 ms'
 * @example formatMeasure(1234.5, 's') // '1,235 s'
 */
export function formatMeasure(value: number, unit = ''): string {
  const text = measured(value);
  return unit ? `${text} ${unit}` : text;
}

function measured(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return formatCount(value);
  if (Math.abs(value) >= 1) return value.toFixed(1);
  return String(Number(value.toPrecision(2)));
}
