import { formatCount } from '../../base/index';
import { type Dataset, joinPairs } from '../../dataset/index';
import { withProgress } from '../../figures/index';
import { type FeatureTable, loadShippedFeatures, rowsOfFiles } from '../../training/index';
import { findDuplicates } from './find-duplicates';
import { photoPrints } from './photo-prints';

/** Copies among the photos of a run, for its splits. */
export interface NearCopies {
  /** Group of each photo that has a copy, exact or near. */
  groups: Map<string, string>;
  /** Photos that were looked at; 0 for drawn pictures. */
  photos: number;
  /** What was looked at, in words. */
  by: 'pixels and features' | 'pixels' | 'features' | 'nothing';
}

/**
 * Groups of copies, exact and near, that a split has to keep in one part: by pixels (cached, as notebook 01 looks at them)
 * and features where photos are there, by features alone where those that ship stand for them. Drawn pictures have none.
 *
 * @param photos null where there are only features
 * @param table features of the photos; without it those that ship, where they hold all of the photos
 * @param breeds to look at; all without it
 * @throws Error when a photo cannot be read
 * @example const { groups } = await nearCopies(photos, table);
 */
export async function nearCopies(
  photos: Dataset | null,
  { table, breeds }: { table?: FeatureTable; breeds?: readonly string[] } = {},
): Promise<NearCopies> {
  if (photos?.kind === 'drawn') return { groups: new Map(), photos: 0, by: 'nothing' };
  const all = table ?? (await loadShippedFeatures());
  const wanted = breeds && new Set(breeds);
  const files = (
    photos ? photos.examples : all.files.map((file, row) => ({ file, breed: all.breeds?.[row] ?? '' }))
  ).filter(({ breed }) => wanted?.has(breed) ?? true);
  const known = new Set(all.files);
  const features = files.every(({ file }) => known.has(file))
    ? rowsOfFiles(
        all,
        files.map(({ file }) => file),
      )
    : null;
  const kept = new Set(files.map(({ file }) => file));
  const examples = photos?.examples.filter(({ file }) => kept.has(file));
  const prints =
    photos && examples
      ? await withProgress('near copies', (onProgress) => photoPrints({ ...photos, examples }, onProgress))
      : null;
  const rows = files.map((each, row) => {
    const print = prints?.[row];
    return { ...each, split: null, ...(print && { print }) };
  });
  const pairs = await findDuplicates(rows, features);
  return {
    groups: joinPairs(pairs.map(({ a, b }) => [a, b] as const)),
    photos: rows.length,
    by: prints ? (features ? 'pixels and features' : 'pixels') : 'features',
  };
}

/**
 * What a split does with copies, as a sentence; nothing of drawn pictures.
 *
 * @param protocol of the split
 * @example claimCopies(await nearCopies(photos), 'random') // '27 of 1,420 photos have a near copy (12 groups, ...'
 */
export function claimCopies({ groups, photos, by }: NearCopies, protocol: 'random' | 'official'): string {
  if (photos === 0) return '';
  const count = new Set(groups.values()).size;
  const found =
    count === 0
      ? `No photo of ${formatCount(photos)} has a copy, exact or near (looked for by ${by}).`
      : `${formatCount(groups.size)} of ${formatCount(photos)} photos have a copy, exact or near (${count} ${count === 1 ? 'group' : 'groups'}, found by ${by}).`;
  if (count === 0) return found;
  return protocol === 'random'
    ? `${found} Each group is in one part of the split.`
    : `${found} A group of a breed's train photos is not torn by validation; the lists stay as published, and notebook 01 says what copies across them are worth.`;
}
