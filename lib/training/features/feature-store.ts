import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index';
import { decodeSegment, encodeSegment } from './feature-segment';

/** Features on disk, looked up by a photo's content key. */
export interface FeatureStore {
  readonly folder: string;
  /** Values in a row. */
  readonly size: number;
  /** Segment files that were found damaged when the store was opened, and removed: their photos are computed anew. */
  readonly damaged: string[];
  /** How many rows are on disk or waiting to be written. */
  readonly count: number;
  has(key: string): boolean;
  /** Adds a row; it is on disk once its segment is full, or after {@link flush}. A key that is there is left. */
  append(key: string, features: Float32Array): Promise<void>;
  /** Writes what waits. */
  flush(): Promise<void>;
  /**
   * Rows of these keys, in that order, row-major [keys.length, size]; memory is that plus one segment.
   *
   * @throws Error naming a key that is not there
   */
  read(keys: readonly string[]): Promise<Float32Array>;
}

/** Settings of {@link openFeatureStore}. */
export interface FeatureStoreOptions {
  /** Values in a row, e.g. 2048. */
  size: number;
  /** Rows in a segment file: what a kill can lose at most. */
  segmentRows?: number;
}

/**
 * Opens, or makes, an append-only store of features: numbered Arrow IPC files, each written to a temporary file, synced
 * and renamed, and carrying a checksum. A process that is killed leaves whole segments behind; a segment that was
 * damaged otherwise is dropped and reported. Names end in random letters: two processes that write at once do double
 * work, and lose nothing.
 *
 * @param folder absolute path; everything in it belongs to the store
 * @throws Error when a sound segment holds rows of another size
 * @example
 * const store = await openFeatureStore('data/cache/features/resnet50-0123', { size: 2048 });
 * if (!store.has(key)) await store.append(key, row);
 * await store.flush();
 */
export async function openFeatureStore(
  folder: string,
  { size, segmentRows = 128 }: FeatureStoreOptions,
): Promise<FeatureStore> {
  await mkdir(folder, { recursive: true });
  const segmentOf = new Map<string, string>();
  const damaged: string[] = [];
  let last = 0;
  for (const name of (await readdir(folder)).sort()) {
    const number = /^(\d{6})-[0-9a-f]{8}\.arrow$/.exec(name)?.[1];
    if (!number) continue;
    const segment = decodeSegment(await readFile(join(folder, name)));
    if (!segment) {
      await rm(join(folder, name), { force: true });
      damaged.push(name);
      continue;
    }
    if (segment.size !== size)
      throw new Error(
        `expected rows of ${size} values in ${join(folder, name)}, found ${segment.size}; delete the folder`,
      );
    last = Math.max(last, Number(number));
    for (const key of segment.keys) segmentOf.set(key, name);
  }

  let waiting = new Map<string, Float32Array>();
  let writing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const rows = waiting;
    waiting = new Map();
    if (rows.size > 0) {
      last += 1;
      const name = `${String(last).padStart(6, '0')}-${randomBytes(4).toString('hex')}.arrow`;
      for (const key of rows.keys()) segmentOf.set(key, name);
      writing = writing.then(() => writeFileAtomic(join(folder, name), encodeSegment([...rows], size)));
    }
    await writing;
  }

  return {
    folder,
    size,
    damaged,
    get count() {
      return segmentOf.size + waiting.size;
    },
    has: (key) => segmentOf.has(key) || waiting.has(key),
    async append(key, features) {
      if (features.length !== size)
        throw new Error(`expected a row of ${size} values, received ${features.length}`);
      if (segmentOf.has(key) || waiting.has(key)) return;
      waiting.set(key, Float32Array.from(features));
      if (waiting.size >= segmentRows) await flush();
    },
    flush,
    async read(keys) {
      await flush();
      const rowsOf = new Map<string, Map<string, number[]>>();
      for (const [row, key] of keys.entries()) {
        const name = segmentOf.get(key);
        if (!name) throw new Error(`expected features under ${key} in ${folder}, found none`);
        const wanted = rowsOf.get(name) ?? new Map<string, number[]>();
        wanted.set(key, [...(wanted.get(key) ?? []), row]);
        rowsOf.set(name, wanted);
      }
      const result = new Float32Array(keys.length * size);
      for (const [name, wanted] of rowsOf) {
        const segment = decodeSegment(await readFile(join(folder, name)));
        if (!segment) throw new Error(`${join(folder, name)} was damaged while it was in use: run again`);
        for (const [index, key] of segment.keys.entries())
          for (const row of wanted.get(key) ?? [])
            result.set(segment.features.subarray(index * size, (index + 1) * size), row * size);
      }
      return result;
    },
  };
}
