import { createRandom } from '../../base/index';
import { shareOut } from '../splits/split';
import type { OfficialSplit } from '../types';

/**
 * Keeps at most `limit` photos of each class, drawn at random; train, test and unlisted photos are kept in
 * proportion. What is kept stays in order.
 *
 * @throws RangeError unless `limit` is a whole number of at least 1
 */
export function limitPhotos(
  classes: ReadonlyMap<string, string[]>,
  splits: ReadonlyMap<string, OfficialSplit>,
  limit: number,
  seed: number,
): Map<string, string[]> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`expected a whole number of photos per breed of at least 1, received ${limit}`);
  const random = createRandom(seed);
  const kept = new Map<string, string[]>();
  for (const [folder, files] of classes) {
    const groups = (['train', 'test', undefined] as const)
      .map((split) => files.filter((file) => splits.get(file) === split))
      .filter((group) => group.length > 0);
    const counts = shareOut(
      Math.min(limit, files.length),
      groups.map((group) => group.length),
    );
    const chosen = groups.flatMap((group, i) => random.shuffle(group).slice(0, counts[i]));
    kept.set(folder, chosen.sort());
  }
  return kept;
}
