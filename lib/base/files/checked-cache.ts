import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from './write-file-atomic';

/** First 16 hex digits of the sha256 of what a cache file holds. */
const digest = (content: string): string => createHash('sha256').update(content).digest('hex').slice(0, 16);

/**
 * Reads what {@link writeCheckedCache} wrote. A file that is missing, or of another version, is no cache. One that is
 * damaged (cut short, other bytes, no JSON) is none either, and one line on stderr says so.
 *
 * @param version of what the caller writes; another one in the file means that it is made anew
 * @returns undefined when there is nothing to use
 * @throws Error when the file is there and may not be read (permissions, disk)
 */
export async function readCheckedCache<T>(path: string, version: number): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`expected a cache that can be read in ${path}: delete it`, { cause: error });
  }
  const newline = text.indexOf('\n');
  const [name, written, sum] = text.slice(0, newline).split(' ');
  const content = text.slice(newline + 1);
  if (name === 'dogbreeds-cache' && written !== String(version)) return undefined;
  if (name === 'dogbreeds-cache' && sum === digest(content)) return JSON.parse(content) as T;
  console.error(`the cache ${path} is damaged: it is made again`);
  return undefined;
}

/**
 * Writes a cache file: a line with version and checksum, then the value as JSON. Whole or not at all, also when two
 * processes write at once (then the last one stays).
 *
 * @example await writeCheckedCache(cacheFolder('scan', 'a.json'), 2, rows)
 */
export async function writeCheckedCache(path: string, version: number, value: unknown): Promise<void> {
  const content = JSON.stringify(value);
  await writeFileAtomic(path, `dogbreeds-cache ${version} ${digest(content)}\n${content}`);
}
