import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Size and time of a file: what a cache compares to know that a file is unchanged. */
export interface FileStamp {
  bytes: number;
  mtimeMs: number;
}

/** @throws Error of `fs.stat` when the file is not there or may not be read */
export async function fileStamp(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, mtimeMs };
}

/**
 * Size and time of a file, or of each file of a folder, as text for the key of a cache.
 *
 * @throws Error of `fs` when it is not there or may not be read
 * @example hash.update(await stampOf(fromRoot('data', 'features')))
 */
export async function stampOf(path: string): Promise<string> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path, { recursive: true })).sort() : [''];
  const stamps = await Promise.all(names.map((name) => fileStamp(join(path, name))));
  return JSON.stringify([path, names, stamps]);
}
