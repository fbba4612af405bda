import { createRandom, elementAt } from '../../base/index';
import { groupByBreed, groupCopies } from './group-by-breed';
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
 * parts come back shuffled. Copies of a photo (equal `hash`) stay together in one part. The same rows and seed give the same split.
 *
 * @throws RangeError when the fractions are negative or do not sum to 1
 * @example
 * const { train, validation, test } = splitRandom(dataset.examples, { seed: 42 });
 */
export function splitRandom<T extends { breed: string; hash?: string }>(
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
  for (const [, rows] of groupByBreed(examples)) {
    const photos = groupCopies(random.shuffle(rows));
    let from = 0;
    shareOut(photos.length, weights).forEach((count, part) => {
      elementAt(parts, part).push(...photos.slice(from, from + count).flat());
      from += count;
    });
  }
  return {
    train: random.shuffle(split.train),
    validation: random.shuffle(split.validation),
    test: random.shuffle(split.test),
  };
}
