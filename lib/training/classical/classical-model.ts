import type { Labels } from '../labels';
import { checkLabels } from '../labels';

/** A classical classifier on features: the presentation's first perspective. It holds no tensors. */
export interface ClassicalModel {
  name: 'k-nearest neighbours' | 'linear SVM' | 'random forest';
  classes: number;
  /** Values in a row. */
  size: number;
  /** How long fitting took, seconds. */
  seconds: number;
  /**
   * Labels of rows of features.
   *
   * @param features row-major [n, size] float32
   * @throws Error when the length is no multiple of `size`
   */
  predict(features: Float32Array): Promise<Int32Array>;
}

/** Checks a classifier's training rows, and says how wide they are. @throws Error when they do not fit */
export function checkRows(features: Float32Array, labels: Labels, classes: number): number {
  const size = features.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(size))
    throw new Error(`expected features for ${labels.length} labels, received ${features.length} values`);
  checkLabels(labels, labels.length, classes);
  return size;
}

/** How many rows these are. @throws Error when the length is no multiple of `size` */
export function countRows(features: Float32Array, size: number): number {
  if (features.length % size !== 0)
    throw new Error(`expected rows of ${size} features, received ${features.length} values`);
  return features.length / size;
}
