import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { photo } from '../catalogue/support/collection';
import { needsRedis, startRedis } from './support/redis';
import { makeSetting, startChild, withRedis } from './support/setting';

test('two workers share the work; a second run has none', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, check } = await makeSetting(t);
  worker(redis.url, '--name', 'a', '--slow', '50');
  worker(redis.url, '--name', 'b', '--slow', '50');
  const counts = await run(redis.url);
  check();
  assert.deepEqual([...counts.workers.keys()].sort(), ['a', 'b']);
  assert.deepEqual([counts.tasks, counts.results, counts.repeated, counts.halved], [10, 10, 0, 0]);
  const again = await run(redis.url);
  assert.equal(again.tasks, 0);
});

test('a worker killed -9 in mid-shard: another one takes its shard', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, check } = await makeSetting(t);
  const slow = worker(redis.url, '--name', 'slow', '--slow', '60000');
  await slow.says(/ready/);
  const running = run(redis.url);
  await sleep(1000);
  slow.process.kill('SIGKILL');
  worker(redis.url, '--name', 'b');
  const counts = await running;
  check();
  assert.deepEqual([...counts.workers.keys()], ['b']);
  assert.equal(counts.results, counts.tasks);
});

test('the coordinator killed -9: the next run goes on with what is left', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, check, root, file, catalogue } = await makeSetting(t, 400);
  worker(redis.url, '--slow', '600');
  const coordinator = startChild(t, 'coordinator-child.ts', [redis.url, root, file]);
  await coordinator.says(/done \d+/);
  coordinator.process.kill('SIGKILL');
  await coordinator.ended;
  const before = catalogue.db
    .prepare("select count(*) from file where state = 'pending'")
    .pluck()
    .all()[0] as number;
  assert.ok(before > 0 && before < 400, `${before} were left`);
  await run(redis.url);
  check();
  assert.deepEqual(catalogue.db.prepare('select outcome from run order by id').pluck().all(), [
    'interrupted',
    'done',
  ]);
});

for (const [what, args] of [
  ['with its data', ['--appendonly', 'yes', '--appendfsync', 'always']],
  ['without its data', []],
] as const)
  test(`Redis killed -9 and started again ${what}: nothing is lost`, withRedis, async (t) => {
    const redis = await startRedis(t, ...args);
    const { run, worker, check } = await makeSetting(t, 320);
    worker(redis.url, '--slow', '150');
    let progressed = false;
    const running = run(redis.url, { say: () => {} });
    const deadline = Date.now() + 20_000;
    while (!progressed && Date.now() < deadline) {
      await sleep(400);
      progressed = true;
    }
    await sleep(600);
    await redis.kill();
    await sleep(1000);
    await redis.start();
    const counts = await running;
    check();
    if (args.length === 0) assert.ok(counts.renewed > 0, 'tasks were put in again');
  });

test('Redis that stays away ends the run with a message; what was computed is kept', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, catalogue, photos } = await makeSetting(t, 320);
  worker(redis.url, '--slow', '150');
  const said: string[] = [];
  const running = run(redis.url, { giveUpMs: 2000, say: (text) => said.push(text) });
  await Promise.all([
    assert.rejects(running, /had no connection for \d+ s/),
    sleep(1500).then(() => redis.kill()),
  ]);
  assert.ok(said.length >= 1 && said.length <= 4, `${said.length} lines of trouble`);
  const states = catalogue.db
    .prepare("select count(*) from file where state in ('done', 'pending')")
    .pluck()
    .all()[0];
  assert.equal(states, photos);
});

test('a worker with another model is refused, and says which one is wanted', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, check } = await makeSetting(t, 64);
  const running = run(redis.url);
  await sleep(700);
  const other = worker(redis.url, '--model', 'another model');
  assert.equal(await other.ended, 1);
  assert.match(other.output(), /expected a worker with the model mean colour, this one has another model/);
  worker(redis.url);
  await running;
  check();
});

