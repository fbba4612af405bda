import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../../lib/base/index';
import {
  addRoot,
  type Catalogue,
  indexCollection,
  openCatalogue,
  queueRunner,
} from '../../lib/catalogue/index';
import type { QueueCounts } from '../../lib/queue/index';
import { photo } from '../catalogue/support/collection';
import { meanColourClassifier } from '../catalogue/support/mean-colour-classifier';
import { temporaryFolder } from '../support/temporary-folder';
import { freePort, needsRedis, startRedis } from './support/redis';

const SHARD = 16;
const LOCK_MS = 1500;
const withRedis = { ...needsRedis, timeout: 120_000 };

interface Child {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | string>;
  /** Resolves when the output has it. */
  says(pattern: RegExp): Promise<void>;
}

function startChild(
  t: TestContext,
  script: string,
  args: string[],
  before: string[] = [],
  env: NodeJS.ProcessEnv = {},
): Child {
  const [command = process.execPath, ...rest] = [...before, process.execPath];
  const child = spawn(
    command,
    [
      ...rest,
      '--import',
      pathToFileURL(require.resolve('tsx')).href,
      fromRoot('test', 'queue', 'support', script),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  t.after(() => void child.kill('SIGKILL'));
  const says = async (pattern: RegExp) => {
    for (let waited = 0; !pattern.test(text); waited += 50) {
      if (child.exitCode !== null || waited > 60_000)
        throw new Error(`expected ${pattern}, the process said: ${text}`);
      await sleep(50);
    }
  };
  return { process: child, output: () => text, ended, says };
}

interface Setting {
  root: string;
  file: string;
  catalogue: Catalogue;
  photos: number;
  /** Indexes through the queue; resolves to what the queue counted. */
  run(
    url: string,
    options?: { mostWaiting?: number; giveUpMs?: number; say?: (text: string) => void },
  ): Promise<QueueCounts>;
  worker(url: string, ...flags: string[]): Child;
  /** Each photo has exactly one row, and only these failed. */
  check(...failed: string[]): void;
}

async function makeSetting(
  t: TestContext,
  photos = 160,
  extra: Record<string, Buffer> = {},
): Promise<Setting> {
  const folder = await temporaryFolder(t);
  const root = join(folder, 'photos');
  await mkdir(root);
  for (let i = 0; i < photos; i++)
    await writeFile(join(root, `${String(i).padStart(4, '0')}.jpg`), await photo([i % 250, 100, 50], i));
  for (const [name, bytes] of Object.entries(extra)) await writeFile(join(root, name), bytes);
  const file = join(folder, 'catalogue.sqlite');
  const catalogue = openCatalogue(file);
  t.after(() => catalogue.close());
  const classifier = meanColourClassifier();
  const total = photos + Object.keys(extra).length;
  let last: QueueCounts | undefined;
  const saw = () => {
    const { tasks = 0, results = 0, repeated = 0, halved = 0, dead = 0, renewed = 0, workers } = last ?? {};
    const by = [...(workers ?? [])].map(([name, n]) => `${name.replace(/.*:/, '')} ${n}`).join(', ');
    return `shards ${tasks}, results ${results}, repeated ${repeated}, put in again ${renewed}, halved ${halved}, dead ${dead}; by worker: ${by}`;
  };
  return {
    root,
    file,
    catalogue,
    photos: total,
    async run(url, { mostWaiting, giveUpMs = 30_000, say } = {}) {
      let counts: QueueCounts | undefined;
      const onCounts = (now: QueueCounts) => {
        counts = now;
      };
      const runner = queueRunner({
        url,
        model: classifier.id,
        mostWaiting,
        lockMs: LOCK_MS,
        giveUpMs,
        say,
        onCounts,
      });
      const roots = [addRoot(catalogue, root)];
      await indexCollection(catalogue, roots, { classifier, runner, shardSize: SHARD });
      assert.ok(counts);
      last = counts;
      return counts;
    },
    worker: (url, ...flags) => startChild(t, 'worker-child.ts', [url, root, ...flags]),
    check(...failed) {
      t.diagnostic(`${total} photos: ${total - failed.length} with a row, ${failed.length} failed; ${saw()}`);
      const value = (sql: string) => catalogue.db.prepare(sql).pluck().all();
      assert.deepEqual(value("select name from file where state = 'failed' order by name"), failed);
      assert.deepEqual(value("select count(*) from file where state = 'done'"), [total - failed.length]);
      assert.deepEqual(value('select count(*) from file'), [total]);
      assert.deepEqual(value("select count(*) from catalogue where state = 'done' and breed is null"), [0]);
      assert.deepEqual(value('select count(*) from prediction'), value('select count(*) from photo'));
    },
  };
}

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

/** A certificate of this machine, signed by itself; null without openssl. */
async function makeCertificate(t: TestContext): Promise<{ key: string; certificate: string } | null> {
  const folder = await temporaryFolder(t);
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const made = spawnSync('openssl', [
    ...request,
    ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  ]);
  return made.status === 0 ? { key, certificate } : null;
}

test(
  'TLS and a password by URL; without the certificate, or with another password, it says so',
  withRedis,
  async (t) => {
    const made = await makeCertificate(t);
    if (!made) return t.skip('SKIPPED: openssl is not installed');
    const port = await freePort();
    const { key, certificate } = made;
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
    const only = ['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'];
    await startRedis(t, ...only, ...files, '--requirepass', 'secret');
    const { root, file, check } = await makeSetting(t);
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const start = (script: string, password: string, args: string[], trusts = true) =>
      startChild(t, script, [`rediss://:${password}@localhost:${port}`, ...args], [], trusts ? env : {});
    const stranger = start('worker-child.ts', 'secret', [root], false);
    const guest = start('worker-child.ts', 'wrong', [root]);
    await stranger.says(/self-signed certificate/);
    await guest.says(/WRONGPASS/);
    for (const { output } of [stranger, guest]) assert.doesNotMatch(output(), /:(secret|wrong)@/);
    const worker = start('worker-child.ts', 'secret', [root]);
    const coordinator = start('coordinator-child.ts', 'secret', [root, file]);
    await coordinator.says(/finished/);
    assert.match(worker.output(), /ready/);
    check();
  },
);

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
  timeout: 120_000,
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
