import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, writeFileAtomic } from '../base/index';
import { type OnnxRunner, openOnnx, optimizeOnnx } from './onnx-graph';
import { processorFlags } from './processor-flags';

/** Changes with the layout of the files. */
const VERSION = 1;
const SUFFIX = '.graph';
const HOUR_MS = 3_600_000;

/** A graph that is open, and what was kept with it. */
export interface KeptGraph<Facts> {
  runner: OnnxRunner;
  facts: Facts;
  /** Whether it was read from disk. */
  wasKept: boolean;
}

/** What is kept: a graph, and what its user wants to know of it without making it. */
export interface MadeGraph<Facts> {
  /** An ONNX model of one input. */
  model: Uint8Array;
  /** Anything that JSON holds. */
  facts: Facts;
}

/** How {@link openKept} opens graphs. */
export interface OpenKeptOptions {
  threads?: number;
  /** Default: `graphs` in the cache. */
  folder?: string;
  /** Bytes that the folder may hold; those used longest ago go. Default 1 GiB. */
  mostBytes?: number;
}

/**
 * Opens a graph that onnxruntime has optimized for this processor: from disk, where it was kept, or made now and then
 * kept. A file belongs to a key, a version of onnxruntime and a processor, and is checked by its SHA-256; one that is
 * damaged or refused is made again. Files are written whole or not at all.
 *
 * @param key tells everything that the graph depends on
 * @throws Error of `make`, or when the runtime refuses what it made
 * @example const { runner } = await openKept(`doubled ${hash}`, async () => ({ model, facts: null }));
 */
export async function openKept<Facts>(
  key: string,
  make: () => Promise<MadeGraph<Facts>>,
  { threads, folder = cacheFolder('graphs'), mostBytes = 2 ** 30 }: OpenKeptOptions = {},
): Promise<KeptGraph<Facts>> {
  const { env } = await import('onnxruntime-node');
  const machine = [process.platform, process.arch, cpus()[0]?.model, processorFlags()];
  const name = digest(JSON.stringify([VERSION, env.versions.node, ...machine, key]));
  const path = join(folder, name + SUFFIX);
  const open = async ({ model, facts }: MadeGraph<Facts>) => ({
    runner: await openOnnx(model, { threads, isOptimized: true }),
    facts,
  });
  const found = await read<Facts>(path);
  if (found) {
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined); // a folder that may only be read
    const opened = await open(found).catch(() => tellDamaged(path));
    if (opened) return { ...opened, wasKept: true };
  }
  const made = await make();
  const graph = { model: await optimizeOnnx(made.model, 'all'), facts: made.facts };
  const opened = await open(graph);
  await writeFileAtomic(path, pack(graph), { sync: false })
    .then(() => shrink(folder, mostBytes, path))
    .catch(() => undefined); // where nothing can be written, it is made at each start
  return { ...opened, wasKept: false };
}

function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** One line with the SHA-256 of the rest, one with the facts, then the model. */
function pack({ model, facts }: MadeGraph<unknown>): Uint8Array[] {
  const second = Buffer.from(`${JSON.stringify(facts)}\n`);
  return [Buffer.from(`dogbreeds-graph ${digest(second, model)}\n`), second, model];
}

/** @returns null when there is no such file, or it is damaged */
async function read<Facts>(path: string): Promise<MadeGraph<Facts> | null> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) return null;
  const first = bytes.indexOf('\n');
  const rest = bytes.subarray(first + 1);
  if (bytes.toString('latin1', 0, first) !== `dogbreeds-graph ${digest(rest)}`) return tellDamaged(path);
  const second = rest.indexOf('\n');
  return { facts: JSON.parse(rest.toString('utf8', 0, second)) as Facts, model: rest.subarray(second + 1) };
}

function tellDamaged(path: string): null {
  console.error(`the graph ${path} is damaged: it is made again`);
  return null;
}

/** Removes the graphs that were used longest ago, and what killed processes left half written. */
async function shrink(folder: string, mostBytes: number, own: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  const graphs = files.filter(({ path }) => path.endsWith(SUFFIX));
  const halves = files.filter(({ path, mtimeMs }) => path.endsWith('.tmp') && Date.now() - mtimeMs > HOUR_MS);
  let bytes = graphs.reduce((sum, { size }) => sum + size, 0);
  const gone = graphs
    .filter(({ path }) => path !== own)
    .sort((a, b) => a.mtimeMs - b.mtimeMs)
    .filter(({ size }) => {
      const isTooMuch = bytes > mostBytes;
      if (isTooMuch) bytes -= size;
      return isTooMuch;
    });
  for (const { path } of [...gone, ...halves]) await rm(path, { force: true });
}
