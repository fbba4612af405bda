import * as tf from '@tensorflow/tfjs';

/**
 * What is done to pooled features before a head sees them, to each network's by themselves:
 *
 * - `none`: as they are.
 * - `l2`: divided by their Euclidean norm.
 * - `sqrt-l2`: signed square root of each value, then `l2`: the power normalization of Perronnin et al. 2010, which
 *   tames the few features that are much larger than the rest.
 */
export type FeatureTransform = 'none' | 'l2' | 'sqrt-l2';

/**
 * Transforms rows of features; the input stays as it is. A row of zeros stays zeros.
 *
 * @param features row-major [n, size]
 * @param parts widths of the networks' features, which add up to `size`; default: one network
 * @throws Error when the length is no multiple of `size`, or the parts do not add up to it
 * @example transformFeatures(Float32Array.of(3, 4), 2, 'l2') // 0.6, 0.8
 */
export function transformFeatures(
  features: Float32Array,
  size: number,
  transform: FeatureTransform,
  parts: readonly number[] = [size],
): Float32Array {
  if (features.length % size !== 0)
    throw new Error(`expected rows of ${size} features, received ${features.length} values`);
  checkTransform(transform);
  checkParts(parts, size);
  const result = Float32Array.from(features);
  if (transform === 'none') return result;
  if (transform === 'sqrt-l2')
    for (const [i, value] of features.entries()) result[i] = Math.sign(value) * Math.sqrt(Math.abs(value));
  for (let row = 0; row < result.length; row += size) {
    let from = row;
    for (const width of parts) {
      const part = result.subarray(from, from + width);
      let sum = 0;
      for (const value of part) sum += value * value;
      const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
      for (const [i, value] of part.entries()) part[i] = value * scale;
      from += width;
    }
  }
  return result;
}

/**
 * The same as a computation on tensors, one network's features at a time.
 *
 * @param features [b, width]
 * @returns [b, width]; the input itself for `none`
 * @throws Error for an unknown transform
 */
export function transformTensor(features: tf.Tensor2D, transform: FeatureTransform): tf.Tensor2D {
  checkTransform(transform);
  if (transform === 'none') return features;
  const values = transform === 'l2' ? features : tf.mul(tf.sign(features), tf.sqrt(tf.abs(features)));
  return values.div(values.square().sum(1, true).sqrt().maximum(1e-12));
}

function checkTransform(transform: string): void {
  if (!['none', 'l2', 'sqrt-l2'].includes(transform))
    throw new Error(`expected the feature transform none, l2 or sqrt-l2, received ${transform}`);
}

function checkParts(parts: readonly number[], size: number): void {
  const sum = parts.reduce((a, b) => a + b, 0);
  if (sum !== size)
    throw new Error(`expected parts that add up to ${size} features, received ${parts.join(' + ')}`);
}
