import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openIndexModel } from '../../lib/app/index';
import { drawExample, EXAMPLES } from '../../lib/app/photos/draw-example';
import { fromRoot } from '../../lib/base/index';
import {
  addRoot,
  indexCollection,
  openCatalogue,
  type PhotoClassifier,
  photoClassifier,
} from '../../lib/catalogue/index';
import { scanRoot } from '../../lib/catalogue/scan/scan-root';
import { decodeImage, type RgbImage } from '../../lib/image/index';
import { runOnQueue, workOnQueue } from '../../lib/queue/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';
import { startEnergy } from './support/machine';

const ROUNDS = 3;

/**
 * The index: share of the classifier's bare speed on a cold folder, photos/s, processor seconds and joules ("not read" where
 * the counter is not) beside a script with PyTorch and torchvision where PYTHON names one, a run without changes over many known files against
 * listing and stat-ing them alone, memory and answers at many rows, overhead of the queue.
 *
 * Flags: `--short` takes a tenth; `--photos N`, `--files N`, `--rows N` set the sizes (320, 100,000, 1,000,000);
 * `--only cold,scan,rows,queue` runs some of the parts.
 */
export default async function benchIndex(flags: string[]): Promise<Record<string, unknown>> {
  const short = flags.includes('--short') ? 0.1 : 1;
  const size = (name: string, usual: number) => Number(flagValue(flags, name) ?? usual * short);
  const only = flagValue(flags, '--only')?.split(',');
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-bench-'));
  try {
    const parts: Record<string, () => Promise<unknown>> = {
      cold: () => coldFolder(folder, size('--photos', 320)),
      scan: () => unchangedFolder(folder, size('--files', 100_000)),
      rows: () => manyRows(folder, size('--rows', 1_000_000)),
      queue: () => queueOverhead(size('--files', 100_000)),
    };
    const result: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(parts))
      if (!only || only.includes(name)) result[name] = await part();
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Indexing into a new catalogue against the bare classifier on decoded photos, and where PYTHON names one, a script with
 * PyTorch on the same photos, in turns.
 */
async function coldFolder(folder: string, count: number) {
  const photos = join(folder, 'cold');
  mkdirSync(photos);
  const sources = await examplePhotos(count);
  for (const [i, bytes] of sources.entries())
    writeFileSync(join(photos, `${i}.jpg`), Buffer.concat([bytes, Buffer.from(`${i}`)]));
  const { classifier, engine } = await openIndexModel(undefined, () => {});
  const model = await photoClassifier(classifier, engine);
  const side = {
    width: model.input.size,
    height: model.input.size,
    fit: 'fill',
    interpolation: model.input.interpolation,
  } as const;
  const images = await Promise.all(sources.slice(0, 16).map((bytes) => decodeImage(bytes, side)));
  for (let run = 0; run < 5; run++) await model.classify(images);
  const rounds: { bare: number; index: Cost; script: Cost | null }[] = [];
  let peer: string | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const before = await bareSpeed(model, images);
    const catalogue = openCatalogue(join(folder, `cold-${round}.sqlite`));
    const root = addRoot(catalogue, photos);
    const index = await costOf(async () => {
      const { computed } = await indexCollection(catalogue, [root], { classifier: model });
      return computed;
    });
    catalogue.close();
    const bare = (before + (await bareSpeed(model, images))) / 2;
    const script = await scriptCost(photos, join(folder, 'script.json'));
    peer = script?.version ?? null;
    rounds.push({ bare, index, script: script?.fastest ?? null });
    console.error(`cold, round ${round + 1}: ${JSON.stringify(rounds.at(-1))}`);
  }
  classifier.dispose();
  const scripts = rounds.flatMap(({ script }) => script ?? []);
  const times = (of: (cost: Cost) => number) =>
    median(rounds.flatMap(({ index, script }) => (script ? [of(index) / of(script)] : [])));
  return {
    photos: count,
    engine,
    barePhotosPerSecond: median(rounds.map(({ bare }) => bare)),
    shareOfBareSpeed: median(rounds.map(({ bare, index }) => index.photosPerSecond / bare)),
    index: middleCost(rounds.map(({ index }) => index)),
    ...(scripts.length > 0 && {
      script: { version: peer, ...middleCost(scripts) },
      timesScript: times((cost) => cost.photosPerSecond),
      timesCpuSeconds: times((cost) => cost.cpuSecondsPer1000),
    }),
  };
}

