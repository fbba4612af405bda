/**
 * The whole number that a command line option gives.
 *
 * @param option as typed, e.g. `--port`
 * @throws Error when `text` is no whole number or not in `low`..`high`, both included
 */
export function wholeNumber(
  option: string,
  text: string,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= low && value <= high) return value;
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  throw new Error(`expected a whole number ${range} for ${option}, received "${text}"`);
}
