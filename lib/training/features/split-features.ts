import { splitOfficial, splitRandom } from '../../dataset/index';
import type { FeatureRecipe } from '../../models/index';
import { type FeatureTable, takeRows } from './feature-table';

/** One part of a split: rows of features, their labels and the photos they come from. */
export interface FeaturePart {
  /** Row-major [labels.length, size] float32. */
  features: Float32Array;
  labels: Int32Array;
  files: string[];
}

/** A feature table cut into the three parts of an experiment. */
export interface FeatureSplit {
  /** Breed names in the order of the labels. */
  breeds: string[];
  /** Values in a row. */
  size: number;
  train: FeaturePart;
  validation: FeaturePart;
  test: FeaturePart;
  /** How the photos became these features; absent where it is not known. */
  recipe?: FeatureRecipe;
}

/** Options of {@link splitFeatures}. */
export interface SplitFeaturesOptions {
  /** `random`: stratified 75 / 15 / 10, as in the presentation. `official`: the published lists, validation carved from train. */
  protocol: 'random' | 'official';
  /** Breeds to keep; all without it. */
  breeds?: readonly string[];
  /** Of the shuffles. Default 0. */
  seed?: number;
  /** Group of near copies of a file (`joinPairs`), which stays in one part; files without one stand alone. */
  groups?: ReadonlyMap<string, string>;
}

/**
 * Cuts a table of features into train, validation and test, by the same rules that cut a dataset's photos
 * (`splitRandom`, `splitOfficial`). Labels count the kept breeds in alphabetical order.
 *
 * @throws Error when the table names no breeds, a wanted breed is not in it, or `official` finds no official split
 * @example const { train, validation, test } = splitFeatures(table, { protocol: 'official', seed: 42 });
 */
export function splitFeatures(table: FeatureTable, options: SplitFeaturesOptions): FeatureSplit {
  const { protocol, seed = 0 } = options;
  const { breeds: breedOf, splits: splitOf } = table;
  if (!breedOf)
    throw new Error(`expected a feature table that names breeds, received one without: ${table.source}`);
  const known = new Set(breedOf);
  const breeds = [...new Set(options.breeds ?? known)].sort();
  const unknown = breeds.filter((breed) => !known.has(breed));
  if (unknown.length > 0)
    throw new Error(
      `expected breeds of "${table.source}", received ${unknown.join(', ')}, which it does not hold`,
    );
  const labels = new Map(breeds.map((breed, label) => [breed, label]));
  const rows = breedOf
    .map((breed, row) => ({
      ...{ row, breed, split: splitOf?.[row] ?? null, hash: table.hashes?.[row] },
      group: options.groups?.get(table.files[row] ?? ''),
    }))
    .filter(({ breed }) => labels.has(breed));
  const cut = protocol === 'official' ? splitOfficial(rows, { seed }) : splitRandom(rows, { seed });
  const part = (kept: typeof rows): FeaturePart => {
    const { features, files } = takeRows(
      table,
      kept.map(({ row }) => row),
    );
    return { features, files, labels: Int32Array.from(kept, ({ breed }) => labels.get(breed) ?? -1) };
  };
  return {
    breeds,
    size: table.size,
    train: part(cut.train),
    validation: part(cut.validation),
    test: part(cut.test),
    ...(table.recipe && { recipe: table.recipe }),
  };
}

/** Two parts of a split as one. */
export function joinParts(a: FeaturePart, b: FeaturePart): FeaturePart {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  return { features, labels: Int32Array.from([...a.labels, ...b.labels]), files: [...a.files, ...b.files] };
}
