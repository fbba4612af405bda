import type { FeatureRecipe, InputScaling } from '../../models/index';

/** What was written beside features before recipes held several networks. */
interface FirstRecipe {
  backbone: string;
  weights: string;
  inputSize: number;
  featureSize: number;
  channelOrder: string;
  scaling: string;
  interpolation: 'bilinear' | 'bicubic';
  crop: 'none' | 'box';
  boxMargin: number;
  resize: 'stretch' | 'centre';
  views: 1 | 'flip' | 'crops-flip';
}

/**
 * The recipe that a file of features carries, in this layout or the former one.
 *
 * @param metadata of the file's schema
 * @returns undefined where it carries none
 */
export function readRecipe(metadata: Readonly<Record<string, string>>): FeatureRecipe | undefined {
  if (metadata.featureRecipe) return JSON.parse(metadata.featureRecipe) as FeatureRecipe;
  if (!metadata.preprocessing) return undefined;
  const first = JSON.parse(metadata.preprocessing) as FirstRecipe;
  const { backbone, weights, inputSize, featureSize, channelOrder, interpolation } = first;
  const { crop, boxMargin, resize, views } = first;
  const asPublished = first.scaling === 'as-published';
  const inputScaling: InputScaling = asPublished ? 'as-published' : 'correct';
  const network = { backbone, weights, featureSize, channelOrder, scaling: first.scaling, inputScaling };
  return {
    input: { size: inputSize, interpolation, pixelCentres: 'half', crop, boxMargin, resize, views },
    networks: [network],
    transform: 'none',
  };
}
