import type { Dataset, Quarantined } from '../../dataset/index';
import type { Backbone } from '../../models/index';
import { describeRecipe, type FeatureRecipe } from '../../models/index';
import { type CacheFeaturesOptions, cacheFeatures, photoKey } from './cache-features';
import type { FeatureTable } from './feature-table';

/** Features of a dataset's readable photos. */
export interface ExtractedFeatures extends FeatureTable {
  breeds: string[];
  splits: ('train' | 'test' | null)[];
  recipe: FeatureRecipe;
  /** Photos that could not be read, with the reason; they have no row. */
  quarantine: Quarantined[];
  /** Photos that were computed now; the others came from the cache. */
  computed: number;
  /** Seconds that computing took. */
  seconds: number;
}

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
  dataset: Pick<Dataset, 'name' | 'examples' | 'imagesFolder' | 'quarantine'>,
  backbone: Backbone,
  options: CacheFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const { store, recipe, quarantine, computed, seconds } = await cacheFeatures(dataset, backbone, options);
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
