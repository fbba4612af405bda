import { stat } from 'node:fs/promises';
import { type FolderListing, type WalkOptions, walkFolder } from '../scan/walk-folder';
import { listBucket } from './list-bucket';
import { isS3 } from './s3-address';

/** All photos of a root, folder by folder, wherever it lies: a folder of this machine, or an `s3://` address. */
export const listRoot = (root: string, options: WalkOptions = {}): AsyncGenerator<FolderListing> =>
  isS3(root) ? listBucket(root, options) : walkFolder(root, options);

/**
 * @param name of the root, for the message
 * @throws Error when a folder is not there; of a bucket, listing it tells
 */
export async function checkRootIsThere(name: string, folder: string): Promise<void> {
  if (isS3(folder)) return;
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory())
    throw new Error(
      `expected the folder of "${name}" at ${folder}, found ${found ? 'a file' : 'nothing'}: is the drive mounted? Nothing was marked gone`,
    );
}
