import { setTimeout as sleep } from 'node:timers/promises';
import { encodeName, showName } from '../scan/file-name';
import { secondsOf } from './list-bucket';
import { RootGoneError } from './root-gone';
import { parseS3 } from './s3-address';
import { codeOfS3, explainS3, openS3 } from './s3-client';
import { MAX_BYTES, type SteadyRead, type Trouble, tooLarge } from './steady-read';

/** Readings that are cut short are begun again so often; the client itself repeats what did not begin. */
const TRIES = 4;
const WAIT_MS = 300;

/**
 * An object's bytes: one version of it, whatever is written meanwhile.
 *
 * @param path below the root, as the catalogue keeps it
 * @throws RootGoneError when the bucket can no longer be listed either
 */
export async function readObject(root: string, path: string): Promise<SteadyRead | Trouble> {
  const name = showName(path);
  const address = parseS3(root);
  const client = await openS3();
  for (let attempt = 1; ; attempt++) {
    let begun = false;
    try {
      const {
        Body,
        ContentLength: size = 0,
        LastModified,
        ETag,
      } = await client.get(address, `${address.prefix}${encodeName(path)}`);
      begun = true;
      if (size > MAX_BYTES) {
        Body?.destroy?.();
        return tooLarge(size, name);
      }
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (bytes.length !== size) throw new Error(`${bytes.length} of ${size} bytes came`);
      return { bytes, size, mtime: secondsOf(LastModified), etag: ETag ?? '' };
    } catch (error) {
      if (begun && attempt < TRIES) {
        await sleep(WAIT_MS * attempt);
        continue;
      }
      const code = codeOfS3(error);
      if (code === 'NoSuchKey') return { code: 'gone', message: `${name} went away before it was read` };
      await client.list(address, { most: 1 }).catch((trouble) => {
        throw new RootGoneError(root, explainS3(trouble, root).message);
      });
      return { code: 'io', message: `expected a readable object, received ${code} for ${name}` };
    }
  }
}
