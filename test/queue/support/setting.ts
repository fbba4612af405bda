import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../../../lib/base/index';
import {
  addRoot,
  type Catalogue,
  indexCollection,
  openCatalogue,
  queueRunner,
} from '../../../lib/catalogue/index';
import type { QueueCounts } from '../../../lib/queue/index';
import { photo } from '../../catalogue/support/collection';
import { meanColourClassifier } from '../../catalogue/support/mean-colour-classifier';
import { temporaryFolder } from '../../support/temporary-folder';
import { needsRedis } from './redis';

export const SHARD = 16;
export const LOCK_MS = 1500;
export const withRedis = { ...needsRedis, timeout: 300_000 };

export interface Child {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | string>;
  /** Resolves when the output has it. */
  says(pattern: RegExp): Promise<void>;
}

export function startChild(
  t: TestContext,
  script: string,
  args: string[],
  before: string[] = [],
  env: NodeJS.ProcessEnv = {},
  root = fromRoot(),
): Child {
  const [command = process.execPath, ...rest] = [...before, process.execPath];
  const child = spawn(
    command,
    [
      ...rest,
      '--import',
      pathToFileURL(require.resolve('tsx')).href,
      join(root, 'test', 'queue', 'support', script),
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

export interface Setting {
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

export async function makeSetting(
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
