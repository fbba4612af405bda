import { type FeatureRecipe, recipeHash } from '../recipe/feature-recipe';

/**
 * How a picture is told apart from the dogs the head was trained on; a score above `threshold` means
 * "probably not a dog".
 *
 * - `class-mean-cosine`: 1 - the largest cosine between the picture's features and the classes' mean features
 *   (0 = on a class mean). The means are the first rows of `means`, row-major `[classes, size]`.
 */
export interface OutOfDistributionRule {
  method: 'class-mean-cosine';
  /** Scores above it are called "probably not a dog": a quantile of the scores of validation photos. */
  threshold: number;
  /** Share of validation photos that lie above the threshold, 0..1. */
  falseAlarms: number;
  /** Unit-length mean features of the classes as base64 of little-endian float32, row-major `[classes, size]`. */
  means: string;
  /** Length of one mean. */
  size: number;
}

/** The layout of {@link ClassifierMetadata}; older ones are migrated when they are read. */
export const METADATA_VERSION = 2;

/**
 * What notebook 05 saves beside the head (`saveModel(head, folder, metadata)`), and what the demo app reads:
 * everything needed to turn a photo into calibrated breed probabilities.
 */
export interface ClassifierMetadata {
  version: typeof METADATA_VERSION;
  /** Breed names in the order of the head's outputs. */
  classNames: string[];
  /** How a photo becomes what the saved network takes: features, or pixels where it names no networks. */
  recipe: FeatureRecipe;
  /** SHA-256 of the recipe: a recipe that was edited by hand is refused. */
  recipeHash: string;
  /** Softmax temperature: probabilities are softmax(logits / temperature). 1 = as trained. */
  temperature: number;
  /** Below this top-1 probability (0..1) the answer is "not sure". */
  notSureBelow: number;
  /** `null` where no rule was calibrated: then nothing is called "not a dog". */
  outOfDistribution: OutOfDistributionRule | null;
  /** Figures that describe the model, e.g. `{ testTop1: 0.83 }`; shown by the app as they are. */
  metrics: Record<string, number>;
  /** One line for people: data, split, date-free. */
  description: string;
}

/**
 * The metadata of a classifier that is to be saved.
 *
 * @example
 * const metadata = classifierMetadata({ classNames, recipe, ...calibrated, metrics: {}, description: '120 breeds' });
 * await saveModel(head, 'data/models/final', metadata);
 */
export const classifierMetadata = (
  parts: Omit<ClassifierMetadata, 'version' | 'recipeHash'>,
): ClassifierMetadata => ({
  version: METADATA_VERSION,
  ...parts,
  recipeHash: recipeHash(parts.recipe),
});
