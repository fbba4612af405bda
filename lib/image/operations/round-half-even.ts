/**
 * Rounds to the nearest whole number, halves to the even one: C's `lrint`, OpenCV's `cvRound`, numpy's `rint`.
 *
 * @param value any number
 */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * {@link roundHalfEven} for pixels, three times as fast.
 *
 * @param value from 0 to 2^31 - 1
 */
export function roundPixel(value: number): number {
  const rounded = (value + 0.5) | 0;
  return rounded - value === 0.5 ? rounded & ~1 : rounded;
}
