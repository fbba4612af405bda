import * as tf from '@tensorflow/tfjs';
import { measureScale, standardize } from '../features/standardize';
import { minimizeLbfgs } from '../heads/minimize-lbfgs';
import type { Labels } from '../labels';
import { type ClassicalModel, checkRows, countRows } from './classical-model';

/** Options of {@link fitLinearSvm}. */
export interface LinearSvmOptions {
  classes: number;
  /** Inverse strength of the penalty, as scikit-learn's `C`. Default 1. */
  c?: number;
  /** Divide features by their deviation. Default true. */
  standardized?: boolean;
  maxIterations?: number;
}

/**
 * Linear support vector machines, one against the rest, with the squared hinge loss: minimizes
 * |w|^2 / 2 + C sum max(0, 1 - y (w x + b))^2 for each class, the bias penalized like a weight, as scikit-learn's
 * `LinearSVC(C=c)` does; all classes at once by L-BFGS, the products on the engine.
 *
 * @param features row-major [n, size] float32
 * @throws Error when labels and features do not fit
 * @example const svm = await fitLinearSvm(train.features, labels, { classes: 20, c: 0.001 });
 */
export async function fitLinearSvm(
  features: Float32Array,
  labels: Labels,
  { classes, c = 1, standardized = true, maxIterations = 300 }: LinearSvmOptions,
): Promise<ClassicalModel> {
  const started = performance.now();
  const size = checkRows(features, labels, classes);
  const rows = labels.length;
  const scale = standardized ? measureScale(features, size) : null;
  const prepare = (values: Float32Array) => withOnes(scale ? standardize(values, scale) : values, size);
  const x = tf.tensor2d(prepare(features), [rows, size + 1]);
  const signs = new Float32Array(rows * classes).fill(-1);
  for (let row = 0; row < rows; row += 1) signs[row * classes + (labels[row] ?? 0)] = 1;
  const y = tf.tensor2d(signs, [rows, classes]);
  const shape: [number, number] = [size + 1, classes];

  async function lossAndGradient(point: Float64Array) {
    const results = tf.tidy(() => {
      const scores = tf.matMul(x, tf.tensor2d(Float32Array.from(point), shape));
      const short = tf.relu(tf.sub(1, scores.mul(y))) as tf.Tensor2D; // how far inside the margin
      return [tf.sum(tf.square(short), 1), tf.matMul(x, short.mul(y) as tf.Tensor2D, true, false)];
    });
    const [losses = [], slopes = []] = await Promise.all(results.map((result) => result.data()));
    tf.dispose(results);
    // divided by n, so that the tolerance does not depend on it
    let value = 0;
    for (const loss of losses) value += (c * loss) / rows;
    const gradient = new Float64Array(point.length);
    for (let i = 0; i < point.length; i += 1) {
      value += ((point[i] ?? 0) * (point[i] ?? 0)) / (2 * rows);
      gradient[i] = (point[i] ?? 0) / rows - (2 * c * (slopes[i] ?? 0)) / rows;
    }
    return { value, gradient };
  }

  let weights: Float32Array;
  try {
    const start = new Float64Array((size + 1) * classes);
    weights = Float32Array.from((await minimizeLbfgs(lossAndGradient, start, { maxIterations })).point);
  } finally {
    tf.dispose([x, y]);
  }

  async function predict(queries: Float32Array): Promise<Int32Array> {
    const count = countRows(queries, size);
    const output = tf.tidy(() => {
      const scores = tf.matMul(tf.tensor2d(prepare(queries), [count, size + 1]), tf.tensor2d(weights, shape));
      return tf.argMax(scores, 1);
    });
    const predicted = Int32Array.from(await output.data());
    output.dispose();
    return predicted;
  }
  return { name: 'linear SVM', classes, size, seconds: (performance.now() - started) / 1000, predict };
}

/** Rows with a 1 at their end, whose weight is the bias. */
function withOnes(rows: Float32Array, size: number): Float32Array {
  const count = rows.length / size;
  const result = new Float32Array(count * (size + 1)).fill(1);
  for (let row = 0; row < count; row += 1)
    result.set(rows.subarray(row * size, (row + 1) * size), row * (size + 1));
  return result;
}
