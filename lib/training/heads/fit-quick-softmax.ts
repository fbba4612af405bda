import type { Labels } from '../labels';
import { SOFTMAX_C } from './fit-named-head';
import { fitSoftmaxRegression, type SoftmaxRegression } from './fit-softmax-regression';

/** Enough that answers no longer change; probabilities still move a little. */
const ITERATIONS = 60;

/**
 * Softmax regression with the penalty of notebook 05's head and fewer iterations: for experiments that fit many of them
 * (folds, learning curves, ablations) and ask for answers.
 *
 * @param features row-major [n, size]
 * @param labels one class a row, 0..classes - 1
 * @throws Error for features and labels that do not fit each other
 * @example const { model } = await fitQuickSoftmax(train.features, train.labels, breeds.length);
 */
export const fitQuickSoftmax = (
  features: Float32Array,
  labels: Labels,
  classes: number,
): Promise<SoftmaxRegression> =>
  fitSoftmaxRegression(features, labels, { classes, c: SOFTMAX_C, maxIterations: ITERATIONS });
