import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { type Progress, runAhead } from '../../lib/base/index';
import { type Dataset, openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { decodeImage, marginBox } from '../../lib/image/index';
import { cacheFeatures, extractFeatures } from '../../lib/training/index';
import { killExtraction } from './kill-extraction';
import { meanColourBackbone } from './mean-colour';

let folder: string;
let dataset: Dataset;
before(async () => {
  await startEngine();
  folder = mkdtempSync(join(tmpdir(), 'extract-'));
  dataset = await openDataset();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Mean colours of a photo at 32 px, in ResNet50's channel order. */
async function meanColours(path: string): Promise<number[]> {
  const { data } = await decodeImage(path, { width: 32, height: 32 });
  const mean = (channel: number) =>
    data.reduce((sum, value, i) => sum + (i % 3 === channel ? value : 0), 0) / (data.length / 3);
  return [mean(2) - 103.939, mean(1) - 116.779, mean(0) - 123.68];
}

test("features are the network's, computed once, whatever the batch, without a leak", async () => {
  const backbone = meanColourBackbone();
  const part = { ...dataset, examples: dataset.examples.slice(0, 21) };
  const seen: Progress[] = [];
  const tensors = tf.memory().numTensors;
  const cacheFolder = join(folder, 'a');
  const table = await extractFeatures(part, backbone, {
    cacheFolder,
    batchSize: 8,
    onProgress: (p) => seen.push(p),
  });
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(
    table.files,
    part.examples.map((example) => example.file),
  );
  assert.deepEqual([table.size, table.computed], [3, 21]);
  for (const row of [0, 7, 8, 20]) {
    const expected = await meanColours(join(dataset.imagesFolder, table.files[row] ?? ''));
    for (const [i, value] of expected.entries())
      assert.ok(
        Math.abs((table.features[3 * row + i] ?? Number.NaN) - value) < 0.01,
        `${row}: ${table.features[3 * row + i]}, ${value}`,
      );
  }
  assert.deepEqual(
    seen.map(({ done }) => done),
    [0, 8, 16, 21],
  );
  assert.equal(seen.at(-1)?.secondsLeft, 0);

  const more = await extractFeatures({ ...dataset, examples: dataset.examples.slice(0, 25) }, backbone, {
    cacheFolder,
  });
  assert.equal(more.computed, 4);
  assert.deepEqual(more.features.subarray(0, 63), table.features);
  const flipped = await extractFeatures(part, backbone, { cacheFolder, views: 'flip' });
  assert.equal(flipped.computed, 21); // another recipe: nothing is shared
  // a mirror image has the same mean colours
  assert.ok(flipped.features.every((value, i) => Math.abs(value - (table.features[i] ?? Number.NaN)) < 1e-3));
  backbone.dispose();
});

test('stopped by a signal: what was computed is kept, the next run computes the others alone', async () => {
  const backbone = meanColourBackbone();
  const part = { ...dataset, examples: dataset.examples.slice(0, 40) };
  const options = { cacheFolder: join(folder, 'stopped'), batchSize: 8 };
  const stop = new AbortController();
  const onProgress = ({ done }: Progress) => done >= 16 && stop.abort();
  await assert.rejects(cacheFeatures(part, backbone, { ...options, signal: stop.signal, onProgress }), {
    name: 'Interrupted',
    message: 'stopped; kept: the features of 16 of 40 photos, which the next run finds',
  });
  const { computed, reused } = await cacheFeatures(part, backbone, options);
  assert.deepEqual([computed, reused], [24, 16]);
  backbone.dispose();
});

test('photos that cannot be read are quarantined, the others keep their rows', async () => {
  const root = join(folder, 'photos');
  const [a, b, c] = dataset.examples;
  assert.ok(a && b && c);
  for (const example of [a, b, c]) cpSync(join(dataset.imagesFolder, example.file), join(root, example.file));
  writeFileSync(join(root, b.file), 'not a photo any more');
  const broken = { ...dataset, imagesFolder: root, examples: [a, b, c] };
  const cacheFolder = join(folder, 'b');
  const backbone = meanColourBackbone();
  const table = await extractFeatures(broken, backbone, { cacheFolder });
  assert.deepEqual(table.files, [a.file, c.file]);
  assert.equal(table.quarantine.length, 1);
  const [{ file, reason } = { file: '', reason: '' }] = table.quarantine;
  assert.equal(file, b.file);
  assert.match(reason, /expected/);
  await assert.rejects(
    extractFeatures({ ...broken, examples: [b] }, backbone, { cacheFolder }),
    /found none: 1 photos/,
  );
  backbone.dispose();
});

test('a run that was killed goes on where it stopped, to the same features', async () => {
  const cacheFolder = join(folder, 'c');
  await killExtraction(cacheFolder);
  const backbone = meanColourBackbone();
  const { reused, computed } = await cacheFeatures(dataset, backbone, { cacheFolder });
  assert.ok(reused >= 8 && computed > 0, `${reused} reused, ${computed} computed`);
  assert.equal(reused + computed, dataset.examples.length);
  const resumed = await extractFeatures(dataset, backbone, { cacheFolder });
  const whole = await extractFeatures(dataset, backbone, { cacheFolder: join(folder, 'd') });
  assert.equal(resumed.computed, 0);
  assert.ok(resumed.features.every((value, i) => Math.abs(value - (whole.features[i] ?? Number.NaN)) < 1e-3));
  backbone.dispose();
});

test('runAhead keeps the order and never holds more than it may', async () => {
  let started = 0;
  let read = 0;
  let most = 0;
  const work = async (item: number) => {
    started += 1;
    most = Math.max(most, started - read);
    await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
    if (item === 5) throw new Error('five');
    return item * 2;
  };
  const values: (number | string)[] = [];
  for await (const outcome of runAhead(
    Array.from({ length: 30 }, (_, i) => i),
    work,
    4,
  )) {
    read += 1;
    values.push('error' in outcome ? outcome.error.message : outcome.value);
  }
  assert.deepEqual(
    values,
    Array.from({ length: 30 }, (_, i) => (i === 5 ? 'five' : i * 2)),
  );
  assert.ok(most <= 5, `${most} at once`);
});

test('marginBox takes the largest box and stays inside', () => {
  const small = { xmin: 0, ymin: 0, xmax: 0.2, ymax: 0.2 };
  const large = { xmin: 0.5, ymin: 0.25, xmax: 1, ymax: 0.75 };
  assert.deepEqual(marginBox([small, large], 0.1), { xmin: 0.45, ymin: 0.2, xmax: 1, ymax: 0.8 });
  assert.equal(marginBox([], 0.1), undefined);
});
