import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/**
 * Calls `visit` for each file of a tar, one after the other, with a path that is safe below any folder.
 *
 * @param path of the tar
 * @param visit must read its stream to the end
 * @throws Error when the archive is damaged or cut short, or an entry's path leaves the archive
 */
export async function forEachTarFile(
  path: string,
  visit: (name: string, stream: Readable) => Promise<void>,
): Promise<void> {
  const unpack = extract();
  let ended = false;
  const visiting = (async () => {
    for await (const entry of unpack) {
      const stream = entry as unknown as Readable;
      const parts = entry.header.name.split('/').filter((part) => part !== '' && part !== '.');
      if (entry.header.name.startsWith('/') || parts.includes('..'))
        throw new Error(`expected paths inside the archive, received ${entry.header.name} in ${path}`);
      const hidden = parts.some((part) => part.startsWith('.'));
      if (entry.header.type === 'file' && !hidden) await visit(parts.join('/'), stream);
      else stream.resume();
    }
    ended = true;
  })();
  try {
    await Promise.all([pipeline(createReadStream(path), unpack), visiting]);
  } catch (error) {
    throw new Error(`expected a whole tar archive, received ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!ended) throw new Error(`expected a whole tar archive, ${path} ends early`);
}
