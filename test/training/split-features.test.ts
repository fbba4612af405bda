import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeatureTable, splitFeatures } from '../../lib/training/index';

const BREEDS = ['whippet', 'Saluki', 'borzoi'];
const rowOf = (file: string) => Number(/\d+/.exec(file)?.[0]);

/** 3 breeds x 20 photos; the one feature of a photo is its row number. */
function table(): FeatureTable {
  const rows = Array.from({ length: 60 }, (_, row) => row);
  return {
    features: Float32Array.from(rows),
    size: 1,
    files: rows.map((row) => `photo-${row}.jpg`),
    breeds: rows.map((row) => BREEDS[row % 3] ?? ''),
    splits: rows.map((row) => (row < 40 ? 'train' : 'test')),
    source: 'a test',
  };
}

test('a random split keeps 75 / 15 / 10 of every breed, features beside their labels and files', () => {
  const split = splitFeatures(table(), { protocol: 'random', seed: 3 });
  assert.deepEqual(split.breeds, ['Saluki', 'borzoi', 'whippet']);
  assert.deepEqual(
    [split.train, split.validation, split.test].map(({ labels }) => labels.length),
    [45, 9, 6],
  );
  const seen = new Set<string>();
  for (const part of [split.train, split.validation, split.test])
    for (const [index, file] of part.files.entries()) {
      const row = rowOf(file);
      assert.equal(part.features[index], row);
      assert.equal(split.breeds[part.labels[index] ?? -1], BREEDS[row % 3]);
      seen.add(file);
    }
  assert.equal(seen.size, 60);
});

test('the same seed cuts the same way, another one does not', () => {
  const files = (seed: number) => splitFeatures(table(), { protocol: 'random', seed }).test.files;
  assert.deepEqual(files(1), files(1));
  assert.notDeepEqual(files(1), files(2));
});

test('the official split leaves the test list alone and keeps only the wanted breeds', () => {
  const split = splitFeatures(table(), { protocol: 'official', breeds: ['borzoi', 'Saluki'], seed: 1 });
  assert.deepEqual(split.breeds, ['Saluki', 'borzoi']);
  const rows = split.test.files.map(rowOf).sort((a, b) => a - b);
  assert.deepEqual(
    rows,
    Array.from({ length: 20 }, (_, i) => 40 + i).filter((row) => row % 3 !== 0),
  );
  assert.equal(split.train.labels.length + split.validation.labels.length, 26);
});

test('unknown breeds and tables without breeds are refused by name', () => {
  assert.throws(() => splitFeatures(table(), { protocol: 'random', breeds: ['poodle'] }), /received poodle/);
  const { breeds, ...rest } = table();
  assert.ok(breeds);
  assert.throws(() => splitFeatures(rest, { protocol: 'random' }), /names breeds/);
});
