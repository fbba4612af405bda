import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import { openCatalogue } from '../../lib/catalogue/index';
import { planShards } from '../../lib/catalogue/store/plan-shards';
import { temporaryFolder } from '../support/temporary-folder';

/** Files of some roots, whose numbers alternate as several scans leave them; some wait. */
async function randomCatalogue(t: Parameters<typeof temporaryFolder>[0], seed: number) {
  const random = createRandom(seed);
  const catalogue = openCatalogue(join(await temporaryFolder(t), 'catalogue.sqlite'));
  t.after(() => catalogue.close());
  const { db } = catalogue;
  const insert = db.prepare(
    'insert into file (root, folder, name, size, mtime, state, first_run, last_run) values (?, ?, ?, 1, 1, ?, 1, 1)',
  );
  const states = ['pending', 'pending', 'done', 'failed', 'gone'];
  const roots = 1 + random.integer(4);
  const files = random.integer(400);
  db.transaction(() => {
    for (let i = 0; i < files; i++)
      insert.run(`root ${random.integer(roots)}`, '', `${i}.jpg`, states[random.integer(states.length)]);
  })();
  const pending = db.prepare("select id from file where state = 'pending' order by id").pluck();
  return { catalogue, size: 1 + random.integer(64), pending: () => pending.all() as number[] };
}

test('every file that waits is in exactly one shard, of its own root and no larger than asked', async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const { catalogue, size, pending } = await randomCatalogue(t, seed);
    const shards = [...planShards(catalogue, 'm', size)];
    const planned = shards.flatMap(({ files }) => files.map(({ id }) => id));
    assert.deepEqual(
      planned.sort((a, b) => a - b),
      pending(),
      `seed ${seed}`,
    );
    const rootOf = catalogue.db.prepare('select root from file where id = ?').pluck();
    for (const { root, files } of shards) {
      assert.ok(files.length > 0 && files.length <= size);
      for (const { id } of files) assert.deepEqual(rootOf.all(id), [root]);
    }
    assert.deepEqual([...planShards(catalogue, 'm', size)], shards, 'the same catalogue, the same shards');
  }
});

test('files that are written while shards are still taken do not move the rest', async (t) => {
  const { catalogue, size, pending } = await randomCatalogue(t, 99);
  const all = pending();
  const done = catalogue.db.prepare("update file set state = 'done' where id = ?");
  const planned: number[] = [];
  for (const { files } of planShards(catalogue, 'm', size))
    for (const { id } of files) {
      planned.push(id);
      done.run(id);
    }
  assert.deepEqual(
    planned.sort((a, b) => a - b),
    all,
  );
  assert.deepEqual(pending(), []);
});
