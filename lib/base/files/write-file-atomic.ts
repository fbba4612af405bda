import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: to a temporary file beside it, synced to disk, then renamed over it. Makes
 * missing folders. A kill at any time leaves the old file or the new one.
 *
 * @param options `sync: false` where a reader checks what a power cut may leave
 * @example await writeFileAtomic('data/cache/scan.json', JSON.stringify(rows))
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  { sync = true }: { sync?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const part of Array.isArray(content) ? content : [content]) await file.writeFile(part);
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
