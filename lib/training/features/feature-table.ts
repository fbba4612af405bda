import type { FeatureRecipe } from '../../models/index';

/** Features of photos, one row each. */
export interface FeatureTable {
  /** Row-major [files.length, size] float32. */
  features: Float32Array;
  /** Values in a row, e.g. 2048 for ResNet50. */
  size: number;
  /** The photos, below the dataset's images folder, `/`-separated. */
  files: string[];
  /** Breed of each photo. */
  breeds?: string[];
  /** Official split of each photo. */
  splits?: ('train' | 'test' | null)[];
  /** Hash of each photo's bytes, by which copies stay in one part of a split; absent where it is not known. */
  hashes?: string[];
  /** Where the features come from, one line for people. */
  source: string;
  /** How the photos became these features; absent where it is not known. */
  recipe?: FeatureRecipe;
}

/**
 * The rows at `indices`, in that order, as a table of their own.
 *
 * @throws RangeError when an index is outside the table
 * @example takeRows(table, table.splits!.flatMap((split, row) => (split === 'test' ? [row] : [])))
 */
export function takeRows(table: FeatureTable, indices: ArrayLike<number>): FeatureTable {
  const { features, size, files, breeds, splits, hashes, source, recipe } = table;
  const rows = Array.from(indices);
  const taken = new Float32Array(rows.length * size);
  for (const [row, index] of rows.entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= files.length)
      throw new RangeError(`expected rows 0..${files.length - 1} of the feature table, received ${index}`);
    taken.set(features.subarray(index * size, (index + 1) * size), row * size);
  }
  const pick = <T>(values: readonly T[]): T[] => rows.flatMap((index) => values.slice(index, index + 1));
  return {
    features: taken,
    size,
    files: pick(files),
    ...(breeds && { breeds: pick(breeds) }),
    ...(splits && { splits: pick(splits) }),
    ...(hashes && { hashes: pick(hashes) }),
    source,
    ...(recipe && { recipe }),
  };
}

/**
 * The rows of given photos, in that order: how a split of examples becomes a split of features.
 *
 * @throws Error naming the first photo that the table lacks
 * @example const train = rowsOfFiles(table, split.train.map((example) => example.file));
 */
export function rowsOfFiles(table: FeatureTable, files: readonly string[]): FeatureTable {
  const rowOf = new Map(table.files.map((file, row) => [file, row]));
  return takeRows(
    table,
    files.map((file) => {
      const row = rowOf.get(file);
      if (row === undefined)
        throw new Error(
          `expected features of ${file} in "${table.source}", found none among ${table.files.length} photos; ` +
            'unreadable photos are listed as quarantined: leave them out of the split',
        );
      return row;
    }),
  );
}
