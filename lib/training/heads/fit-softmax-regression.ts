import * as tf from '@tensorflow/tfjs';
import { buildHead } from '../../models/index';
import type { HeadPrior } from '../features/imagenet-prior';
import { type FeatureScale, foldScale, measureScale, standardize } from '../features/standardize';
import { checkLabels, type Labels, oneHot } from '../labels';
import { minimizeLbfgs } from './minimize-lbfgs';

/** Options of {@link fitSoftmaxRegression}. */
export interface SoftmaxRegressionOptions {
  classes: number;
  /** Inverse strength of the penalty, as scikit-learn's `C`. Default 1. */
  c?: number;
  /** Divide features by their deviation for fitting. Default true. */
  standardized?: boolean;
  /** Share of each target that is spread over all classes. Default 0. */
  labelSmoothing?: number;
  /** A classifier for features as they are, from which fitting starts and towards which the penalty pulls. */
  prior?: HeadPrior;
  maxIterations?: number;
  /**
   * On the largest entry of the gradient of the mean loss. By default 1e-5, and less where the penalty is weak: 1e-4 of
   * 1 / (C n), since an entry of the gradient divided by it is what a weight may still be off.
   */
  tolerance?: number;
}

/** A softmax regression that was fitted. */
export interface SoftmaxRegression {
  /** [b, size] -> [b, classes] probabilities, on features as they are; dispose it. */
  model: tf.LayersModel;
  /** The mean loss at the end, penalty included. */
  loss: number;
  iterations: number;
  converged: boolean;
  /** How long fitting took, seconds. */
  seconds: number;
}

/**
 * Multinomial logistic regression, fitted to its one optimum with L-BFGS: no learning rate, no epochs, no seed.
 * Minimizes mean cross-entropy + |W|^2 / (2 C n) without a penalty on the biases, as scikit-learn's
 * `LogisticRegression(C=c)` does. With a `prior` W0 the penalty is on W - W0 instead.
 *
 * @param features row-major [n, size] float32
 * @throws Error when labels and features do not fit
 * @example const { model } = await fitSoftmaxRegression(train.features, labels, { classes: 120, c: 0.01 });
 */
export async function fitSoftmaxRegression(
  features: Float32Array,
  labels: Labels,
  options: SoftmaxRegressionOptions,
): Promise<SoftmaxRegression> {
  const { classes, c = 1, standardized = true, labelSmoothing = 0, prior } = options;
  const rows = labels.length;
  const size = features.length / rows;
  if (rows === 0 || !Number.isInteger(size))
    throw new Error(`expected features for ${rows} labels, received ${features.length} values`);
  checkLabels(labels, rows, classes);
  if (!(c > 0)) throw new Error(`expected c above 0, received ${c}`);
  const started = performance.now();
  const scale = standardized ? measureScale(features, size) : null;
  const x = tf.tensor2d(scale ? standardize(features, scale) : features, [rows, size]);
  const targets = tf.tensor2d(oneHot(labels, classes, labelSmoothing), [rows, classes]);
  const kernelLength = size * classes;
  const decay = 1 / (c * rows);
  const { maxIterations = 1000, tolerance = Math.min(1e-5, 1e-4 * decay) } = options;
  const start = startPoint(prior, scale, size, classes);

  async function lossAndGradient(point: Float64Array) {
    const results = tf.tidy(() => {
      const values = Float32Array.from(point);
      const kernel = tf.tensor2d(values.subarray(0, kernelLength), [size, classes]);
      const logits = tf.matMul(x, kernel).add(tf.tensor1d(values.subarray(kernelLength)));
      const shifted = logits.sub(tf.max(logits, 1, true));
      // log(1 + others) and not log(sum): where a row is nearly certain, float32 has no digits left beside the 1
      const top = tf.equal(shifted, 0);
      const others = tf.where(top, tf.zerosLike(shifted), tf.exp(shifted)).sum(1, true);
      const tied = tf.cast(top, 'float32').sum(1, true).sub(1);
      const logProbabilities = shifted.sub(tf.log1p(others.add(tied)));
      const difference = tf.exp(logProbabilities).sub(targets).div(rows) as tf.Tensor2D;
      return [
        tf.sum(tf.mul(targets, logProbabilities), 1),
        tf.matMul(x, difference, true, false),
        tf.sum(difference, 0),
      ];
    });
    const [likelihoods = [], kernelGradient = [], biasGradient = []] = await Promise.all(
      results.map((result) => result.data()),
    );
    tf.dispose(results);
    let value = 0;
    for (const likelihood of likelihoods) value -= likelihood / rows;
    const gradient = new Float64Array(point.length);
    for (let i = 0; i < kernelLength; i += 1) {
      const distance = (point[i] ?? 0) - (start[i] ?? 0);
      value += (decay / 2) * distance * distance;
      gradient[i] = (kernelGradient[i] ?? 0) + decay * distance;
    }
    gradient.set(biasGradient, kernelLength);
    return { value, gradient };
  }

  try {
    const found = await minimizeLbfgs(lossAndGradient, start, { maxIterations, tolerance });
    const model = buildHead({ featureSize: size, classes, hidden: 0, dropout: 0, seed: 0 });
    const layer = model.layers.at(-1);
    if (!layer) throw new Error('expected a head with a dense layer, received none');
    const values = Float32Array.from(found.point);
    const fitted = [
      tf.tensor2d(values.subarray(0, kernelLength), [size, classes]),
      tf.tensor1d(values.subarray(kernelLength)),
    ];
    layer.setWeights(fitted);
    tf.dispose(fitted);
    if (scale) foldScale(layer, scale);
    const { value: loss, iterations, converged } = found;
    return { model, loss, iterations, converged, seconds: (performance.now() - started) / 1000 };
  } finally {
    tf.dispose([x, targets]);
  }
}

/** The prior on standardized features, kernel before bias; zeros without one. */
function startPoint(
  prior: HeadPrior | undefined,
  scale: FeatureScale | null,
  size: number,
  classes: number,
): Float64Array {
  const start = new Float64Array(size * classes + classes);
  if (!prior) return start;
  if (prior.kernel.length !== size * classes || prior.bias.length !== classes)
    throw new Error(
      `expected a prior of ${size} x ${classes} weights, received ${prior.kernel.length} and ${prior.bias.length} biases`,
    );
  start.set(prior.kernel);
  start.set(prior.bias, size * classes);
  if (!scale) return start;
  for (let row = 0; row < size; row += 1)
    for (let label = 0; label < classes; label += 1) {
      start[size * classes + label] =
        (start[size * classes + label] ?? 0) + (scale.mean[row] ?? 0) * (start[row * classes + label] ?? 0);
      start[row * classes + label] = (start[row * classes + label] ?? 0) * (scale.deviation[row] ?? 0);
    }
  return start;
}
