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
 * Rows of features at `indices`, in that order.
 *
 * @param features row-major [n, size]
 * @returns row-major [indices.length, size]
 * @throws RangeError when an index is no row
 * @example gatherRows(Float32Array.of(1, 2, 3, 4), 2, [1]) // 3, 4
 */
export function gatherRows(features: Float32Array, size: number, indices: readonly number[]): Float32Array {
  const rows = features.length / size;
  const taken = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= rows)
      throw new RangeError(`expected rows 0..${rows - 1} of the feature table, received ${index}`);
    taken.set(features.subarray(index * size, (index + 1) * size), row * size);
  }
  return taken;
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
  const pick = <T>(values: readonly T[]): T[] => rows.flatMap((index) => values.slice(index, index + 1));
  return {
    features: gatherRows(features, size, rows),
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
