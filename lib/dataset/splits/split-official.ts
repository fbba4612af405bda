import { createRandom } from '../../base/index';
import type { OfficialSplit } from '../types';
import { groupByBreed, groupCopies, type MaybeCopied } from './group-by-breed';
import { type Split, shareOut } from './split';

/** What `splitOfficial` returns. */
export interface OfficialSplits<T> extends Split<T> {
  /** Photos that no official list names: in none of the three parts. */
  unlisted: T[];
}

/**
 * The official lists as they are, with a validation part carved from the train list at random, stratified by
 * breed; copies of a photo (equal `hash`, or equal `group` inside the breed) stay together there. The test list is never touched. The parts come back shuffled, `unlisted` in its given order.
 *
 * @param options `validation`: fraction of the train list, default 0.15; `seed`: default 0
 * @throws Error when no example carries an official split
 * @throws RangeError when `validation` is not in [0, 1)
 * @example
 * const { train, validation, test } = splitOfficial(dataset.examples, { validation: 0.15, seed: 42 });
 */
export function splitOfficial<T extends MaybeCopied & { breed: string; split: OfficialSplit | null }>(
  examples: readonly T[],
  { validation = 0.15, seed = 0 }: { validation?: number; seed?: number } = {},
): OfficialSplits<T> {
  if (!(validation >= 0 && validation < 1))
    throw new RangeError(`expected a validation fraction in [0, 1), received ${validation}`);
  const test = examples.filter((example) => example.split === 'test');
  const listed = examples.filter((example) => example.split === 'train');
  if (test.length + listed.length === 0)
    throw new Error(
      `expected photos that an official list names, received ${examples.length} photos without one: use splitRandom, or put train_list.mat and test_list.mat into the dataset's lists folder`,
    );
  const random = createRandom(seed);
  const train: T[] = [];
  const held: T[] = [];
  for (const [, rows] of groupByBreed(listed)) {
    const photos = groupCopies(random.shuffle(rows));
    const [, count] = shareOut(photos.length, [1 - validation, validation]);
    held.push(...photos.slice(0, count).flat());
    train.push(...photos.slice(count).flat());
  }
  return {
    train: random.shuffle(train),
    validation: random.shuffle(held),
    test: random.shuffle(test),
    unlisted: examples.filter((example) => example.split === null),
  };
}
