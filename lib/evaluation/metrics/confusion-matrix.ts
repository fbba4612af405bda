import { elementAt } from '../../base/index';
import { checkLabels, type Labels } from './check-labels';

/**
 * Counts how often each class was predicted for each class.
 *
 * @param actual class indexes. @param predicted class indexes, one per example.
 * @param classes number of classes.
 * @returns [classes][classes] counts: rows are the actual, columns the predicted class
 *   (as `sklearn.metrics.confusion_matrix` with `labels=range(classes)`).
 * @throws Error for columns of different length or labels out of range.
 * @example confusionMatrix([0, 0, 1], [0, 1, 1], 2); // [[1, 1], [0, 1]]
 */
export function confusionMatrix(actual: Labels, predicted: Labels, classes: number): number[][] {
  checkLabels(actual, predicted, classes);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) {
    const row = elementAt(counts, elementAt(actual, i));
    const column = elementAt(predicted, i);
    row[column] = elementAt(row, column) + 1;
  }
  return counts;
}

/**
 * Shares of each actual class: every row divided by its sum, so that the diagonal is the recall. A row without
 * examples stays 0.
 *
 * @example normalizeRows([[1, 3], [0, 0]]); // [[0.25, 0.75], [0, 0]]
 */
export function normalizeRows(matrix: readonly number[][]): number[][] {
  return matrix.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
}