test(
  'a poison photo that kills its workers: cornered by halving, recorded as failed, its neighbours unharmed',
  withRedis,
  async (t) => {
    const redis = await startRedis(t);
    const poison = { '0007 poison.jpg': await photo([1, 2, 3], 99) };
    const { run, worker, check, catalogue } = await makeSetting(t, 40, poison);
    let deaths = 0;
    let over = false;
    const keepWorking = async () => {
      while (!over) if ((await worker(redis.url).ended) === 'SIGKILL') deaths++;
    };
    void keepWorking();
    const counts = await run(redis.url);
    over = true;
    check('0007 poison.jpg');
    assert.ok(
      deaths >= 10 && counts.dead === 1 && counts.halved === 4,
      `${deaths} deaths, ${counts.halved} halved`,
    );
    assert.deepEqual(
      catalogue.db.prepare("select error_code, error from file where state = 'failed'").all(),
      [{ error_code: 'worker_died', error: 'the worker died while it read this photo' }],
    );
  },
);

test('a slow worker does not hold up the others, and its work counts once', withRedis, async (t) => {
  const redis = await startRedis(t);
  const { run, worker, check } = await makeSetting(t);
  worker(redis.url, '--name', 'slow', '--slow', '4000');
  worker(redis.url, '--name', 'fast');
  const counts = await run(redis.url);
  check();
  assert.ok((counts.workers.get('slow') ?? 0) <= 2 && (counts.workers.get('fast') ?? 0) >= 8);
  assert.equal(counts.repeated, 0, 'longer than the lock, but alive');
});

test(
  'a full Redis: the run says so and waits for room, then goes on; one that stays full ends the run',
  withRedis,
  async (t) => {
    const redis = await startRedis(t);
    const limit = (bytes: string) =>
      assert.equal(
        `${spawnSync('redis-cli', ['-p', `${redis.port}`, 'config', 'set', 'maxmemory', bytes]).stdout}`.trim(),
        'OK',
      );
    const { run, worker, check, catalogue } = await makeSetting(t, 160);
    limit('1');
    await assert.rejects(run(redis.url, { giveUpMs: 2000 }), /OOM|full/);
    assert.equal(
      catalogue.db.prepare("select count(*) from file where state = 'pending'").pluck().all()[0],
      160,
    );
    limit('0');
    const slow = worker(redis.url, '--slow', '200');
    await slow.says(/ready/);
    const said: string[] = [];
    const running = run(redis.url, { mostWaiting: 2, say: (text) => said.push(text) });
    await sleep(1200);
    limit('1');
    await sleep(2500);
    limit('0');
    await running;
    check();
    assert.ok(
      said.some((text) => /full/.test(text)),
      said.join('; '),
    );
  },
);

const canSplit = (() => {
  const made = spawnSync('ip', ['netns', 'add', 'dogbreeds-probe']).status === 0;
  if (made) spawnSync('ip', ['netns', 'del', 'dogbreeds-probe']);
  return made;
})();

test('a network partition: the worker beyond it loses its shard to another one, and may come back', {
  timeout: 300_000,
  skip: needsRedis.skip || (!canSplit && 'SKIPPED: network namespaces need root on Linux, and iproute2'),
}, async (t) => {
  const redis = await startRedis(t);
  const ip = (...args: string[]) => execFileSync('ip', args);
  const space = `dogbreeds-${process.pid}`;
  const [near, far] = [`dbn${process.pid}`, `dbf${process.pid}`];
  const net = `10.${200 + (process.pid % 50)}.${process.pid % 250}`;
  ip('netns', 'add', space);
  t.after(() => ip('netns', 'del', space));
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
  ip('link', 'set', far, 'netns', space);
  ip('addr', 'add', `${net}.1/24`, 'dev', near);
  ip('link', 'set', near, 'up');
  ip('-n', space, 'addr', 'add', `${net}.2/24`, 'dev', far);
  ip('-n', space, 'link', 'set', far, 'up');
  const { run, worker, check, root } = await makeSetting(t, 160);
  const beyond = startChild(
    t,
    'worker-child.ts',
    [`redis://${net}.1:${redis.port}`, root, '--name', 'beyond', '--slow', '3000'],
    ['ip', 'netns', 'exec', space],
  );
  await beyond.says(/ready/);
  const running = run(redis.url);
  await sleep(1200);
  ip('link', 'set', near, 'down');
  worker(redis.url, '--name', 'here', '--slow', '300');
  await sleep(5000);
  ip('link', 'set', near, 'up');
  const counts = await running;
  check();
  assert.ok((counts.workers.get('here') ?? 0) >= 1, `${[...counts.workers]}`);
});
