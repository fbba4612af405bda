import type { Dataset } from '../../dataset/index';
import {
  type Backbone,
  type BackboneName,
  featureRecipe,
  type InputScaling,
  loadBackbone,
} from '../../models/index';
import type { CacheFeaturesOptions } from './cache-features';
import { type ExtractedFeatures, extractRecipes } from './extract-features';
import { joinExtracted } from './join-features';

/** Options of {@link extractPhotoFeatures}. */
export interface PhotoFeaturesOptions extends CacheFeaturesOptions {
  /** Side of the network's square input, px. Default: the size its weights were trained at. */
  inputSize?: number;
  /** `as-published` scales pixels to 0..1 whatever the weights expect: the presentation's fault. */
  inputScaling?: InputScaling;
}

/**
 * Features of photos by names of backbones: loads the weights, extracts, and frees the networks again. The features of
 * several networks are joined, in their order; all see the same squares, which are decoded once, by default the first
 * network's: its size, interpolation and central crop.
 *
 * @throws WeightsUnavailableError when the weights are neither on disk nor reachable
 * @throws Error when no photo could be read
 * @example const table = await extractPhotoFeatures('resnet50', await openDataset({ path }));
 */
export async function extractPhotoFeatures(
  names: BackboneName | readonly BackboneName[],
  dataset: Dataset,
  { inputScaling, inputSize, ...options }: PhotoFeaturesOptions = {},
): Promise<ExtractedFeatures> {
  const backbones: Backbone[] = [];
  try {
    for (const name of typeof names === 'string' ? [names] : names)
      backbones.push(
        await loadBackbone(name, { inputScaling, inputSize: backbones[0]?.inputSize ?? inputSize }),
      );
    const [first] = backbones;
    const input = first && featureRecipe(first, options).input;
    const wanted = backbones.map((backbone) => ({ ...options, ...input, backbone }));
    return joinExtracted(await extractRecipes(dataset, wanted, options));
  } finally {
    for (const backbone of backbones) backbone.dispose();
  }
}

/**
 * How photos become features, as the notebooks' parameters say it.
 *
 * @param inputSize px; 0 = the size that the network was trained at
 * @param flip whether the features of a photo and its mirror image are averaged
 */
export const pixelOptions = (
  inputSize: number,
  flip: boolean,
): Pick<PhotoFeaturesOptions, 'inputSize' | 'views'> => ({
  inputSize: inputSize || undefined,
  views: flip ? 'flip' : 1,
});
