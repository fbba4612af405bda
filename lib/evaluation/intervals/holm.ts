/**
 * Holm's step-down correction of several p-values (Holm 1979; `statsmodels` `multipletests(method='holm')`): all
 * comparisons whose corrected value is below alpha may be called different, with at most alpha chance of one false call.
 *
 * @param pValues each 0..1
 * @returns corrected p-values, in the order given
 * @throws RangeError for a value outside 0..1
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues)
    if (!(p >= 0 && p <= 1)) throw new RangeError(`expected p-values from 0 to 1, received ${p}`);
  const corrected = new Array<number>(pValues.length).fill(1);
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  let most = 0;
  order.forEach(({ p, index }, rank) => {
    most = Math.max(most, Math.min(1, p * (pValues.length - rank)));
    corrected[index] = most;
  });
  return corrected;
}
