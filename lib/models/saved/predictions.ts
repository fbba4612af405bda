import { decodeMeans, strangeness } from '../heads/out-of-distribution';
import type { ClassifierMetadata } from './classifier-metadata';
import type { Prediction } from './classifier-types';

/** What a network says about a batch of photos, row-major. */
export interface NetworkOutputs {
  /** [photos, breeds] before calibration. */
  probabilities: Float32Array;
  /** [photos, size]: what the head saw; absent where the network takes pixels itself. */
  features?: Float32Array;
}

/** How predictions are wanted. */
export interface PredictionOptions {
  /** How many breeds each answer names. */
  top: number;
  /** Whether each answer has its features too. */
  features?: boolean;
}

/**
 * Makes answers of a network's outputs: calibrated, ranked, judged by the rules that were saved with the model.
 *
 * @param metadata of the classifier
 * @returns a function from outputs to one answer for each photo
 */
export function predictionsBy(
  metadata: ClassifierMetadata,
): (outputs: NetworkOutputs, options: PredictionOptions) => Prediction[] {
  const { classNames, recipe, temperature, notSureBelow } = metadata;
  const rule = recipe.networks.length > 0 ? metadata.outOfDistribution : null;
  const means = rule && decodeMeans(rule);
  return ({ probabilities, features }, { top, features: wanted }) => {
    const count = probabilities.length / classNames.length;
    const scores = rule && means && features ? strangeness(features, rule.size, means) : null;
    return Array.from({ length: count }, (_, i) => {
      const calibrated = calibrate(row(probabilities, i, classNames.length), temperature);
      const score = scores?.[i] ?? null;
      return {
        top: rank(calibrated, classNames, top),
        notSure: Math.max(...calibrated) < notSureBelow,
        notADog: rule && score !== null ? score > rule.threshold : false,
        strangeness: score,
        ...(wanted && {
          features: features ? row(features, i, features.length / count) : Float32Array.from(calibrated),
        }),
      };
    });
  };
}

const row = (values: Float32Array, index: number, width: number): Float32Array =>
  values.slice(index * width, (index + 1) * width);

/** Probabilities at a temperature: proportional to p^(1/T), which is the softmax of logits / T. */
function calibrate(probabilities: Float32Array, temperature: number): Float64Array {
  const powers = Float64Array.from(probabilities, (p) => p ** (1 / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function rank(probabilities: Float64Array, classNames: readonly string[], top: number) {
  return Array.from(probabilities, (probability, i) => ({ breed: classNames[i] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}
