import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import { xoshiro128 } from '../../lib/base/numbers/random';
import { photoTable, splitOfficial, splitRandom } from '../../lib/dataset/index';
import { shareOut } from '../../lib/dataset/splits/split';

test('xoshiro128** gives the numbers of its C source', () => {
  const next = xoshiro128(Int32Array.of(1, 2, 3, 4)); // recipe: test/golden/dataset/xoshiro.c
  const numbers = Array.from({ length: 1000 }, next);
  assert.deepEqual(
    numbers.slice(0, 8),
    [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849],
  );
  assert.equal(numbers[999], 3170714187);
});

test('createRandom: uniform, normal, whole numbers, shuffle', () => {
  const random = createRandom(1);
  const n = 100_000;
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const uniform = Array.from({ length: n }, random.next);
  assert.ok(uniform.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(mean(uniform) - 0.5) < 4 * Math.sqrt(1 / 12 / n));
  const normal = Array.from({ length: n }, random.normal);
  assert.ok(Math.abs(mean(normal)) < 4 / Math.sqrt(n));
  assert.ok(Math.abs(mean(normal.map((value) => value ** 2)) - 1) < 4 * Math.sqrt(2 / n));
  assert.ok(Math.abs(mean(normal.map((value) => Number(Math.abs(value) < 1.96))) - 0.95) < 0.003);
  const counts = new Array(7).fill(0);
  for (let i = 0; i < n; i++) counts[random.integer(7)]++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - n / 7) ** 2 / (n / 7), 0);
  assert.ok(chiSquare < 22.46, `chi-square ${chiSquare}`); // 0.999 quantile with 6 degrees of freedom
  const items = [1, 2, 3, 4, 5];
  assert.deepEqual([...random.shuffle(items)].sort(), items);
  assert.deepEqual(items, [1, 2, 3, 4, 5]);
  assert.deepEqual(createRandom(5).shuffle(items), createRandom(5).shuffle(items));
  assert.notEqual(createRandom(5).next(), createRandom(6).next());
  assert.throws(() => createRandom(0.5), /expected a whole number as seed, received 0\.5/);
  assert.throws(() => random.integer(0), /received 0/);
});

test('shareOut: largest remainder, at least one each', () => {
  assert.deepEqual(shareOut(10, [0.75, 0.15, 0.1]), [8, 1, 1]);
  assert.deepEqual(shareOut(20, [0.75, 0.15, 0.1]), [15, 3, 2]);
  assert.deepEqual(shareOut(3, [0.75, 0.15, 0.1]), [1, 1, 1]);
  assert.deepEqual(shareOut(2, [0.75, 0.15, 0.1]), [2, 0, 0]);
  assert.deepEqual(shareOut(7, [1, 0]), [7, 0]);
});

test('splitRandom: 75 / 15 / 10 in each breed, every photo once, repeatable', () => {
  const photos = photoTable();
  const { train, validation, test } = splitRandom(photos, { seed: 3 });
  assert.equal(new Set([...train, ...validation, ...test].map(({ file }) => file)).size, 20_580);
  assert.ok(Math.abs(train.length / 20_580 - 0.75) < 0.003);
  assert.ok(Math.abs(validation.length / 20_580 - 0.15) < 0.003);
  const inBreed = (rows: typeof photos, breed: string) => rows.filter((row) => row.breed === breed).length;
  assert.deepEqual(
    [train, validation, test].map((rows) => inBreed(rows, 'Chihuahua')),
    [114, 23, 15], // of 152
  );
  assert.deepEqual(splitRandom(photos, { seed: 3 }).test, test);
  assert.notDeepEqual(splitRandom(photos, { seed: 4 }).test, test);
  assert.throws(() => splitRandom(photos, { train: 0.9 }), /sum to 1, received 0\.9, 0\.15, 0\.1/);
});

test('splitOfficial: validation is carved from train, test stays as it is', () => {
  const photos = photoTable();
  const { train, validation, test, unlisted } = splitOfficial(photos, { validation: 0.15, seed: 1 });
  assert.deepEqual([train.length, validation.length, test.length, unlisted.length], [10_200, 1800, 8580, 0]);
  assert.ok([...train, ...validation].every(({ split }) => split === 'train'));
  assert.ok(test.every(({ split }) => split === 'test'));
  assert.equal(new Set([...train, ...validation].map(({ file }) => file)).size, 12_000);
  assert.equal(splitOfficial(photos, { validation: 0 }).validation.length, 0);
  const rest = [
    { breed: 'a', split: null },
    { breed: 'a', split: 'train' as const },
  ];
  assert.equal(splitOfficial(rest).unlisted.length, 1);
  assert.throws(
    () => splitOfficial([{ breed: 'a', split: null }]),
    /expected photos that an official list names/,
  );
});

test('near copies: a group is in one part, across breeds too; parts keep their sizes; without groups nothing changes', () => {
  const photos = photoTable().slice(0, 4000);
  const breeds = [...new Set(photos.map(({ breed }) => breed))];
  const of = (breed: number, index: number) =>
    photos.filter((photo) => photo.breed === breeds[breed])[index]?.file ?? '';
  const groups = new Map<string, string>();
  for (let i = 0; i < 60; i++) {
    const name = `group ${i}`;
    for (const file of [of(i % 8, 2 * i), of(i % 8, 2 * i + 1), of(8 + (i % 5), i)]) groups.set(file, name);
  }
  const rows = photos.map((photo) => ({ ...photo, group: groups.get(photo.file) }));
  for (let seed = 0; seed < 5; seed++) {
    const split = splitRandom(rows, { seed });
    const parts = [split.train, split.validation, split.test];
    const seen = new Map<string, number>();
    for (const [part, own] of parts.entries())
      for (const { group } of own)
        if (group)
          assert.equal(seen.set(group, seen.get(group) ?? part).get(group), part, `${group} is torn`);
    assert.equal(new Set(seen.values()).size, 3, 'groups are in all parts');
    assert.equal(new Set(parts.flat().map(({ file }) => file)).size, photos.length);
    const plain = splitRandom(photos, { seed });
    assert.ok(Math.abs(split.test.length - plain.test.length) < 0.02 * photos.length);
    assert.deepEqual(splitRandom(photos.map((photo) => ({ ...photo, group: undefined })), { seed }).test.map(({ file }) => file), plain.test.map(({ file }) => file)); // biome-ignore format: one check
    const official = splitOfficial(rows, { seed });
    const held = new Set(
      official.validation.map(({ group, breed }) => group && `${group} ${breed}`).filter(Boolean),
    );
    assert.ok(held.size > 0);
    assert.ok(
      !official.train.some(({ group, breed }) => held.has(`${group} ${breed}`)),
      'torn by validation',
    );
    assert.deepEqual(official.test.map(({ file }) => file).sort(), splitOfficial(photos, { seed }).test.map(({ file }) => file).sort()); // biome-ignore format: one check
  }
});
