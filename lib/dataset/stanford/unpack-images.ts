import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeStale, writableData } from '../../base/index';
import { forEachTarFile } from './tar-files';

/**
 * Unpacks `images.tar` of Stanford Dogs, streaming, and returns the folder of class folders. It lands beside the
 * tar when that lies in `data/raw`, otherwise in `data/raw/<folder's name>-<key>`, whole or not at all; a second
 * call finds it there.
 *
 * @param tar absolute path
 * @param onProgress bytes of photos unpacked so far, and the tar's size
 * @throws Error when the archive is damaged or cut short, or holds no photo
 */
export async function unpackImages(
  tar: string,
  onProgress?: (doneBytes: number, totalBytes: number) => void,
): Promise<string> {
  const raw = writableData('raw');
  const { size, mtimeMs } = await stat(tar);
  const key = createHash('sha256').update(`${tar} ${size} ${mtimeMs}`).digest('hex').slice(0, 8);
  const inside = !relative(raw, tar).startsWith('..');
  const home = inside ? dirname(tar) : join(raw, `${basename(dirname(tar))}-${key}`);
  const target = join(home, 'Images');
  if (await stat(target).then(Boolean, () => false)) return target;
  await mkdir(home, { recursive: true });
  await removeStale(home, '.unpacking-');
  const temporary = await mkdtemp(join(home, '.unpacking-'));
  const made = new Set<string>();
  let doneBytes = 0;
  try {
    await forEachTarFile(tar, async (name, stream) => {
      const path = join(temporary, name.replace(/^images\//i, ''));
      if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
      made.add(dirname(path));
      const file = createWriteStream(path);
      await pipeline(stream, file);
      doneBytes += file.bytesWritten;
      onProgress?.(doneBytes, size);
    });
    if (made.size === 0) throw new Error(`expected photos in ${tar}, found none`);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    await rmdir(home).catch(() => undefined); // only when nothing else is in it
    throw error;
  }
  return target;
}
