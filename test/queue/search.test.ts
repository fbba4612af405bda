import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot, writableData } from '../../lib/base/index';
import { openDataset } from '../../lib/dataset/index';
import { openScratchTables, repeatScratch, searchScratch } from '../../lib/experiments/index';
import { readTrials, type Trial } from '../../lib/training/index';
import { photo } from '../catalogue/support/collection';
import { DRAWN_SEARCH } from '../experiments/drawn-search';
import { temporaryFolder } from '../support/temporary-folder';
import { startRedis } from './support/redis';
import { type Child, startChild, withRedis } from './support/setting';

const { data, options } = DRAWN_SEARCH;
/** A queue as the children have it: short locks, so that a death is noticed soon. */
const queueAt = (url: string) => ({ url, lockMs: 1500, giveUpMs: 20_000 });

const rows = (trials: readonly Trial[]) => trials.map(({ seconds, ...row }) => row);
let alone: ReturnType<typeof rows>;

before(async () => {
  if (withRedis.skip) return;
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-search-'));
  const { trials } = await searchScratch(data, { ...options, workers: 2, path: join(folder, 'alone.arrow') });
  rmSync(folder, { recursive: true });
  alone = rows(trials);
});

interface Setting {
  folder: string;
  worker(url: string, name: string, own?: object): Child;
}

async function makeSetting(t: TestContext): Promise<Setting> {
  const folder = await temporaryFolder(t);
  return {
    folder,
    worker: (url, name, own = data) =>
      startChild(t, 'training-child.ts', [url, join(folder, name), JSON.stringify(own)]),
  };
}

test(
  'a search by two workers, one of them killed in the middle of a trial, is the search of one machine',
  withRedis,
  async (t) => {
    const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
    const path = join(folder, 'search.arrow');
    const first = worker(redis.url, 'first');
    const running = searchScratch(data, { ...options, path, workers: queueAt(redis.url) });
    await first.says(/done/);
    for (; !readdirSync(join(folder, 'first')).some((name) => name.startsWith('training-')); await sleep(5));
    first.process.kill('SIGKILL');
    await first.ended;
    assert.ok(readdirSync(join(folder, 'first')).length > 0, 'it was killed with an epoch behind it');
    worker(redis.url, 'second');
    worker(redis.url, 'first'); // started again, it goes on with what it had
    const { trials, about } = await running;
    assert.deepEqual(rows(trials), alone);
    assert.ok(!existsSync(`${path}.checkpoints`));
    assert.ok(!JSON.stringify(about).includes('redis'));
  },
);

test(
  'the coordinator killed -9: called again, it goes on from its table, on the queue or alone',
  withRedis,
  async (t) => {
    const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
    const path = join(folder, 'search.arrow');
    const coordinator = startChild(t, 'training-child.ts', [
      redis.url,
      path,
      JSON.stringify(data),
      '--search',
    ]);
    worker(redis.url, 'w');
    await coordinator.says(/trial \d+ 1\n(.|\n)*trial/);
    coordinator.process.kill('SIGKILL');
    await coordinator.ended;
    const known = (await readTrials(path)).trials.filter(({ losses }) => losses.length > 0).length;
    assert.ok(known >= 2 && known < alone.length, `${known} of ${alone.length} trials were known`);
    cpSync(path, join(folder, 'copy.arrow'));
    cpSync(`${path}.checkpoints`, join(folder, 'copy.arrow.checkpoints'), { recursive: true });
    const { trials } = await searchScratch(data, { ...options, path, workers: queueAt(redis.url) });
    assert.deepEqual(rows(trials), alone);
    const without = await searchScratch(data, { ...options, path: join(folder, 'copy.arrow'), workers: 2 });
    assert.deepEqual(rows(without.trials), alone);
  },
);

test('Redis that stays away ends the search with a message; no trial fails by it', withRedis, async (t) => {
  const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
  const path = join(folder, 'search.arrow');
  worker(redis.url, 'w');
  let killed: Promise<void> | undefined;
  const onTrial = () => {
    killed ??= redis.kill();
  };
  const queue = { ...queueAt(redis.url), giveUpMs: 2000 };
  await assert.rejects(
    searchScratch(data, { ...options, path, workers: queue, onTrial }),
    /had no connection for \d+ s/,
  );
  await killed;
  const { trials } = await readTrials(path);
  assert.ok(trials.some(({ losses }) => losses.length > 0));
  assert.ok(trials.every(({ outcome, error }) => outcome !== 'failed' && error === ''));
  const after = await searchScratch(data, { ...options, path, workers: 2 });
  assert.deepEqual(rows(after.trials), alone);
});

