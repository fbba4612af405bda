/** Class indexes 0..classes-1, one per example: an array or a typed array. */
export type Labels = ArrayLike<number>;

/**
 * Checks two columns of class indexes before they are counted.
 *
 * @throws Error for columns of different or no length, and for an index that is not a whole number in
 *   0..classes-1.
 * @example checkLabels([0, 1], [1, 1], 2);
 */
export function checkLabels(actual: Labels, predicted: Labels, classes: number): void {
  if (actual.length !== predicted.length)
    throw new Error(
      `expected one prediction per example, received ${predicted.length} predictions for ${actual.length} examples`,
    );
  checkColumn('actual', actual, classes);
  checkColumn('predicted', predicted, classes);
}

/**
 * Checks one column of class indexes, as {@link checkLabels} does.
 *
 * @throws Error for an empty column and for an index that is not a whole number in 0..classes-1.
 * @example checkColumn('actual', [0, 1, 2], 3);
 */
export function checkColumn(name: string, labels: Labels, classes: number): void {
  if (labels.length === 0) throw new Error(`expected at least one example, received none in ${name}`);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? Number.NaN;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new Error(
        `expected class indexes in 0..${classes - 1}, received ${label} at position ${i} of ${name}: was the list of classes shortened?`,
      );
  }
}

/**
 * Checks a table of scores against its labels.
 *
 * @param scores row-major [examples, classes].
 * @throws Error when `scores` does not hold `classes` values for each of `examples` examples.
 * @example checkScores(new Float32Array(6), 2, 3);
 */
export function checkScores(scores: ArrayLike<number>, examples: number, classes: number): void {
  if (scores.length !== examples * classes)
    throw new Error(
      `expected ${examples} x ${classes} = ${examples * classes} scores (row-major), received ${scores.length}`,
    );
}
