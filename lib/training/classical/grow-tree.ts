import type { Random } from '../../base/index';

/** A decision tree in flat arrays; a node is an index, the root is 0. */
export interface Tree {
  /** Feature that a node asks about; -1 in a leaf. */
  feature: Int32Array;
  /** A row with at most this bin goes to `left`, others to `left + 1`. */
  bin: Uint8Array;
  left: Int32Array;
  /** The most frequent class among a leaf's rows; -1 in other nodes. */
  label: Int32Array;
}

/** What a tree is grown from. */
export interface TreeRows {
  /** Column-major [size, rows] bins 0..255. */
  bins: Uint8Array;
  rows: number;
  size: number;
  labels: Int32Array;
  classes: number;
}

/** More labels than there may be. */
const LABELS = 2 ** 20;

/**
 * Grows one classification tree to pure leaves on a bootstrap sample: at each node a few features, drawn at
 * random, and the split of least Gini impurity between their bins (Breiman 2001).
 *
 * @param featuresPerSplit how many features a node looks at
 */
export function growTree(
  { bins, rows, size, labels, classes }: TreeRows,
  featuresPerSplit: number,
  random: Random,
): Tree {
  const sample = Int32Array.from({ length: rows }, () => random.integer(rows));
  const feature: number[] = [];
  const bin: number[] = [];
  const left: number[] = [];
  const label: number[] = [];
  const ordered = new Int32Array(rows); // bin * LABELS + label
  const perBin = new Int32Array(257);
  const low = new Float64Array(classes);
  const pending: { node: number; from: number; to: number }[] = [];

  function addNode(from: number, to: number): number {
    feature.push(-1);
    bin.push(0);
    left.push(-1);
    label.push(-1);
    pending.push({ node: feature.length - 1, from, to });
    return feature.length - 1;
  }

  addNode(0, rows);
  for (let work = pending.pop(); work; work = pending.pop()) {
    const { node, from, to } = work;
    const counts = new Float64Array(classes);
    for (let i = from; i < to; i += 1) addOne(counts, labels[sample[i] ?? 0] ?? 0);
    const split = counts.some((count) => count === to - from) ? null : bestSplit(from, to, counts);
    if (!split) {
      label[node] = counts.indexOf(Math.max(...counts));
      continue;
    }
    const middle = partition(from, to, split.feature, split.bin);
    feature[node] = split.feature;
    bin[node] = split.bin;
    left[node] = addNode(from, middle);
    addNode(middle, to);
  }

  function bestSplit(
    from: number,
    to: number,
    counts: Float64Array,
  ): { feature: number; bin: number } | null {
    let best: { feature: number; bin: number } | null = null;
    let bestScore = Number.NEGATIVE_INFINITY;
    const tried = new Set<number>();
    // as scikit-learn: features that do not vary here are not counted among the ones looked at
    for (let looked = 0; looked < featuresPerSplit && tried.size < size; ) {
      const candidate = random.integer(size);
      if (tried.has(candidate)) continue;
      tried.add(candidate);
      if (!sortByBin(from, to, candidate * rows)) continue;
      looked += 1;
      const found = scan(counts, to - from);
      if (found.score > bestScore) {
        bestScore = found.score;
        best = { feature: candidate, bin: found.bin };
      }
    }
    return best;
  }

  /** Puts the rows' bins and labels into `ordered` by rising bin; false where there is one bin only. */
  function sortByBin(from: number, to: number, column: number): boolean {
    perBin.fill(0);
    for (let i = from; i < to; i += 1) addOne(perBin, (bins[column + (sample[i] ?? 0)] ?? 0) + 1);
    if (perBin[(bins[column + (sample[from] ?? 0)] ?? 0) + 1] === to - from) return false;
    for (let value = 1; value < 256; value += 1)
      perBin[value] = (perBin[value] ?? 0) + (perBin[value - 1] ?? 0);
    for (let i = from; i < to; i += 1) {
      const row = sample[i] ?? 0;
      const value = bins[column + row] ?? 0;
      ordered[perBin[value] ?? 0] = value * LABELS + (labels[row] ?? 0);
      addOne(perBin, value);
    }
    return true;
  }

  /** The split with the largest sum of squared class counts per row on both sides: the least Gini impurity. */
  function scan(counts: Float64Array, total: number): { score: number; bin: number } {
    low.fill(0);
    let lowSquares = 0;
    let highSquares = 0;
    for (const count of counts) highSquares += count * count;
    let score = Number.NEGATIVE_INFINITY;
    let at = 0;
    for (let i = 0; i < total - 1; i += 1) {
      const rowLabel = (ordered[i] ?? 0) % LABELS;
      lowSquares += 2 * (low[rowLabel] ?? 0) + 1;
      highSquares -= 2 * ((counts[rowLabel] ?? 0) - (low[rowLabel] ?? 0)) - 1;
      low[rowLabel] = (low[rowLabel] ?? 0) + 1;
      const value = Math.floor((ordered[i] ?? 0) / LABELS);
      if (value === Math.floor((ordered[i + 1] ?? 0) / LABELS)) continue;
      const found = lowSquares / (i + 1) + highSquares / (total - i - 1);
      if (found > score) {
        score = found;
        at = value;
      }
    }
    return { score, bin: at };
  }

  function partition(from: number, to: number, column: number, limit: number): number {
    let end = to;
    let i = from;
    while (i < end) {
      if ((bins[column * rows + (sample[i] ?? 0)] ?? 0) <= limit) i += 1;
      else {
        end -= 1;
        const row = sample[i] ?? 0;
        sample[i] = sample[end] ?? 0;
        sample[end] = row;
      }
    }
    return i;
  }

  return {
    feature: Int32Array.from(feature),
    bin: Uint8Array.from(bin),
    left: Int32Array.from(left),
    label: Int32Array.from(label),
  };
}

function addOne(counts: Float64Array | Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
