import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openFeatureStore, readFeatures, rowsOfFiles, writeFeatures } from '../../lib/training/index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'features-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = (seed: number) => Float32Array.from({ length: 4 }, (_, i) => seed + i / 8);
const segments = () => readdirSync(folder).filter((name) => name.endsWith('.arrow'));

test('rows come back in any order, from waiting ones and from several segments', async () => {
  const store = await openFeatureStore(folder, { size: 4, segmentRows: 3 });
  for (let i = 0; i < 8; i += 1) await store.append(`k${i}`, row(i));
  await store.append('k3', row(99)); // there already
  assert.equal(segments().length, 2);
  assert.equal(store.count, 8);
  const again = await openFeatureStore(folder, { size: 4 });
  assert.equal(again.count, 6); // two rows were waiting
  assert.deepEqual(
    await store.read(['k7', 'k0', 'k3', 'k0']),
    Float32Array.from([7, 0, 3, 0].flatMap((i) => [...row(i)])),
  );
  assert.equal((await openFeatureStore(folder, { size: 4 })).count, 8);
  await assert.rejects(store.read(['absent']), /expected features under absent/);
  await assert.rejects(store.append('short', row(1).subarray(1)), /expected a row of 4 values, received 3/);
  await assert.rejects(openFeatureStore(folder, { size: 5 }), /expected rows of 5 values .* found 4/);
});

test('a segment that was cut off or altered is dropped, the others stay', async () => {
  const store = await openFeatureStore(folder, { size: 4, segmentRows: 2 });
  for (let i = 0; i < 6; i += 1) await store.append(`k${i}`, row(i));
  const [first = '', second = ''] = segments();
  truncateSync(join(folder, first), 300);
  const bytes = readFileSync(join(folder, second));
  const at = bytes.indexOf(Buffer.from(row(3).buffer)); // the row's own bytes
  bytes.writeUInt8(bytes.readUInt8(at + 1) ^ 1, at + 1);
  writeFileSync(join(folder, second), bytes);
  writeFileSync(join(folder, '000009-00000000.arrow.1-ab.tmp'), 'half');
  const again = await openFeatureStore(folder, { size: 4 });
  assert.deepEqual(again.damaged, [first, second]);
  assert.deepEqual(
    ['k0', 'k3', 'k4', 'k5'].map((key) => again.has(key)),
    [false, false, true, true],
  );
  assert.deepEqual(await again.read(['k5']), row(5));
});

test('writeFeatures keeps 8 bits of each row, and everything else', async () => {
  const path = join(folder, 'features.arrow');
  const table = {
    features: Float32Array.of(0, 0.5, 2, 0, 0, 0, 10, 5, 1),
    size: 3,
    files: ['a/1.jpg', 'a/2.jpg', 'b/ü.jpg'],
    breeds: ['a', 'a', 'b'],
    splits: ['train', null, 'test'] as ('train' | 'test' | null)[],
    source: 'three rows',
  };
  await writeFeatures(path, table, { recipe: 'by hand' });
  const back = await readFeatures(path);
  for (const [i, value] of table.features.entries())
    assert.ok(
      Math.abs((back.features[i] ?? Number.NaN) - value) <= (i < 3 ? 2 : 10) / 510 + 1e-6,
      `${i}: ${back.features[i]}`,
    );
  const { files, breeds, splits, source, metadata, size } = back;
  assert.deepEqual([files, breeds, splits], [table.files, table.breeds, table.splits]);
  assert.deepEqual([source, size], ['three rows', 3]);
  assert.equal(metadata.recipe, 'by hand');
  assert.deepEqual(rowsOfFiles(back, ['b/ü.jpg']).breeds, ['b']);
  assert.throws(() => rowsOfFiles(back, ['c.jpg']), /expected features of c.jpg/);
  truncateSync(path, 200);
  await assert.rejects(readFeatures(path), /is damaged or no table of features/);
  await assert.rejects(readFeatures(join(folder, 'none.arrow')), /found nothing readable \(ENOENT\)/);
  await assert.rejects(
    writeFeatures(path, { ...table, features: table.features.map((x) => -x) }),
    /not negative/,
  );
});
