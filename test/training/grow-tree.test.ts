import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, type Random } from '../../lib/base/index';
import { growTree, type Tree } from '../../lib/training/classical/grow-tree';
import type { TreeRows } from '../../lib/training/classical/node-rows';

/** Breiman's tree as plainly as it can be written: every drawn row by itself, every split of every drawn feature. */
function plainTree({ bins, rows, size, labels, classes }: TreeRows, perSplit: number, random: Random): Tree {
  const feature: number[] = [];
  const bin: number[] = [];
  const left: number[] = [];
  const label: number[] = [];
  const pending: { at: number; sample: number[] }[] = [];
  const binOf = (row: number, column: number) => bins[column * rows + row] ?? -1;
  const countsOf = (sample: number[]) =>
    Array.from({ length: classes }, (_, c) => sample.filter((row) => labels[row] === c).length);
  const squares = (sample: number[]) =>
    countsOf(sample).reduce((sum, count) => sum + count * count, 0) / sample.length;
  const add = (sample: number[]) => {
    feature.push(-1);
    bin.push(0);
    left.push(-1);
    label.push(-1);
    pending.push({ at: feature.length - 1, sample });
    return feature.length - 1;
  };
  add(Array.from({ length: rows }, () => random.integer(rows)));
  for (let work = pending.pop(); work; work = pending.pop()) {
    const { at, sample } = work;
    const counts = countsOf(sample);
    let best = { score: Number.NEGATIVE_INFINITY, column: -1, limit: 0 };
    const tried = new Set<number>();
    const pure = counts.includes(sample.length);
    for (let looked = 0; !pure && looked < perSplit && tried.size < size; ) {
      const column = random.integer(size);
      if (tried.has(column)) continue;
      tried.add(column);
      const values = [...new Set(sample.map((row) => binOf(row, column)))].sort((a, b) => a - b);
      if (values.length < 2) continue;
      looked += 1;
      for (const limit of values.slice(0, -1)) {
        const below = sample.filter((row) => binOf(row, column) <= limit);
        const above = sample.filter((row) => binOf(row, column) > limit);
        const score = squares(below) + squares(above);
        if (score > best.score) best = { score, column, limit };
      }
    }
    if (best.column < 0) {
      label[at] = counts.indexOf(Math.max(...counts));
      continue;
    }
    feature[at] = best.column;
    bin[at] = best.limit;
    left[at] = add(sample.filter((row) => binOf(row, best.column) <= best.limit));
    add(sample.filter((row) => binOf(row, best.column) > best.limit));
  }
  return {
    feature: Int32Array.from(feature),
    bin: Uint8Array.from(bin),
    left: Int32Array.from(left),
    label: Int32Array.from(label),
  };
}

test('growTree grows the tree that the plainest reading of the algorithm grows', () => {
  const random = createRandom(4);
  for (let round = 0; round < 30; round += 1) {
    const rows = 1 + random.integer(round % 3 === 0 ? 160 : 40);
    const size = 1 + random.integer(12);
    const classes = 2 + random.integer(9);
    const most = round % 4 === 0 ? 256 : 1 + random.integer(20); // many bins, or few that many rows share
    const source: TreeRows = {
      bins: Uint8Array.from({ length: rows * size }, () => random.integer(most)),
      labels: Int32Array.from({ length: rows }, () => random.integer(classes)),
      ...{ rows, size, classes },
    };
    const perSplit = 1 + random.integer(size);
    const grown = growTree(source, perSplit, createRandom(round));
    assert.deepEqual(grown, plainTree(source, perSplit, createRandom(round)), `round ${round}`);
  }
});
