import type { Dataset } from '../../dataset/index';
import type { Backbone, FeatureOptions } from '../../models/index';
import { type CachedFeatures, type CacheRecipesOptions, cacheRecipes } from './cache-recipes';

/** How photos are made for the network, how features are computed and where they are kept. */
export interface CacheFeaturesOptions extends CacheRecipesOptions, Omit<FeatureOptions, 'transform'> {}

/**
 * Computes the features of a dataset's photos by one recipe into its cache on disk: {@link cacheRecipes} of one.
 *
 * @throws Error when a photo's features are not finite; Interrupted when it was stopped, after what was computed is kept
 * @example
 * const { computed, reused } = await cacheFeatures(dataset, await loadBackbone('resnet50'));
 */
export async function cacheFeatures(
  dataset: Pick<Dataset, 'examples' | 'imagesFolder' | 'quarantine'>,
  backbone: Backbone,
  options: CacheFeaturesOptions = {},
): Promise<CachedFeatures> {
  const [cached] = await cacheRecipes(dataset, [{ ...options, backbone }], options);
  return cached as CachedFeatures;
}
