import { createHash } from 'node:crypto';
import { checkPhotoFormat, MAX_PIXELS } from '../../base/index';
import { decodePhoto, type RgbImage } from '../../image/index';
import { showName } from '../scan/file-name';
import { readRootFile } from '../source/read-root-file';
import type { ShardFile } from '../store/plan-shards';
import type { PhotoClassifier } from './photo-classifier';
import { differenceHash, type PhotoFacts, readHeader } from './photo-facts';

/** What reading one file gave. */
export interface ReadPhoto {
  file: ShardFile;
  /** As it was when it was read, which may be later than the scan. */
  size: number;
  mtime: number;
  etag?: string;
  sha256: string | null;
  /** What the network sees; absent for a photo that is known already, and for one that cannot be read. */
  image?: RgbImage;
  facts?: PhotoFacts;
  failure?: { code: string; message: string };
}

/**
 * Reads one file once: hash, header, pixels for the model. A photo that cannot be used is a result, not an error.
 *
 * @param root where the file's root lies on this machine, or its `s3://` address
 * @throws RootGoneError when the root can no longer be listed, or is empty
 */
export async function readPhotoFile(
  root: string,
  file: ShardFile,
  input: PhotoClassifier['input'],
): Promise<ReadPhoto> {
  const read = await readRootFile(root, file.path);
  if (!('bytes' in read)) {
    const { size, mtime, etag } = file;
    return { file, size, mtime, etag, sha256: null, failure: read };
  }
  const { bytes, size, mtime, etag } = read;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const result: ReadPhoto = { file, size, mtime, etag, sha256 };
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

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
