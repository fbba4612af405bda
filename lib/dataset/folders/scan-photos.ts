import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  cacheFolder,
  fileStamp,
  forEachLimited,
  readCheckedCache,
  writeCheckedCache,
} from '../../base/index';
import { checkPhoto, type PhotoFacts } from './check-photo';

/** Facts of a photo, or why it cannot be used. */
export type ScanResult = PhotoFacts | { reason: string };

type CacheRow = [file: string, bytes: number, mtimeMs: number, result: ScanResult];

/** Changes when `checkPhoto` judges differently. */
const VERSION = 2;
/** So many new results are saved at once, so that a kill loses little. */
const SAVE_EVERY = 2000;
/** Decoding keeps the cores busy while other photos are read. */
const CONCURRENCY = 2 * availableParallelism();

/**
 * Decodes every photo once and remembers the outcome in `data/cache/scan` by path, size and time, so that the
 * next scan only looks at what changed.
 *
 * @param folder absolute path of the folder of class folders
 * @param files paths below it, `/`-separated
 * @param onProgress called as photos are done
 */
export async function scanPhotos(
  folder: string,
  files: readonly string[],
  onProgress?: (done: number, total: number) => void,
): Promise<Map<string, ScanResult>> {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const cachePath = cacheFolder('scan', `${key}.json`);
  const cache = new Map(
    ((await readCheckedCache<CacheRow[]>(cachePath, VERSION)) ?? []).map((row) => [row[0], row]),
  );
  const results = new Map<string, ScanResult>();
  let unsaved = 0;
  let done = 0;
  const save = () => {
    unsaved = 0;
    return writeCheckedCache(cachePath, VERSION, [...cache.values()]);
  };
  try {
    await forEachLimited(files, CONCURRENCY, async (file) => {
      const result = await scanOne(folder, file, cache, () => unsaved++);
      results.set(file, result);
      if (unsaved >= SAVE_EVERY) await save();
      onProgress?.(++done, files.length);
    });
  } finally {
    // also when a person stops it: the next run goes on from there
    if (unsaved > 0) await save();
  }
  return results;
}

async function scanOne(
  folder: string,
  file: string,
  cache: Map<string, CacheRow>,
  onNew: () => void,
): Promise<ScanResult> {
  const path = join(folder, file);
  let bytes: Buffer;
  let stamp: { bytes: number; mtimeMs: number };
  try {
    stamp = await fileStamp(path);
    const known = cache.get(file);
    if (known && known[1] === stamp.bytes && known[2] === stamp.mtimeMs) return known[3];
    bytes = await readFile(path);
  } catch (error) {
    // not remembered: permissions and disks get mended without a change of the file
    return { reason: `expected a readable file, received ${(error as NodeJS.ErrnoException).code}` };
  }
  const result = await checkPhoto(bytes, file).catch((error: Error) => ({ reason: error.message }));
  cache.set(file, [file, stamp.bytes, stamp.mtimeMs, result]);
  onNew();
  return result;
}
