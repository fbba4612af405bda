import type { Dataset, Quarantined } from '../../dataset/index';
import type { Backbone } from '../../models/index';
import { describeRecipe, type FeatureRecipe } from '../../models/index';
import type { CacheFeaturesOptions } from './cache-features';
import {
  type CachedFeatures,
  type CacheRecipesOptions,
  cacheRecipes,
  type WantedFeatures,
} from './cache-recipes';
import type { FeatureTable } from './feature-table';
import { photoKey } from './missing-photos';

/** Features of a dataset's readable photos. */
export interface ExtractedFeatures extends FeatureTable {
  breeds: string[];
  splits: ('train' | 'test' | null)[];
  recipe: FeatureRecipe;
  /** Photos that could not be read, with the reason; they have no row. */
  quarantine: Quarantined[];
  /** Photos that were computed now; the others came from the cache. */
  computed: number;
  /** Seconds that computing took; of recipes that were computed together, of all of them. */
  seconds: number;
}

type Photos = Pick<Dataset, 'name' | 'examples' | 'imagesFolder' | 'quarantine'>;

/**
 * The features of a dataset's photos: computed where the cache on disk lacks them, then read from it. Rows come in
 * the order of `dataset.examples`, without the photos that could not be read.
 *
 * @throws Error when no photo could be read
 * @example
 * await startEngine();
 * const table = await extractFeatures(await openDataset({ path }), await loadBackbone('resnet50'));
 * table.features.length === table.files.length * 2048; // true
 */
export async function extractFeatures(
  dataset: Photos,
  backbone: Backbone,
  options: CacheFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const [table] = await extractRecipes(dataset, [{ ...options, backbone }], options);
  return table as ExtractedFeatures;
}

/**
 * {@link extractFeatures} by several recipes at once: what they have in common is computed once (`cacheRecipes`).
 *
 * @returns in the order of `wanted`
 * @throws Error when no photo could be read
 * @example const [plain, flip] = await extractRecipes(dataset, [{ backbone }, { backbone, views: 'flip' }]);
 */
export async function extractRecipes(
  dataset: Photos,
  wanted: readonly WantedFeatures[],
  options: CacheRecipesOptions = {},
): Promise<ExtractedFeatures[]> {
  const cached = await cacheRecipes(dataset, wanted, options);
  const tables: ExtractedFeatures[] = [];
  for (const each of cached) tables.push(await readTable(dataset, each));
  return tables;
}

async function readTable(
  dataset: Photos,
  { store, recipe, quarantine, computed, seconds }: CachedFeatures,
): Promise<ExtractedFeatures> {
  const readable = dataset.examples.filter((example) => store.has(photoKey(example, recipe)));
  if (readable.length === 0)
    throw new Error(
      `expected photos with features in ${dataset.name}, found none: ${dataset.examples.length} photos, ` +
        `${quarantine.length} quarantined${quarantine[0] ? `, the first for: ${quarantine[0].reason}` : ''}`,
    );
  return {
    features: await store.read(readable.map((example) => photoKey(example, recipe))),
    size: store.size,
    files: readable.map((example) => example.file),
    breeds: readable.map((example) => example.breed),
    splits: readable.map((example) => example.split),
    hashes: readable.map((example) => example.hash),
    source: `${describeRecipe(recipe)}, computed from ${dataset.name}`,
    quarantine,
    recipe,
    computed,
    seconds,
  };
}
