import type { Dataset } from '../../dataset/index';
import { type BackboneName, type InputScaling, loadBackbone } from '../../models/index';
import type { CacheFeaturesOptions } from './cache-features';
import { type ExtractedFeatures, extractFeatures } from './extract-features';

/** Options of {@link extractPhotoFeatures}. */
export interface PhotoFeaturesOptions extends CacheFeaturesOptions {
  /** Side of the network's square input, px. Default: the size its weights were trained at. */
  inputSize?: number;
  /** `as-published` scales pixels to 0..1 whatever the weights expect: the presentation's fault. */
  inputScaling?: InputScaling;
}

/**
 * Features of photos by a backbone's name: loads the weights, extracts, and frees the network again.
 *
 * @throws WeightsUnavailableError when the weights are neither on disk nor reachable
 * @throws Error when no photo could be read
 * @example const table = await extractPhotoFeatures('resnet50', await openDataset({ path }));
 */
export async function extractPhotoFeatures(
  name: BackboneName,
  dataset: Dataset,
  { inputScaling, inputSize, ...options }: PhotoFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const backbone = await loadBackbone(name, { inputScaling, inputSize });
  try {
    return await extractFeatures(dataset, backbone, options);
  } finally {
    backbone.dispose();
  }
}
