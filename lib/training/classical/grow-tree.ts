import type { Random } from '../../base/index';
import { NodeRows, type TreeRows } from './node-rows';

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

/**
 * Grows one classification tree to pure leaves on a bootstrap sample: at each node a few features, drawn at
 * random, and the split of least Gini impurity between their bins (Breiman 2001).
 *
 * @param featuresPerSplit how many features a node looks at
 */
export function growTree(source: TreeRows, featuresPerSplit: number, random: Random): Tree {
  const { bins, rows, size } = source;
  const weights = new Uint8Array(rows);
  for (let draw = 0; draw < rows; draw += 1) {
    const row = random.integer(rows);
    weights[row] = (weights[row] ?? 0) + 1;
  }
  // a row that was drawn twice weighs two: a third fewer rows to order
  const sample = Int32Array.from(weights.keys()).filter((row) => (weights[row] ?? 0) > 0);
  const feature: number[] = [];
  const bin: number[] = [];
  const left: number[] = [];
  const label: number[] = [];
  const node = new NodeRows(source, sample, weights);
  /** The node at which a feature was tried last. */
  const triedAt = new Int32Array(size).fill(-1);
  const pending: { at: number; from: number; to: number }[] = [];

  function addNode(from: number, to: number): number {
    feature.push(-1);
    bin.push(0);
    left.push(-1);
    label.push(-1);
    pending.push({ at: feature.length - 1, from, to });
    return feature.length - 1;
  }

  addNode(0, sample.length);
  for (let work = pending.pop(); work; work = pending.pop()) {
    const { at, from, to } = work;
    node.enter(from, to);
    let [best, bestBin, bestScore] = [-1, 0, Number.NEGATIVE_INFINITY];
    // as scikit-learn: features that do not vary here are not counted among the ones looked at
    for (let looked = 0, tried = 0; !node.pure && looked < featuresPerSplit && tried < size; ) {
      const candidate = random.integer(size);
      if (triedAt[candidate] === at) continue;
      triedAt[candidate] = at;
      tried += 1;
      if (!node.sortBy(candidate)) continue;
      looked += 1;
      if (!node.findSplit(bestScore)) continue;
      [best, bestBin, bestScore] = [candidate, node.splitBin, node.splitScore];
    }
    if (best < 0) {
      label[at] = node.commonest();
      continue;
    }
    const middle = partition(sample, from, to, bins.subarray(best * rows, (best + 1) * rows), bestBin);
    feature[at] = best;
    bin[at] = bestBin;
    left[at] = addNode(from, middle);
    addNode(middle, to);
  }
  return {
    feature: Int32Array.from(feature),
    bin: Uint8Array.from(bin),
    left: Int32Array.from(left),
    label: Int32Array.from(label),
  };
}

/** Puts rows with at most this bin first; says where the others begin. */
function partition(sample: Int32Array, from: number, to: number, column: Uint8Array, limit: number): number {
  let end = to;
  let i = from;
  while (i < end) {
    const row = sample[i] ?? 0;
    if ((column[row] ?? 0) <= limit) i += 1;
    else {
      end -= 1;
      sample[i] = sample[end] ?? 0;
      sample[end] = row;
    }
  }
  return i;
}