/** What photos cost. */
interface Cost {
  photosPerSecond: number;
  cpuSecondsPer1000: number;
  /** Of the whole processor, by its counter (RAPL); where it cannot be read it says so. */
  joulesPer1000: number | 'not read';
}

/** @param run gives how many photos it did */
async function costOf(run: () => Promise<number>): Promise<Cost> {
  const energy = startEnergy();
  const before = process.cpuUsage();
  const started = performance.now();
  const photos = await run();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  return perThousand({ photos, seconds, cpuSeconds: (user + system) / 1e6, joules: energy() });
}

interface Spent {
  photos: number;
  seconds: number;
  cpuSeconds: number;
  joules: number | null;
}

const perThousand = ({ photos, seconds, cpuSeconds, joules }: Spent): Cost => ({
  photosPerSecond: photos / seconds,
  cpuSecondsPer1000: (1000 * cpuSeconds) / photos,
  joulesPer1000: joules === null ? 'not read' : (1000 * joules) / photos,
});

const middleCost = (costs: readonly Cost[]): Cost => {
  const joules = costs.flatMap(({ joulesPer1000: each }) => (each === 'not read' ? [] : [each]));
  return {
    photosPerSecond: median(costs.map((cost) => cost.photosPerSecond)),
    cpuSecondsPer1000: median(costs.map((cost) => cost.cpuSecondsPer1000)),
    joulesPer1000: joules.length > 0 ? median(joules) : 'not read',
  };
};

/** The fastest way of support/index-peer.py; null without PYTHON. */
async function scriptCost(
  photos: string,
  results: string,
): Promise<{ version: string; fastest: Cost } | null> {
  const { PYTHON: python } = process.env;
  if (!python) return null;
  const script = fromRoot('test', 'bench', 'support', 'index-peer.py');
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', script, photos, results]);
  const { version, runs } = JSON.parse(stdout) as { version: string; runs: Record<string, Spent> };
  const [fastest] = Object.values(runs)
    .map(perThousand)
    .sort((a, b) => b.photosPerSecond - a.photosPerSecond);
  return fastest ? { version, fastest } : null;
}

async function bareSpeed(model: PhotoClassifier, images: RgbImage[]): Promise<number> {
  const started = performance.now();
  for (let run = 0; run < 4; run++) await model.classify(images);
  return (4000 * images.length) / (performance.now() - started);
}

/** Real photos where they are, else the drawn examples. */
async function examplePhotos(count: number): Promise<Buffer[]> {
  const folder = photosFolder();
  if (!folder) {
    const drawn = await Promise.all(EXAMPLES.map(drawExample));
    return Array.from({ length: count }, (_, i) => drawn[i % drawn.length] ?? Buffer.alloc(0));
  }
  const { readFileSync } = await import('node:fs');
  const images = join(folder, 'Images');
  const paths = readdirSync(images).flatMap((breed) =>
    readdirSync(join(images, breed))
      .slice(0, Math.ceil(count / 100))
      .map((name) => join(images, breed, name)),
  );
  return paths.slice(0, count).map((path) => readFileSync(path));
}

