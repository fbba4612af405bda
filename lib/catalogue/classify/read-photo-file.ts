import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { checkPhotoFormat, MAX_PIXELS } from '../../base/index';
import type { RgbImage } from '../../image/index';
import { decodePhoto } from '../../models/index';
import { fsPath, showName } from '../scan/file-name';
import type { ShardFile } from '../store/plan-shards';
import type { PhotoClassifier } from './photo-classifier';
import { differenceHash, type PhotoFacts, readHeader } from './photo-facts';

/** Largest file that is taken for a photo, bytes. */
const MAX_BYTES = 512 * 2 ** 20;

/** What reading one file gave. */
export interface ReadPhoto {
  file: ShardFile;
  /** As it was when it was read, which may be later than the scan. */
  size: number;
  mtime: number;
  sha256: string | null;
  /** What the network sees; absent for a photo that is known already, and for one that cannot be read. */
  image?: RgbImage;
  facts?: PhotoFacts;
  failure?: { code: string; message: string };
}

/** The drive of a root went away while it was read: no photo's fault. */
export class RootGoneError extends Error {
  constructor(folder: string, code: string) {
    super(
      `the drive at ${folder} went away while it was read (${code}): plug it in and run the same command again`,
    );
    this.name = 'RootGoneError';
  }
}

/**
 * Reads one file once: hash, header, pixels for the model. A photo that cannot be used is a result, not an error.
 *
 * @param root where the file's root lies on this machine
 * @throws RootGoneError when the root can no longer be listed, or is empty
 */
export async function readPhotoFile(
  root: string,
  file: ShardFile,
  input: PhotoClassifier['input'],
): Promise<ReadPhoto> {
  const read = await readSteady(root, file);
  if (!('bytes' in read)) return { file, size: file.size, mtime: file.mtime, sha256: null, failure: read };
  const { bytes, size, mtime } = read;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const result: ReadPhoto = { file, size, mtime, sha256 };
  if (file.maybe.includes(sha256)) return result;
  const name = showName(file.path);
  try {
    checkPhotoFormat(bytes, name);
  } catch (error) {
    return { ...result, failure: { code: 'unsupported_format', message: firstLine(error) } };
  }
  try {
    const image = await decodePhoto(bytes, input, { maxPixels: MAX_PIXELS, name });
    const facts = { ...(await readHeader(bytes)), dhash: differenceHash(image) };
    return { ...result, image, facts };
  } catch (error) {
    const message = firstLine(error);
    const code = message.includes('pixels, received a larger one') ? 'too_many_pixels' : 'unreadable';
    return { ...result, failure: { code, message } };
  }
}

type Steady = { bytes: Buffer; size: number; mtime: number };

/** The file's bytes from one moment: a file that is being written is read again once, then left for the next run. */
async function readSteady(
  root: string,
  file: ShardFile,
): Promise<Steady | { code: string; message: string }> {
  const name = showName(file.path);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const handle = await open(fsPath(isAbsolute(file.path) ? file.path : `${root}/${file.path}`));
      try {
        const before = await handle.stat();
        if (before.size > MAX_BYTES)
          return {
            code: 'too_large',
            message: `expected a photo of at most ${MAX_BYTES / 2 ** 20} MiB, received ${before.size} bytes in ${name}`,
          };
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

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
