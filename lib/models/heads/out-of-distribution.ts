import type { OutOfDistributionRule } from '../saved/classifier-metadata';

/**
 * Divides each row by its Euclidean norm; a row of zeros stays.
 *
 * @param rows row-major [n, size]
 * @returns a new array of the same shape
 * @example unitRows([3, 4], 2) // [0.6, 0.8]
 */
export function unitRows(rows: ArrayLike<number>, size: number): Float32Array {
  const result = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += size) {
    let square = 0;
    for (let i = start; i < start + size; i++) square += (rows[i] ?? 0) * (rows[i] ?? 0);
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = start; i < start + size; i++) result[i] = (rows[i] ?? 0) * scale;
  }
  return result;
}

/**
 * Mean direction of each class: the mean of its unit-length features, brought to unit length again.
 *
 * @param features row-major [n, size]
 * @param labels n class indices
 * @returns row-major [classes, size]; a class without examples is a row of zeros
 */
export function classMeans(
  features: ArrayLike<number>,
  size: number,
  labels: ArrayLike<number>,
  classes: number,
): Float32Array {
  const unit = unitRows(features, size);
  const means = new Float32Array(classes * size);
  for (const [row, label] of Array.from(labels).entries()) {
    const mean = means.subarray(label * size, (label + 1) * size);
    for (const [i, value] of unit.subarray(row * size, (row + 1) * size).entries())
      mean[i] = (mean[i] ?? 0) + value;
  }
  return unitRows(means, size);
}

/**
 * How strange pictures look to a classifier: 1 - the largest cosine between their features and the classes' means.
 *
 * @param features row-major [n, size]
 * @param means row-major [classes, size], unit rows, as {@link classMeans} gives them
 * @returns n scores, 0 (on a class mean) .. 2
 */
export function strangeness(
  features: ArrayLike<number>,
  size: number,
  means: ArrayLike<number>,
): Float64Array {
  const unit = unitRows(features, size);
  const rows = unit.length / size;
  const classes = means.length / size;
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = -1;
    for (let c = 0; c < classes; c++) {
      let cosine = 0;
      for (let i = 0; i < size; i++) cosine += (unit[row * size + i] ?? 0) * (means[c * size + i] ?? 0);
      best = Math.max(best, cosine);
    }
    scores[row] = 1 - best;
  }
  return scores;
}

/** Float32 numbers as base64 of their little-endian bytes, for metadata.json. */
export const encodeFloats = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

/**
 * The class means that a rule carries.
 *
 * @throws Error when their number is not a whole number of means
 */
export function decodeMeans(rule: OutOfDistributionRule): Float32Array {
  const bytes = Buffer.from(rule.means, 'base64');
  if (bytes.length === 0 || bytes.length % (4 * rule.size) !== 0)
    throw new Error(`expected means of ${rule.size} float32 numbers, received ${bytes.length} bytes`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}
