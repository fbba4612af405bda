import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, elementAt } from '../../lib/base/index';
import { joinPairs, kFold, photoTable, splitGrouped } from '../../lib/dataset/index';

const sizes = ({ train, validation, test: held }: Record<'train' | 'validation' | 'test', unknown[]>) => [
  train.length,
  validation.length,
  held.length,
];

test("all of Stanford Dogs splits into the presentation's 15,394 / 3,025 / 2,161, also with groups", () => {
  const facts = photoTable();
  assert.deepEqual(sizes(splitGrouped(facts, { seed: 7 })), [15_394, 3_025, 2_161]);
  const random = createRandom(1);
  const pairs = Array.from({ length: 200 }, () => {
    const at = random.integer(facts.length - 1);
    return [elementAt(facts, at).file, elementAt(facts, at + 1).file] as const;
  });
  const groups = joinPairs(pairs);
  const rows = facts.map((fact) => ({ ...fact, group: groups.get(fact.file) }));
  const split = splitGrouped(rows, { seed: 7 });
  assert.deepEqual(sizes(split), [15_394, 3_025, 2_161]);
  const partOf = new Map(
    Object.entries(split).flatMap(([part, own]) =>
      (own as { file: string }[]).map(({ file }) => [file, part] as const),
    ),
  );
  for (const [a, b] of pairs) assert.equal(partOf.get(a), partOf.get(b), `${a} and ${b}`);
});

test('the same seed gives the same split, another seed another; each breed is in each part', () => {
  const facts = photoTable().slice(0, 3000);
  const files = (seed: number) => splitGrouped(facts, { seed }).test.map(({ file }) => file);
  assert.deepEqual(files(3), files(3));
  assert.notDeepEqual(files(3), files(4));
  const { test: held } = splitGrouped(facts, { seed: 3, rounding: 'largest remainder' });
  assert.equal(new Set(held.map(({ breed }) => breed)).size, new Set(facts.map(({ breed }) => breed)).size);
});

test('joinPairs joins chains, whichever way round', () => {
  const groups = joinPairs([
    ['d', 'c'],
    ['b', 'a'],
    ['c', 'b'],
    ['x', 'y'],
  ]);
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'x', 'y', 'z'].map((name) => groups.get(name)),
    ['a', 'a', 'a', 'a', 'x', 'x', undefined],
  );
});

test('kFold spreads each breed evenly and keeps groups together', () => {
  const rows = Array.from({ length: 103 }, (_, i) => ({
    breed: i % 3 === 0 ? 'a' : 'b',
    ...(i % 10 < 2 && { group: `pair ${Math.floor(i / 10)}` }),
  }));
  const foldOf = kFold(rows, { folds: 5, seed: 2 });
  assert.deepEqual(kFold(rows, { folds: 5, seed: 2 }), foldOf);
  for (const breed of ['a', 'b']) {
    const counts = [0, 1, 2, 3, 4].map(
      (fold) => rows.filter((row, i) => row.breed === breed && foldOf[i] === fold).length,
    );
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, `${breed}: ${counts}`);
  }
  for (let i = 0; i + 1 < rows.length; i += 10) assert.equal(foldOf[i], foldOf[i + 1]);
  assert.throws(() => kFold(rows, { folds: 1 }), /expected 2 to 103 folds, received 1/);
});

test('fractions that do not sum to 1 are refused', () => {
  assert.throws(() => splitGrouped([], { train: 0.5 }), /sum to 1, received 0.5, 0.15, 0.1/);
});
