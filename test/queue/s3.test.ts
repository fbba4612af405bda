import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { addRoot, indexCollection, openCatalogue, queueRunner } from '../../lib/catalogue/index';
import { photo } from '../catalogue/support/collection';
import { meanColourClassifier } from '../catalogue/support/mean-colour-classifier';
import { awsVariables, needsS3, startS3 } from '../catalogue/support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';
import { startRedis } from './support/redis';
import { LOCK_MS, SHARD, startChild, withRedis } from './support/setting';

const PHOTOS = 160;

test('a bucket on several machines: a worker killed, one whom the bucket refuses; one row for each photo, no secret on the way', {
  ...withRedis,
  skip: withRedis.skip || needsS3.skip,
}, async (t) => {
  const [redis, s3, folder] = [await startRedis(t), await startS3(t), await temporaryFolder(t)];
  for (let i = 0; i < PHOTOS; i++) await s3.put(`2026/${i % 3}/${i}.jpg`, await photo([i % 250, 100, 50], i));
  const monitor = spawn('redis-cli', ['-p', `${redis.port}`, 'monitor'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void monitor.kill());
  let commands = '';
  monitor.stdout.on('data', (chunk) => {
    commands += chunk;
  });
  await once(monitor.stdout, 'data');
  const worker = (name: string, env = {}) =>
    startChild(
      t,
      'worker-child.ts',
      [redis.url, 's3://photos/2026', '--name', name, '--slow', '200'],
      [],
      env,
    );
  const killed = worker('killed');
  const refused = worker('refused', awsVariables(s3.url, s3.stranger));
  void refused.ended.then(() => worker('other'));
  const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
  t.after(() => catalogue.close());
  const classifier = meanColourClassifier();
  const shards = new Map<string, number>();
  const runner = queueRunner({
    ...{ url: redis.url, model: classifier.id, lockMs: LOCK_MS, giveUpMs: 30_000 },
    onCounts({ workers }) {
      for (const [name, n] of workers) shards.set(name, n);
      if (shards.has('killed')) killed.process.kill('SIGKILL');
    },
  });
  const summary = await indexCollection(catalogue, [addRoot(catalogue, 'photos=s3://photos/2026')], {
    ...{ classifier, runner, shardSize: SHARD },
  });
  t.diagnostic(`shards by worker: ${[...shards].map(([name, n]) => `${name} ${n}`).join(', ')}`);
  assert.equal(await killed.ended, 'SIGKILL');
  assert.equal(await refused.ended, 1);
  assert.match(refused.output(), /s3:\/\/photos\/2026 can no longer be read: expected to be allowed to list/);
  assert.deepEqual([...shards.keys()].sort(), ['killed', 'other']);
  assert.deepEqual([summary.files.added, summary.computed, summary.failedNow], [PHOTOS, PHOTOS, 0]);
  const value = (sql: string) => catalogue.db.prepare(sql).pluck().all()[0];
  assert.equal(value("select count(*) from file where state = 'done' and etag is not null"), PHOTOS);
  assert.equal(value('select count(*) from prediction'), value('select count(*) from photo'));
  assert.match(commands, /0\.jpg/);
  for (const { key, secret } of [s3.owner, s3.stranger])
    for (const text of [key, secret]) assert.ok(!`${commands}${refused.output()}`.includes(text));
  const again = await indexCollection(catalogue, [addRoot(catalogue, 'photos=s3://photos/2026')], {
    classifier,
  });
  assert.deepEqual([again.files.unchanged, again.computed], [PHOTOS, 0]);
});
