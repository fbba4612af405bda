import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCatalogue, type Row } from '../../lib/catalogue/index';
import { planShards } from '../../lib/catalogue/store/plan-shards';
import { upsertRows } from '../../lib/catalogue/store/upsert-rows';
import { runOnQueue, workOnQueue } from '../../lib/queue/index';
import { flagValue } from './support/flag-value';

const SHARD = 64;
const WORKERS = [2, 10, 100, 1000];
const PHOTOS = [1e5, 1e6, 1e7, 1e8];

/**
 * The index on paper: what one writer, one queue and one share would do with up to 1,000 workers and 10^8 photos. Constants
 * are measured here and now; the rest is arithmetic.
 *
 * Flags: `--rows N` (default 12,800) and `--shards N` (300) for the measurements; `--worker N` photos/s of one worker (49),
 * `--photo N` bytes of a photo (3,000,000), `--network N` bytes/s of the share that holds them (125,000,000).
 */
export default async function benchIndexScale(flags: string[]): Promise<Record<string, unknown>> {
  const number = (name: string, usual: number) => Number(flagValue(flags, name) ?? usual);
  const worker = number('--worker', 49);
  const store = measureStore(number('--rows', 12_800));
  const queue = await measureQueue(number('--shards', 300));
  const share = number('--network', 125e6) / number('--photo', 3e6);
  const limits = {
    computePhotosPerSecondAWorker: worker,
    writerPhotosPerSecond: store.photosPerSecond,
    queuePhotosPerSecond: queue.photosPerSecond,
    sharePhotosPerSecond: share,
  };
  const rates = { writer: store.photosPerSecond, queue: queue.photosPerSecond, share };
  const bounds = (workers: number, far: boolean) => {
    const { writer, queue: queued } = rates;
    const all = Object.entries({ writer, queue: queued, compute: workers * worker, ...(far && { share }) });
    const [bound = '', rate = 0] = all.sort((a, b) => a[1] - b[1])[0] ?? [];
    return { bound, rate };
  };
  const table = WORKERS.flatMap((workers) =>
    PHOTOS.map((photos) => {
      const [near, far] = [bounds(workers, false), bounds(workers, true)];
      return {
        ...{ workers, photos },
        ...{ hours: photos / near.rate / 3600, bound: near.bound },
        ...{ hoursOverOneShare: photos / far.rate / 3600, boundOverOneShare: far.bound },
      };
    }),
  );
  return {
    limits,
    workersUntil: Object.fromEntries(
      Object.entries(rates).map(([name, rate]) => [name, Math.floor(rate / worker)]),
    ),
    bytesAPhoto: { catalogue: store.bytesAPhoto, redis: queue.bytesAPhoto },
    catalogueGigabytes: Object.fromEntries(
      PHOTOS.map((photos) => [photos, (photos * store.bytesAPhoto) / 1e9]),
    ),
    planHours: Object.fromEntries(
      PHOTOS.map((photos) => [photos, (photos * store.planSecondsAPhoto) / 3600]),
    ),
    redisMegabytesWaiting: (2000 * SHARD * queue.bytesAPhoto) / 1e6,
    table,
  };
}

const hash = (i: number): string => i.toString(16).padStart(64, '0');

/** A row as the network gives it. */
const rowOf = (i: number): Row => ({
  ...{ id: i + 1, size: 3_000_000, mtime: 1, sha256: hash(i), state: 'done' },
  facts: {
    ...{ format: 'jpeg', width: 4000, height: 3000, orientation: 1 },
    ...{ takenAt: '2024-05-01T12:00:00', dhash: '0123456789abcdef' },
  },
  answer: {
    decision: 'breed',
    top: ['Samoyed', 'keeshond', 'Pomeranian', 'chow', 'Great_Pyrenees'].map((name) => [name, 0.2]),
    strangeness: 0.1,
  },
  vector: Buffer.from(Float32Array.from({ length: 256 }, (_, k) => Math.sin(i + k)).buffer).toString(
    'base64',
  ),
});

/** What the one writer can do: rows as they come from workers, written shard by shard to the disk. */
function measureStore(rows: number) {
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-scale-'));
  const path = join(folder, 'catalogue.sqlite');
  const catalogue = openCatalogue(path);
  try {
    const { db } = catalogue;
    db.exec(`insert into root values ('r', '/nowhere');
      insert into model values ('m', 'synthetic', '[]', 1, 0.5, 'b', '', 1)`);
    const file = db.prepare(
      "insert into file (root, folder, name, size, mtime, state, first_run, last_run) values ('r', ?, ?, 3000000, 1, 'pending', 1, 1)",
    );
    db.transaction(() => {
      for (let i = 0; i < rows; i++) file.run(`2024/05/folder-${Math.floor(i / 500)}/`, `IMG_${i}.jpg`);
    })();
    const planning = performance.now();
    let planned = 0;
    for (const { files } of planShards(catalogue, 'm')) planned += files.length;
    const planSecondsAPhoto = (performance.now() - planning) / 1000 / planned;
    const write = upsertRows(catalogue);
    const provenance = { model: 'm', backbone: 'b', engine: 'e', worker: 'w', run: 1 };
    const shards = Array.from({ length: Math.ceil(rows / SHARD) }, (_, s) =>
      JSON.stringify(Array.from({ length: SHARD }, (_, k) => rowOf(s * SHARD + k))),
    );
    const started = performance.now();
    for (const shard of shards) write(JSON.parse(shard) as Row[], provenance);
    const seconds = (performance.now() - started) / 1000;
    db.exec('pragma wal_checkpoint(truncate)');
    const bytesAPhoto = statSync(path).size / rows;
    return { photosPerSecond: rows / seconds, bytesAPhoto, planSecondsAPhoto };
  } finally {
    catalogue.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Redis and the coordinator's loop can do with shards that need no computing and are not written. */
async function measureQueue(shards: number): Promise<{ photosPerSecond: number; bytesAPhoto: number }> {
  if (spawnSync('redis-server', ['--version']).status !== 0)
    throw new Error('expected redis-server to measure the queue, found none: apt install redis-server');
  const port = 20_000 + (process.pid % 20_000);
  const redis = spawn('redis-server', ['--port', `${port}`, '--save', ''], { stdio: 'ignore' });
  try {
    await sleep(1000);
    const options = { url: `redis://127.0.0.1:${port}`, queue: 'scale', kind: 'none' };
    const output = Array.from({ length: SHARD }, (_, i) => rowOf(i));
    const worker = await workOnQueue({ ...options, work: async () => output });
    const tasks = Array.from({ length: shards }, (_, i) => ({
      id: `t${i}`,
      input: {
        files: output.map(({ id, size, mtime }) => ({ id, path: `2024/05/IMG_${id}.jpg`, size, mtime })),
      },
    }));
    const started = performance.now();
    await runOnQueue({ ...options, tasks, sink: () => {}, halve: () => [], onDead: () => {} });
    const seconds = (performance.now() - started) / 1000;
    await worker.close();
    const bytes = JSON.stringify(output).length + JSON.stringify(tasks[0]?.input).length;
    return { photosPerSecond: (shards * SHARD) / seconds, bytesAPhoto: bytes / SHARD };
  } finally {
    redis.kill('SIGKILL');
  }
}
