import { createRandom, elementAt } from '../../base/index';
import { type GroupedRow, unitsOf } from './split-grouped';

/**
 * Folds for cross-validation: stratified by breed (a breed's photos are spread evenly), groups kept together, seeded;
 * what scikit-learn's `StratifiedGroupKFold` is for.
 *
 * @param folds how many, at least 2
 * @returns fold of each row, 0..folds - 1, in the order given
 * @throws RangeError for fewer than two folds or fewer rows than folds
 * @example
 * const foldOf = kFold(rows, { folds: 5, seed: 1 });
 * rows.filter((_, row) => foldOf[row] !== 0); // what the first model learns from
 */
export function kFold<T extends GroupedRow>(
  rows: readonly T[],
  { folds, seed = 0 }: { folds: number; seed?: number },
): Int32Array {
  if (!Number.isInteger(folds) || folds < 2 || rows.length < folds)
    throw new RangeError(`expected 2 to ${rows.length} folds, received ${folds}`);
  const indexed = rows.map(({ breed, group }, row) => ({
    breed,
    row,
    ...(group !== undefined && { group }),
  }));
  const { groups, singles } = unitsOf(indexed, createRandom(seed));
  const totals = new Float64Array(folds);
  const byBreed = new Map<string, Float64Array>();
  const countsOf = (breed: string): Float64Array => {
    const counts = byBreed.get(breed) ?? new Float64Array(folds);
    byBreed.set(breed, counts);
    return counts;
  };
  const foldOf = new Int32Array(rows.length);
  for (const unit of [...groups, ...singles.map((row) => [row])]) {
    const load = (fold: number) => unit.reduce((sum, { breed }) => sum + elementAt(countsOf(breed), fold), 0);
    let best = 0;
    for (let fold = 1; fold < folds; fold += 1) {
      const difference = load(fold) - load(best);
      if (difference < 0 || (difference === 0 && elementAt(totals, fold) < elementAt(totals, best)))
        best = fold;
    }
    for (const { breed, row } of unit) {
      foldOf[row] = best;
      totals[best] = elementAt(totals, best) + 1;
      const counts = countsOf(breed);
      counts[best] = elementAt(counts, best) + 1;
    }
  }
  return foldOf;
}
