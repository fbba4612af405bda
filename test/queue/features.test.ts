import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { elementAt, fromRoot } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { cacheFeaturesOnQueue, extractFeatures } from '../../lib/training/index';
import { temporaryFolder } from '../support/temporary-folder';
import { meanColourBackbone } from '../training/mean-colour';
import { needsRedis, startRedis } from './support/redis';

test('features computed by two workers, one of them killed, are those of one process; a photo that went bad is quarantined', {
  ...needsRedis,
  timeout: 300_000,
}, async (t) => {
  const [redis, folder] = [await startRedis(t), await temporaryFolder(t)];
  await startEngine();
  const drawn = await openDataset();
  const images = join(folder, 'images');
  const examples = drawn.examples.slice(0, 150);
  for (const { file } of examples) cpSync(join(drawn.imagesFolder, file), join(images, file));
  const bad = elementAt(examples, 70);
  writeFileSync(join(images, bad.file), 'no picture any more');
  const dataset = { ...drawn, imagesFolder: images, examples };
  const backbone = meanColourBackbone();
  const start = (name: string) => {
    const child = spawn(
      process.execPath,
      [
        ...['--import', pathToFileURL(require.resolve('tsx')).href],
        fromRoot('test', 'queue', 'support', 'feature-worker-child.ts'),
        ...[redis.url, images, join(folder, name)],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    t.after(() => void child.kill('SIGKILL'));
    return child;
  };
  const first = start('a');
  first.stdout.once('data', () => setTimeout(() => first.kill('SIGKILL'), 100)); // before or amid its first shard
  start('b');
  const options = { url: redis.url, cacheFolder: join(folder, 'cache'), lockMs: 1500 };
  const { counts, quarantine } = await cacheFeaturesOnQueue(dataset, backbone, options);
  assert.deepEqual(
    quarantine.map(({ file }) => file),
    [bad.file],
  );
  assert.equal(counts.results, 3);
  const readable = { ...dataset, examples: examples.filter(({ file }) => file !== bad.file) };
  const table = await extractFeatures(readable, backbone, { cacheFolder: join(folder, 'cache') });
  assert.deepEqual([table.computed, table.files.length], [0, 149]);
  const alone = await extractFeatures(readable, backbone, { cacheFolder: join(folder, 'alone') });
  assert.equal(alone.computed, 149);
  assert.ok(
    table.features.every((value, i) => Math.abs(value - (alone.features[i] ?? Number.NaN)) < 0.01),
    'the child computes with another backend',
  );
  backbone.dispose();
});
