/**
 * What is done to features before a head sees them.
 *
 * - `none`: as they are.
 * - `l2`: each row divided by its Euclidean norm.
 * - `sqrt-l2`: signed square root of each value, then `l2`: the power normalization of Perronnin et al. 2010, which
 *   tames the few features that are much larger than the rest.
 */
export type FeatureTransformName = 'none' | 'l2' | 'sqrt-l2';

/**
 * Transforms rows of features; the input stays as it is. A row of zeros stays zeros.
 *
 * @param features row-major [n, size]
 * @throws Error when the length is no multiple of `size`
 * @example transformFeatures(Float32Array.of(3, 4), 2, 'l2') // 0.6, 0.8
 */
export function transformFeatures(
  features: Float32Array,
  size: number,
  transform: FeatureTransformName,
): Float32Array {
  if (features.length % size !== 0)
    throw new Error(`expected rows of ${size} features, received ${features.length} values`);
  const result = Float32Array.from(features);
  if (transform === 'none') return result;
  if (transform === 'sqrt-l2')
    for (let i = 0; i < result.length; i += 1)
      result[i] = Math.sign(result[i]) * Math.sqrt(Math.abs(result[i]));
  for (let from = 0; from < result.length; from += size) {
    let sum = 0;
    for (let i = from; i < from + size; i += 1) sum += result[i] * result[i];
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let i = from; i < from + size; i += 1) result[i] *= scale;
  }
  return result;
}
