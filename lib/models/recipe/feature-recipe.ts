import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Backbone } from '../backbones/load-backbone';
import { weightPath } from '../weights/weights-folder';

/** How photos are brought to a backbone's input, and which passes are averaged. */
export interface FeatureOptions {
  /** `box`: only the largest annotated dog, with a margin; photos without a box stay whole. Default `none`. */
  crop?: 'none' | 'box';
  /** Margin on every side of the box, as a fraction of the box's width and height. Default 0.1. */
  boxMargin?: number;
  /** `stretch` to the square input, as the presentation did (default), or keep the proportions and take the `centre`. */
  resize?: 'stretch' | 'centre';
  /**
   * Passes that are averaged: 1; `flip`: the photo and its mirror image (2); `crops-flip`: the whole photo stretched
   * and its centre square, each with its mirror image (4). Default 1.
   */
  views?: FeatureViews;
}

export type FeatureViews = 1 | 'flip' | 'crops-flip';

/** Everything besides the photo itself that features depend on; the engine is not part of it. */
export interface FeatureRecipe extends Required<FeatureOptions> {
  backbone: string;
  /** Integrity of the weights: the npm tarball's, the file's MD5, or its path and size where none is recorded. */
  weights: string;
  inputSize: number;
  featureSize: number;
  channelOrder: string;
  scaling: string;
  interpolation: 'bilinear' | 'bicubic';
}

/**
 * The recipe of a backbone's features.
 *
 * @throws Error when boxMargin is not in 0..1
 * @example featureRecipe(resnet, { views: 'flip' }).inputSize // 224
 */
export function featureRecipe(backbone: Backbone, options: FeatureOptions = {}): FeatureRecipe {
  const { crop = 'none', boxMargin = 0.1, resize = 'stretch', views = 1 } = options;
  if (!(boxMargin >= 0 && boxMargin <= 1))
    throw new Error(`expected boxMargin in 0..1, received ${boxMargin}`);
  const { record, inputSize, inputScaling } = backbone;
  const { mode, mean, std } = record.scaling;
  return {
    backbone: backbone.name,
    weights: weightsIdentity(backbone),
    inputSize,
    featureSize: backbone.featureSize,
    channelOrder: record.channelOrder,
    scaling:
      inputScaling === 'correct' ? `${mode}, mean ${mean.join(' ')}, std ${std.join(' ')}` : inputScaling,
    interpolation: record.interpolation,
    crop,
    boxMargin: crop === 'box' ? boxMargin : 0,
    resize,
    views,
  };
}

/**
 * A short name for a recipe: the folder that its features are cached in.
 *
 * @example recipeKey(featureRecipe(resnet)) // 'resnet50-224-1f0c...'
 */
export function recipeKey(recipe: FeatureRecipe): string {
  const sorted = JSON.stringify(recipe, Object.keys(recipe).sort());
  const digest = createHash('sha256').update(sorted).digest('hex').slice(0, 16);
  return `${recipe.backbone}-${recipe.inputSize}-${digest}`;
}

/** A recipe as one line for reports. */
export function describeRecipe(recipe: FeatureRecipe): string {
  const { backbone, inputSize, featureSize, resize, crop, boxMargin, views } = recipe;
  const parts = [
    `${backbone}, ${featureSize} features at ${inputSize} px`,
    resize === 'stretch' ? 'stretched' : 'centre square',
    ...(crop === 'box' ? [`cropped to the box with ${Math.round(boxMargin * 100)} % margin`] : []),
    ...(views === 1 ? [] : [views === 'flip' ? 'mean of photo and mirror image' : 'mean of 4 views']),
  ];
  return parts.join(', ');
}

/** The weight file that is in use, told by what does not depend on this machine. */
function weightsIdentity({ record, weightsPath }: Backbone): string {
  const used = [record, ...record.alternatives].find((file) => weightPath(file) === weightsPath);
  if (!used) return `${basename(weightsPath)}, ${sizeOf(weightsPath)}`;
  const { source } = used;
  return source.kind === 'npm' ? source.integrity : source.md5 ? `md5-${source.md5}` : source.url;
}

/** Size and date of a file (or folder) of the user's own. */
function sizeOf(path: string): string {
  const found = statSync(path);
  return `${found.size} bytes of ${found.mtime.toISOString()}`;
}
