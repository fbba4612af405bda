import { open, readdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fsPath, showName } from '../scan/file-name';
import { readObject } from './read-object';
import { RootGoneError } from './root-gone';
import { isS3 } from './s3-address';
import { MAX_BYTES, type SteadyRead, type Trouble, tooLarge } from './steady-read';

/**
 * Reads one file of a root, whole and from one moment: a file that is being written is read again once, then left for the
 * next run.
 *
 * @param root folder, or `s3://` address
 * @param path below it, as the catalogue keeps it
 * @throws RootGoneError when the root can no longer be listed, or is empty
 */
export async function readRootFile(root: string, path: string): Promise<SteadyRead | Trouble> {
  if (isS3(root)) return readObject(root, path);
  const name = showName(path);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const handle = await open(fsPath(isAbsolute(path) ? path : `${root}/${path}`));
      try {
        const before = await handle.stat();
        if (before.size > MAX_BYTES) return tooLarge(before.size, name);
        const bytes = await handle.readFile();
        const after = await handle.stat();
        if (before.size === after.size && before.mtimeMs === after.mtimeMs && bytes.length === after.size)
          return { bytes, size: after.size, mtime: after.mtimeMs };
      } finally {
        await handle.close();
      }
    }
    return { code: 'changing', message: `${name} changed while it was read: the next run looks again` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    await checkRoot(root, code);
    if (code === 'ENOENT') return { code: 'gone', message: `${name} went away before it was read` };
    return { code: 'io', message: `expected a readable file, received ${code} in ${name}` };
  }
}

async function checkRoot(root: string, code: string): Promise<void> {
  const entries = await readdir(root).catch(() => []);
  if (entries.length === 0) throw new RootGoneError(root, code);
}
