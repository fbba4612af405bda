/** One kind of mistake. */
export interface Confusion {
  /** Index of the actual class. */
  actual: number;
  /** Index of the class that was predicted in its place. */
  predicted: number;
  /** How often. */
  count: number;
  /** Share of the actual class's examples, 0..1. */
  share: number;
}

/**
 * The commonest mistakes of a confusion matrix: by count, then by share of the class, then in class order.
 *
 * @param matrix counts, rows actual, columns predicted.
 * @param limit how many at most, default 10.
 * @example mostConfused([[8, 2], [1, 9]]); // [{ actual: 0, predicted: 1, count: 2, share: 0.2 }, ...]
 */
export function mostConfused(matrix: readonly number[][], limit = 10): Confusion[] {
  const mistakes: Confusion[] = [];
  matrix.forEach((row, actual) => {
    const total = row.reduce((a, b) => a + b, 0);
    row.forEach((count, predicted) => {
      if (predicted !== actual && count > 0)
        mistakes.push({ actual, predicted, count, share: count / total });
    });
  });
  return mistakes.sort((a, b) => b.count - a.count || b.share - a.share).slice(0, limit);
}
