import type { Random } from '../../base/index';

/** A leaf of a regression tree: the box of the space that it stands for, and the mean of what lies in it. */
export interface Leaf {
  low: number[];
  high: number[];
  value: number;
}

/** Rows to learn from: `columns` numbers each, and a target. */
export interface RegressionRows {
  rows: readonly (readonly number[])[];
  targets: readonly number[];
}

const replaced = (list: readonly number[], at: number, value: number): number[] =>
  list.map((old, index) => (index === at ? value : old));

/**
 * Grows one regression tree to pure leaves on a bootstrap sample: at each node the split, over all columns, that
 * leaves the least squared error; between equal ones chance decides (as `RandomForestRegressor` of scikit-learn does with
 * its defaults).
 *
 * @param bounds of each column
 * @returns the leaves, which share out the whole space
 */
export function growRegressionTree(
  { rows, targets }: RegressionRows,
  bounds: readonly (readonly [low: number, high: number])[],
  random: Random,
): Leaf[] {
  const sample = rows.map(() => random.integer(rows.length));
  const leaves: Leaf[] = [];
  const target = (row: number) => targets[row] ?? 0;
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  const grow = (members: readonly number[], low: number[], high: number[]): void => {
    const first = target(members[0] ?? 0);
    const split = members.every((row) => target(row) === first) ? null : bestSplit(members);
    if (!split) {
      const value = members.reduce((sum, row) => sum + target(row), 0) / members.length;
      leaves.push({ low, high, value });
      return;
    }
    const { column, threshold } = split;
    grow(
      members.filter((row) => at(row, column) <= threshold),
      low,
      replaced(high, column, threshold),
    );
    grow(
      members.filter((row) => at(row, column) > threshold),
      replaced(low, column, threshold),
      high,
    );
  };
  const bestSplit = (members: readonly number[]) => {
    let best: { column: number; threshold: number } | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const column of random.shuffle(bounds.map((_, index) => index))) {
      const ordered = [...members].sort((a, b) => at(a, column) - at(b, column));
      const total = ordered.reduce((sum, row) => sum + target(row), 0);
      let before = 0;
      for (const [index, row] of ordered.slice(0, -1).entries()) {
        before += target(row);
        const [here, next] = [at(row, column), at(ordered[index + 1] ?? 0, column)];
        if (next <= here) continue;
        const [left, right] = [index + 1, ordered.length - index - 1];
        const error = -(before ** 2 / left + (total - before) ** 2 / right);
        if (error >= least - 1e-12) continue;
        least = error;
        best = { column, threshold: (here + next) / 2 };
      }
    }
    return best;
  };
  grow(
    sample,
    bounds.map(([low]) => low),
    bounds.map(([, high]) => high),
  );
  return leaves;
}
