import * as tf from '@tensorflow/tfjs';

/** Mean and standard deviation of each feature over the training rows. */
export interface FeatureScale {
  mean: Float32Array;
  /** 1 where a feature does not vary. */
  deviation: Float32Array;
}

/** Mean and population standard deviation of each column, as scikit-learn's `StandardScaler`. */
export function measureScale(features: Float32Array, size: number): FeatureScale {
  const rows = features.length / size;
  const sums = new Float64Array(size);
  for (let from = 0; from < features.length; from += size)
    for (const [i, value] of features.subarray(from, from + size).entries()) sums[i] = (sums[i] ?? 0) + value;
  const mean = sums.map((sum) => sum / rows);
  const squares = new Float64Array(size);
  for (let from = 0; from < features.length; from += size)
    for (const [i, value] of features.subarray(from, from + size).entries())
      squares[i] = (squares[i] ?? 0) + (value - (mean[i] ?? 0)) ** 2;
  const deviation = squares.map((sum) => (sum > 1e-20 * rows ? Math.sqrt(sum / rows) : 1));
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** (features - mean) / deviation, a new array. */
export function standardize(features: Float32Array, { mean, deviation }: FeatureScale): Float32Array {
  const size = mean.length;
  const result = new Float32Array(features.length);
  for (let from = 0; from < features.length; from += size)
    for (let column = 0; column < size; column += 1)
      result[from + column] =
        ((features[from + column] ?? 0) - (mean[column] ?? 0)) / (deviation[column] ?? 1);
  return result;
}

/**
 * Folds the scale that a head was trained with into its first dense layer, so that it takes features as they are:
 * kernel' = kernel / deviation, bias' = bias - mean kernel'.
 *
 * @param layer the dense layer that the features enter; changed in place
 */
export function foldScale(layer: tf.layers.Layer, { mean, deviation }: FeatureScale): void {
  const folded = tf.tidy(() => {
    const [kernel, bias] = layer.getWeights();
    if (!kernel || !bias) throw new Error(`expected a dense layer with a bias, received ${layer.name}`);
    const scaled = kernel.div(tf.tensor2d(deviation, [deviation.length, 1])) as tf.Tensor2D;
    const shift = tf.matMul(tf.tensor2d(mean, [1, mean.length]), scaled).reshape([-1]);
    return [scaled, bias.sub(shift)];
  });
  layer.setWeights(folded);
  tf.dispose(folded);
}
