import type * as tf from '@tensorflow/tfjs';
import { breedTable } from '../../dataset/index';
import { hasImagenetPrior, loadImagenetPrior } from '../features/imagenet-prior';
import type { FeatureSplit } from '../features/split-features';
import type { History } from '../loop/history';
import { type FitHeadOptions, fitHead } from './fit-head';
import { fitSoftmaxRegression } from './fit-softmax-regression';

/**
 * The heads that are compared: the presentation's; multinomial logistic regression; and the same, started from and
 * held near the rows of the network's own ImageNet classifier for these breeds.
 */
export const HEADS = [
  'dense 512 + dropout',
  'softmax regression',
  'softmax from ImageNet classifier',
] as const;

export type HeadName = (typeof HEADS)[number];

/** Options of {@link fitNamedHead}. */
export interface NamedHeadOptions {
  /** Of the dense head; the others have no randomness. Default 0. */
  seed?: number;
  /** Of the dense head. */
  dense?: Omit<FitHeadOptions, 'classes' | 'validation' | 'seed'>;
}

/** A head on frozen features after its fit. */
export interface NamedHead {
  name: HeadName;
  /** [b, size] -> [b, breeds] probabilities; dispose it. */
  model: tf.LayersModel;
  /** By epoch; null for the heads that L-BFGS fits. */
  history: History | null;
  /** Fit, seconds. */
  seconds: number;
}

/** Inverse penalties, chosen on validation: `npm run bench -- head`. */
export const SOFTMAX_C = 0.005;
export const PRIOR_C = 0.0003;
const MAX_ITERATIONS = 60;

/**
 * The heads that a split allows: the one from ImageNet's classifier needs features as the networks give them, those
 * networks' classifiers, and breeds that ImageNet knows, which Stanford Dogs' 120 are.
 *
 * @param split with its recipe
 * @example availableHeads(splitFeatures(await loadShippedFeatures(), { protocol: 'official' }));
 */
export function availableHeads({ breeds, recipe }: Pick<FeatureSplit, 'breeds' | 'recipe'>): HeadName[] {
  const known = new Set(breedTable().map(({ breed }) => breed));
  const prior =
    recipe?.transform === 'none' &&
    recipe.networks.every(({ inputScaling }) => inputScaling === 'correct') &&
    hasImagenetPrior(networksOf(recipe)) &&
    breeds.every((breed) => known.has(breed));
  return HEADS.filter((name) => prior || name !== 'softmax from ImageNet classifier');
}

const networksOf = (recipe: FeatureSplit['recipe']): string[] =>
  recipe?.networks.map(({ backbone }) => backbone) ?? [];

/**
 * Fits one of {@link HEADS} on the train part of a split.
 *
 * @throws Error when the breeds are not ImageNet's and the head needs them
 * @example const { model } = await fitNamedHead('softmax regression', split);
 */
export async function fitNamedHead(
  name: HeadName,
  split: FeatureSplit,
  { seed = 0, dense }: NamedHeadOptions = {},
): Promise<NamedHead> {
  const { features, labels } = split.train;
  const classes = split.breeds.length;
  if (name === 'dense 512 + dropout') {
    const { validation } = split;
    const { model, history, seconds } = await fitHead(features, labels, {
      ...dense,
      classes,
      seed,
      validation,
    });
    return { name, model, history, seconds };
  }
  const prior =
    name === 'softmax from ImageNet classifier'
      ? await loadImagenetPrior(split.breeds, networksOf(split.recipe))
      : undefined;
  const settings = { classes, c: prior ? PRIOR_C : SOFTMAX_C, prior, maxIterations: MAX_ITERATIONS };
  const { model, seconds } = await fitSoftmaxRegression(features, labels, settings);
  return { name, model, history: null, seconds };
}
