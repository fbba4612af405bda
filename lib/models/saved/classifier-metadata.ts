/**
 * What is done to pooled features before the head sees them: nothing; division by their Euclidean norm; or the signed
 * square root of each value, then that division.
 */
export type FeatureTransform = 'none' | 'l2' | 'sqrt-l2';

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

/** How a whole network (without a named backbone) wants its pixels. */
export interface PixelInput {
  /** Side of the square input in pixels; photos are stretched to it. */
  size: number;
  /** `0-1` divides raw 0..255 pixels by 255, `0-255` leaves them. */
  scaling: '0-1' | '0-255';
}

/**
 * What notebook 05 saves beside the head (`saveModel(head, folder, metadata)`), and what the demo app reads:
 * everything needed to turn a photo into calibrated breed probabilities.
 */
export interface ClassifierMetadata {
  /** Breed names in the order of the head's outputs. */
  classNames: string[];
  /** The frozen network whose pooled features feed the head; `null`: the saved network takes pixels itself. */
  backbone: string | null;
  /** Side of the backbone's square input in pixels; without it the size its weights were trained at. */
  inputSize?: number;
  /** Needed where `backbone` is null. */
  pixels?: PixelInput;
  featureTransform: FeatureTransform;
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
