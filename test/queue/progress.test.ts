import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedis } from './support/redis';
import { makeSetting, startChild, withRedis } from './support/setting';

const withErrors = ['sh', '-c', 'exec "$@" 2>&1', 'sh'];

test(
  'the terminal tells photos, not shards: done, rate and time left, and by worker',
  withRedis,
  async (t) => {
    const redis = await startRedis(t);
    const { root, file, worker, check } = await makeSetting(t, 200);
    for (const name of ['a', 'b']) await worker(redis.url, '--name', name, '--slow', '800').says(/ready/);
    const started = performance.now();
    const coordinator = startChild(t, 'coordinator-child.ts', [redis.url, root, file], withErrors);
    assert.equal(await coordinator.ended, 0, coordinator.output());
    const seconds = (performance.now() - started) / 1000; // more than what the rates are taken over
    check();
    const output = coordinator.output();
    // shards of 64: two workers take at least 1.6 s for four of them
    const [, all = ''] = /^200 of 200 photos, ([\d.]+) photos\/s, 0 s left; .*$/m.exec(output) ?? [];
    assert.ok(Number(all) * seconds > 199 && Number(all) <= 160, output);
    assert.match(output, /^200 of 200 .*a [\d.]+\/s.*$/m);
    assert.match(output, /^200 of 200 .*b [\d.]+\/s.*$/m);
    assert.match(output, /^200 photos from 2 workers$/m);
    const by = [...output.matchAll(/^([ab]): (\d+) photos, ([\d.]+) photos\/s$/gm)];
    assert.equal(by.length, 2, output);
    assert.equal(
      by.reduce((sum, [, , photos]) => sum + Number(photos), 0),
      200,
    );
    for (const [line, , photos, perSecond] of by)
      assert.ok(Number(perSecond) * seconds > Number(photos) - 1 && Number(perSecond) <= 80, line);
  },
);

test(
  'results that come twice are no photos done: a run after a killed coordinator ends at its number',
  withRedis,
  async (t) => {
    const redis = await startRedis(t);
    const { root, file, worker, check, catalogue } = await makeSetting(t, 400);
    worker(redis.url, '--name', 'a', '--slow', '300');
    const args = [redis.url, root, file];
    const first = startChild(t, 'coordinator-child.ts', args);
    await first.says(/done \d+/);
    first.process.kill('SIGKILL');
    await first.ended;
    const left = catalogue.db.prepare("select count(*) from file where state = 'pending'").pluck().all()[0];
    const second = startChild(t, 'coordinator-child.ts', args, withErrors);
    assert.equal(await second.ended, 0, second.output());
    check();
    const done = [...second.output().matchAll(/^done (\d+)$/gm)].map(([, n]) => Number(n));
    assert.equal(done.at(-1), left, second.output());
    assert.match(second.output(), new RegExp(`^${left} of ${left} photos`, 'm'));
  },
);
