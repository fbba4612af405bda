import type { Random } from '../dataset/index';

/** A decision tree in flat arrays; a node is an index, the root is 0. */
export interface Tree {
  /** Feature that a node asks about; -1 in a leaf. */
  feature: Int32Array;
  /** A row with at most this bin goes to `left`, others to `left + 1`. */
  bin: Uint8Array;
  left: Int32Array;
  /** Share of each class among a node's rows, row-major [nodes, classes]; zeros except in leaves. */
  shares: Float32Array;
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

/**
 * Grows one classification tree to pure leaves on a bootstrap sample: at each node a few features, drawn at
 * random, and the split of least Gini impurity over their histograms (Breiman 2001).
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
  const shares: Float32Array[] = [];
  const none = new Float32Array(classes);
  const histogram = new Float64Array(256 * classes);
  const pending: { node: number; from: number; to: number }[] = [];

  function addNode(from: number, to: number): number {
    feature.push(-1);
    bin.push(0);
    left.push(-1);
    shares.push(none);
    pending.push({ node: feature.length - 1, from, to });
    return feature.length - 1;
  }

  addNode(0, rows);
  for (let work = pending.pop(); work; work = pending.pop()) {
    const { node, from, to } = work;
    const counts = new Float64Array(classes);
    for (let i = from; i < to; i += 1) counts[labels[sample[i]]] += 1;
    const split = counts.some((count) => count === to - from) ? null : bestSplit(from, to, counts);
    if (!split) {
      shares[node] = Float32Array.from(counts, (count) => count / (to - from));
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
      let lowest = 255;
      let highest = 0;
      const column = candidate * rows;
      for (let i = from; i < to; i += 1) {
        const value = bins[column + sample[i]];
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
        histogram[value * classes + labels[sample[i]]] += 1;
      }
      if (lowest < highest) {
        looked += 1;
        const found = scan(lowest, highest, counts, to - from);
        if (found.score > bestScore) {
          bestScore = found.score;
          best = { feature: candidate, bin: found.bin };
        }
      }
      histogram.fill(0, lowest * classes, (highest + 1) * classes);
    }
    return best;
  }

  /** The split with the largest sum of squared class counts per row on both sides: the least Gini impurity. */
  function scan(lowest: number, highest: number, counts: Float64Array, total: number) {
    const low = new Float64Array(classes);
    let lowRows = 0;
    let lowSquares = 0;
    let highSquares = counts.reduce((sum, count) => sum + count * count, 0);
    let score = Number.NEGATIVE_INFINITY;
    let at = lowest;
    for (let value = lowest; value < highest; value += 1) {
      for (let label = 0; label < classes; label += 1) {
        const moved = histogram[value * classes + label];
        if (moved === 0) continue;
        const high = counts[label] - low[label];
        lowSquares += moved * (2 * low[label] + moved);
        highSquares -= moved * (2 * high - moved);
        low[label] += moved;
        lowRows += moved;
      }
      const found = lowSquares / lowRows + highSquares / (total - lowRows);
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
      if (bins[column * rows + sample[i]] <= limit) i += 1;
      else {
        end -= 1;
        [sample[i], sample[end]] = [sample[end], sample[i]];
      }
    }
    return i;
  }

  const flat = new Float32Array(shares.length * classes);
  for (const [node, row] of shares.entries()) flat.set(row, node * classes);
  return {
    feature: Int32Array.from(feature),
    bin: Uint8Array.from(bin),
    left: Int32Array.from(left),
    shares: flat,
  };
}