test(
  'a worker with other photos, or with another version of the code, is refused and says what is wanted',
  withRedis,
  async (t) => {
    const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
    const said: string[] = [];
    const running = searchScratch(data, {
      ...options,
      path: join(folder, 'search.arrow'),
      workers: { ...queueAt(redis.url), say: (text) => void said.push(text) },
    });
    for (; said.length === 0; await sleep(50));
    assert.deepEqual(said, ['no worker is there yet: waiting for one']);
    const fewer = worker(redis.url, 'fewer', { limitPerBreed: 7 });
    assert.equal(await fewer.ended, 1);
    const refusal =
      /expected a worker with the photos and the version of the coordinator \(\w{24}\), this one has others/;
    assert.match(fewer.output(), refusal);
    const copy = join(folder, 'clone');
    const code = (path: string) => !path.includes('node_modules') && !path.endsWith('dist');
    for (const name of ['lib', join('test', 'queue', 'support'), join('test', 'experiments')])
      cpSync(fromRoot(name), join(copy, name), { recursive: true, filter: code });
    for (const name of ['package.json', 'tsconfig.json', 'node_modules', 'data'])
      symlinkSync(fromRoot(name), join(copy, name));
    const start = () =>
      startChild(
        t,
        'training-child.ts',
        [redis.url, join(folder, 'clone-w'), JSON.stringify(data)],
        [],
        {},
        copy,
      );
    const file = join(copy, 'lib', 'training', 'loop', 'fit-scratch-cnn.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('dropout = 0.1', 'dropout = 0.2'));
    const other = start();
    assert.equal(await other.ended, 1);
    assert.match(other.output(), refusal);
    await writeFile(file, text.replaceAll('\n', '\r\n')); // the same code, as some checkouts write it
    const same = start();
    assert.deepEqual(rows((await running).trials), alone);
    assert.match(same.output(), /done 3/);
  },
);

test(
  'trainings with several seeds by workers; one that cannot be trained says why; photos that go away end a worker',
  withRedis,
  async (t) => {
    const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
    const place = async (name: string) => {
      for (let i = 0; i < 30; i++) {
        const file = join(folder, name, `breed${i % 3}`, `${i}.jpg`);
        await mkdir(join(file, '..'), { recursive: true });
        await writeFile(file, await photo([i % 3 === 0 ? 200 : 20, i % 3 === 1 ? 200 : 20, 7 * i], i));
      }
      return { path: join(folder, name) };
    };
    const [here, there, elsewhere] = [await place('here'), await place('there'), await place('elsewhere')];
    const fit = { imageSize: 16, epochs: 2, batchSize: 8, filters: 2 };
    const networks = [
      { name: 'one', breeds: 3, options: fit },
      { name: 'the same', breeds: 3, options: fit },
    ];
    const leaves = worker(redis.url, 'leaves', there);
    await leaves.says(/ready/);
    rmSync(there.path, { recursive: true });
    const repeat = (name: string, workers: Parameters<typeof repeatScratch>[2]['workers']) =>
      repeatScratch(here, networks, { seeds: 2, path: join(folder, name), workers });
    const running = repeat('queue.json', queueAt(redis.url));
    assert.equal(await leaves.ended, 1);
    assert.match(leaves.output(), /this machine's photos are no longer what they were/);
    worker(redis.url, 'stays', elsewhere);
    const withoutTimes = ({ rows }: { rows: readonly { seconds: number }[] }) =>
      rows.map(({ seconds, ...row }) => row);
    assert.deepEqual(withoutTimes(await running), withoutTimes(await repeat('alone.json', 2)));

    const wild = [
      { name: 'wild', breeds: 3, options: { ...fit, learningRate: 1e30, optimizer: 'momentum' as const } },
    ];
    const fails = (workers: Parameters<typeof repeatScratch>[2]['workers']) =>
      repeatScratch(here, wild, { seeds: 1, path: join(folder, 'wild.json'), workers }).then(
        () => assert.fail('trained'),
        ({ message }: Error) => message,
      );
    const [onQueue, byItself] = [await fails(queueAt(redis.url)), await fails(1)];
    assert.match(onQueue, /the loss became/);
    assert.equal(onQueue, byItself);
  },
);

test(
  'what the notebook asks for: tables that ship, or a search by workers; no password in an address',
  withRedis,
  async (t) => {
    const photos = { path: (await openDataset()).imagesFolder, ...data };
    const asked = { dataset: photos.path, photosPerBreed: data.limitPerBreed, search: options, seeds: 0 };
    const shipped = await openScratchTables({ ...asked, workers: '' });
    assert.ok(shipped.search.trials.length > alone.length && shipped.seeds.rows.length > 0);
    await assert.rejects(
      openScratchTables({ ...asked, workers: 'many' }),
      /expected workers like 4 .* received "many"/,
    );
    await assert.rejects(
      openScratchTables({ ...asked, workers: 'redis://:hush@here' }),
      (error: Error) =>
        /expected an address without a password/.test(error.message) && !error.message.includes('hush'),
    );
    const { fingerprint } = await openDataset({ ...photos, seed: 0 });
    const kept = writableData('runs', `search-${fingerprint}`);
    rmSync(kept, { recursive: true, force: true });
    t.after(() => rmSync(kept, { recursive: true, force: true }));
    const [redis, { folder, worker }] = [await startRedis(t), await makeSetting(t)];
    const w = worker(redis.url, 'w', photos);
    const { search, seeds } = await openScratchTables({ ...asked, workers: redis.url });
    const path = join(folder, 'alone.arrow');
    const same = rows((await searchScratch(photos, { ...options, path })).trials);
    assert.deepEqual(rows(search.trials), same);
    assert.deepEqual([seeds.rows, search.about.processor], [[], 'workers of a queue']);
    w.process.kill('SIGTERM');
    const again = await openScratchTables({ ...asked, workers: redis.url });
    assert.deepEqual(rows(again.search.trials), same, 'read from the disk: there is no worker any more');
  },
);
