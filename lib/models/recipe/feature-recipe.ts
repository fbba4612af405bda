import { createHash } from 'node:crypto';
import { formatPercent } from '../../base/index';
import type { PhotoInput } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import { type NetworkRecipe, networkRecipe } from './network-recipe';
import type { FeatureTransform } from './transform-features';

/**
 * How a photo becomes features: the one value that training, the cache of features, evaluation, the app, the command
 * line and exported files go by. The engine is not part of it.
 */
export interface FeatureRecipe {
  /** How a photo is decoded into square pictures, and which passes are averaged. */
  input: PhotoInput;
  /** Networks whose pooled features are joined, in this order; none: the saved network takes pixels itself. */
  networks: NetworkRecipe[];
  /** Of the joined features, each network's by themselves. */
  transform: FeatureTransform;
  /** Where there are no networks: (channel - mean) / std of raw pixels 0..255, in this order of channels. */
  pixels?: PixelScaling;
}

/** What a whole network wants its pixels to be. */
export interface PixelScaling {
  channelOrder: 'rgb' | 'bgr';
  /** In the order of the channels that the network sees, in units of 0..255. */
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** What may be chosen about a recipe. */
export interface FeatureOptions
  extends Partial<
    Pick<PhotoInput, 'crop' | 'cropFraction' | 'boxMargin' | 'resize' | 'views' | 'interpolation'>
  > {
  /** Default `none`. */
  transform?: FeatureTransform;
}

const CROPS: readonly PhotoInput['crop'][] = ['none', 'central', 'box'];

/**
 * The recipe of one network's features, or of several networks' features joined.
 *
 * @param backbones all loaded for the same input size
 * @param options default: whole photos, stretched, one view, the first network's interpolation, no transform; a central
 *   crop keeps what the first network's weights were evaluated on
 * @throws Error when crop is none of its names, boxMargin or cropFraction is not in 0..1, or the networks' input sizes differ
 * @example featureRecipe(resnet, { views: 'flip' }).input.size // 224
 */
export function featureRecipe(
  backbones: Backbone | readonly Backbone[],
  options: FeatureOptions = {},
): FeatureRecipe {
  const networks = 'model' in backbones ? [backbones] : [...backbones];
  const [first] = networks;
  if (!first) throw new Error('expected at least one network, received none');
  const { crop = 'none', boxMargin = 0.1, resize = 'stretch', views = 1, transform = 'none' } = options;
  if (!(boxMargin >= 0 && boxMargin <= 1))
    throw new Error(`expected boxMargin in 0..1, received ${boxMargin}`);
  if (!CROPS.includes(crop)) throw new Error(`expected crop to be ${CROPS.join(', ')}, received ${crop}`);
  const { cropFraction = first.record.cropFraction } = options;
  if (!(cropFraction > 0 && cropFraction <= 1))
    throw new Error(`expected cropFraction above 0 and at most 1, received ${cropFraction}`);
  const other = networks.find(({ inputSize }) => inputSize !== first.inputSize);
  if (other)
    throw new Error(
      `expected networks of one input size, received ${first.inputSize} px (${first.name}) and ` +
        `${other.inputSize} px (${other.name}): load both with the same inputSize`,
    );
  return {
    input: {
      size: first.inputSize,
      interpolation: options.interpolation ?? first.record.interpolation,
      pixelCentres: 'half',
      crop,
      ...(crop === 'central' && { cropFraction }),
      boxMargin: crop === 'box' ? boxMargin : 0,
      resize,
      views,
    },
    networks: networks.map(networkRecipe),
    transform,
  };
}

/** Values in a row of a recipe's features. */
export const featureSizeOf = ({ networks }: Pick<FeatureRecipe, 'networks'>): number =>
  networks.reduce((sum, { featureSize }) => sum + featureSize, 0);

/**
 * SHA-256 of a recipe in hexadecimal; the order of its keys does not matter.
 *
 * @example recipeHash(featureRecipe(resnet)) // '1f0c...'
 */
export function recipeHash(recipe: FeatureRecipe): string {
  return createHash('sha256').update(canonical(recipe)).digest('hex');
}

/**
 * A short name for a recipe: the folder that its features are cached in.
 *
 * @example recipeKey(featureRecipe(resnet)) // 'resnet50-224-1f0c...'
 */
export function recipeKey(recipe: FeatureRecipe): string {
  const names = recipe.networks.map(({ backbone }) => backbone).join('+') || 'pixels';
  return `${names}-${recipe.input.size}-${recipeHash(recipe).slice(0, 16)}`;
}

/** A recipe as one line for reports. */
export function describeRecipe(recipe: FeatureRecipe): string {
  const { networks, transform } = recipe;
  const { size, resize, crop, cropFraction = 1, boxMargin, views } = recipe.input;
  const names = networks.map(({ backbone }) => backbone).join(' + ') || 'a network of its own';
  const scaled = networks.some(({ inputScaling }) => inputScaling === 'as-published');
  const parts = [
    networks.length > 0
      ? `${names}, ${featureSizeOf(recipe)} features at ${size} px`
      : `${names} at ${size} px`,
    resize === 'stretch' ? 'stretched' : 'centre square',
    ...(crop === 'central' ? [`the middle ${formatPercent(cropFraction)} of each side`] : []),
    ...(crop === 'box' ? [`cropped to the box with ${Math.round(boxMargin * 100)} % margin`] : []),
    ...(views === 1 ? [] : [views === 'flip' ? 'mean of photo and mirror image' : 'mean of 4 views']),
    ...(networks.some(({ precision }) => precision === 'int8') ? ['computed in 8 bits'] : []),
    ...(scaled ? ['pixels wrongly scaled to 0..1'] : []),
    ...(transform === 'none' ? [] : [transform === 'l2' ? 'unit length' : 'square roots of unit length']),
  ];
  return parts.join(', ');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
