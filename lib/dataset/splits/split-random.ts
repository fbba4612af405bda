import { createRandom, elementAt } from '../../base/index';
import { groupByBreed, groupCopies, type MaybeCopied } from './group-by-breed';
import { type Split, shareOut } from './split';

/** Options of `splitRandom`: the three fractions sum to 1. */
export interface SplitRandomOptions {
  /** Default 0.75. */
  train?: number;
  /** Default 0.15. */
  validation?: number;
  /** Default 0.1. */
  test?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Splits at random, stratified by breed: the presentation's 75 / 15 / 10 protocol. Each breed is shared out by
 * the largest remainder, so that each part holds at least one photo of every breed that has three. The three
 * parts come back shuffled. Copies of a photo (equal `hash`, or equal `group` across breeds too) stay together in one part;
 * where there are none, groups change nothing. The same rows and seed give the same split.
 *
 * @throws RangeError when the fractions are negative or do not sum to 1
 * @example
 * const { train, validation, test } = splitRandom(dataset.examples, { seed: 42 });
 */
export function splitRandom<T extends MaybeCopied & { breed: string }>(
  examples: readonly T[],
  { train = 0.75, validation = 0.15, test = 0.1, seed = 0 }: SplitRandomOptions = {},
): Split<T> {
  const weights = [train, validation, test];
  if (weights.some((weight) => !(weight >= 0)) || Math.abs(train + validation + test - 1) > 1e-9)
    throw new RangeError(
      `expected fractions train, validation and test that sum to 1, received ${weights.join(', ')}`,
    );
  const random = createRandom(seed);
  const split: Split<T> = { train: [], validation: [], test: [] };
  const parts = [split.train, split.validation, split.test];
  const partOf = new Map<string, number>(); // of groups that an earlier breed has photos of
  const settled = (photo: readonly T[]) => partOf.get(photo[0]?.group ?? '');
  for (const [, rows] of groupByBreed(examples)) {
    const photos = groupCopies(random.shuffle(rows));
    const counts = shareOut(photos.length, weights);
    const place = (photo: readonly T[], part: number) => {
      elementAt(parts, part).push(...photo);
      counts[part] = elementAt(counts, part) - 1;
    };
    const free = photos.filter((photo) => settled(photo) === undefined);
    for (const photo of photos) {
      const part = settled(photo);
      if (part !== undefined) place(photo, part);
    }
    for (const photo of free) {
      const part = Math.max(
        0,
        counts.findIndex((count) => count > 0),
      );
      place(photo, part);
      const group = photo[0]?.group;
      if (group !== undefined) partOf.set(group, part);
    }
  }
  return {
    train: random.shuffle(split.train),
    validation: random.shuffle(split.validation),
    test: random.shuffle(split.test),
  };
}