/** A scan of known files against the plainest listing with stat, in turns. */
async function unchangedFolder(folder: string, count: number) {
  const root = join(folder, 'known');
  for (let i = 0; i < count; i++) {
    const below = join(root, `folder-${Math.floor(i / 500)}`);
    if (i % 500 === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `IMG_${String(i).padStart(6, '0')}.jpg`), `${i}`);
  }
  const catalogue = openCatalogue(join(folder, 'known.sqlite'));
  const { name } = addRoot(catalogue, root);
  await scanRoot(catalogue, name, root, { run: 1 });
  catalogue.db.exec("update file set state = 'done', sha256 = hex(randomblob(32))");
  const ratios: number[] = [];
  const [alone, scan] = [[] as number[], [] as number[]];
  for (let round = 0; round < ROUNDS + 1; round++) {
    const listing = await seconds(() => listAndStat(root));
    const scanning = await seconds(async () => {
      const { unchanged } = await scanRoot(catalogue, name, root, { run: 2 + round });
      if (unchanged !== count) throw new Error(`expected ${count} unchanged files, found ${unchanged}`);
    });
    if (round === 0) continue; // the first one warms the caches
    alone.push(listing);
    scan.push(scanning);
    ratios.push(scanning / listing);
  }
  catalogue.close();
  return {
    files: count,
    listAndStatSeconds: median(alone),
    scanSeconds: median(scan),
    ratio: median(ratios),
  };
}

async function listAndStat(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  let count = 0;
  const files = entries.filter((entry) => entry.isFile());
  for (let start = 0; start < files.length; start += 32)
    await Promise.all(
      files.slice(start, start + 32).map(async ({ name }) => {
        count += (await lstat(join(folder, name))).size > 0 ? 1 : 0;
      }),
    );
  for (const entry of entries) if (entry.isDirectory()) count += await listAndStat(join(folder, entry.name));
  return count;
}

/** Memory and times of a synthetic catalogue with many rows, and with a quarter of them: each in a process of its own. */
async function manyRows(folder: string, count: number) {
  const sizes: unknown[] = [];
  for (const rows of [Math.ceil(count / 4), count]) {
    const child = fromRoot('test', 'bench', 'support', 'index-rows-child.ts');
    const file = join(folder, `rows-${rows}.sqlite`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      // a small heap: garbage that V8 has not yet looked at says nothing
      ['--max-semi-space-size=2', '--max-old-space-size=96', '--import', 'tsx', child, file, `${rows}`],
      { cwd: fromRoot() },
    );
    rmSync(file);
    sizes.push(JSON.parse(stdout));
  }
  return sizes;
}

const hash = (i: number) => i.toString(16).padStart(64, '0');

/** What the queue costs a photo: shards of 64 that need no computing, through a real Redis. */
async function queueOverhead(photos: number) {
  if (spawnSync('redis-server', ['--version']).status !== 0)
    return { skipped: 'redis-server is not installed' };
  const port = 20_000 + (process.pid % 20_000);
  const redis = spawn('redis-server', ['--port', `${port}`, '--save', ''], { stdio: 'ignore' });
  try {
    await sleep(1000);
    const url = `redis://127.0.0.1:${port}`;
    const rows = Array.from({ length: 64 }, (_, id) => ({ id, sha256: hash(id), vector: 'A'.repeat(1368) }));
    const worker = await workOnQueue({ url, queue: 'bench', kind: 'none', work: async () => rows });
    const tasks = Array.from({ length: Math.ceil(photos / 64) }, (_, i) => ({
      id: `t${i}`,
      input: { files: rows.map(({ id }) => `${i}/${id}`) },
    }));
    const seconds =
      (await time(() =>
        runOnQueue({
          url,
          queue: 'bench',
          kind: 'none',
          tasks,
          sink: () => {},
          halve: () => [],
          onDead: () => {},
        }),
      )) / 1000;
    await worker.close();
    return { photos, seconds, microsecondsPerPhoto: (1e6 * seconds) / photos };
  } finally {
    redis.kill('SIGKILL');
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
const seconds = async (work: () => Promise<unknown>): Promise<number> => (await time(work)) / 1000;
const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
