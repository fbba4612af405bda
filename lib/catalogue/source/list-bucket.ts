import picomatch from 'picomatch';
import { isIgnoredName, isPhotoName } from '../../base/index';
import { decodeName } from '../scan/file-name';
import { countEnding, type FolderListing, PART_NAMES, type WalkOptions } from '../scan/walk-folder';
import { parseS3 } from './s3-address';
import { explainS3, openS3, type S3Object } from './s3-client';

/** An object's time in whole seconds: listings give milliseconds on some servers, readings never do. */
export const secondsOf = (time: Date | undefined): number => 1000 * Math.floor((time?.getTime() ?? 0) / 1000);

/**
 * Lists what lies below an `s3://` address as {@link walkFolder} lists a folder: hidden files, thumbnails and bins are left
 * out, the `/` in keys makes folders. Keys come in pages of a thousand, in order, so a folder is complete when the first
 * key beyond it comes; only the folders on the way to it are in memory, and of a large one a part of 4,096 photos. Nothing
 * below the address: no listing at all.
 *
 * @throws Error when the bucket cannot be listed, or its keys come in no order
 */
export async function* listBucket(root: string, options: WalkOptions = {}): AsyncGenerator<FolderListing> {
  const ignored = picomatch(options.ignore ?? [], { dot: true });
  const isLeftOut = (folder: string, name: string) => isIgnoredName(name) || ignored(`${folder}${name}`);
  const isHiddenFolder = (folder: string): boolean => {
    const names = folder.split('/').slice(0, -1);
    return names.some((name, i) =>
      isLeftOut(
        names
          .slice(0, i)
          .map((above) => `${above}/`)
          .join(''),
        name,
      ),
    );
  };
  const open: FolderListing[] = [];
  let last = { folder: '', hidden: false };
  for await (const { path, size, mtime, etag } of objects(root, options.signal)) {
    const cut = path.lastIndexOf('/') + 1;
    const [folder, name] = [path.slice(0, cut), path.slice(cut)];
    if (folder !== last.folder) last = { folder, hidden: isHiddenFolder(folder) };
    if (last.hidden) continue;
    while (open.length > 0 && !folder.startsWith(open.at(-1)?.folder ?? ''))
      yield open.pop() as FolderListing;
    if (open.at(-1)?.folder !== folder) open.push({ folder, photos: [], others: new Map() });
    let { photos, others } = open.at(-1) as FolderListing;
    if (name === '' || isLeftOut(folder, name)) continue; // '': a folder, as some programs write it
    if (path.startsWith('/')) others.set('key with / in front', (others.get('key with / in front') ?? 0) + 1);
    else if (isPhotoName(name)) {
      if (photos.length === PART_NAMES) {
        yield { ...(open.pop() as FolderListing), before: name };
        [photos, others] = [[], new Map()];
        open.push({ folder, from: name, photos, others });
      }
      photos.push({ name, size, mtime, etag });
    } else countEnding(others, name);
  }
  for (const listing of open.reverse()) yield listing;
}

async function* objects(root: string, signal?: AbortSignal) {
  const address = parseS3(root);
  let token: string | undefined;
  let last = Buffer.alloc(0);
  const client = await openS3();
  do {
    signal?.throwIfAborted();
    const page = await client.list(address, { token, signal }).catch((error) => {
      signal?.throwIfAborted();
      throw explainS3(error, root);
    });
    for (const object of page.Contents ?? []) {
      const key = Buffer.from(keyOf(object, page.EncodingType === 'url'));
      if (Buffer.compare(last, key) >= 0)
        throw new Error(
          `expected the keys of ${root} in order, received "${key}" after "${last}": directory buckets cannot be listed`,
        );
      last = key;
      yield {
        path: decodeName(key.subarray(Buffer.byteLength(address.prefix))),
        size: object.Size ?? 0,
        mtime: secondsOf(object.LastModified),
        etag: object.ETag ?? '',
      };
    }
    token = page.NextContinuationToken;
  } while (token);
}

function keyOf({ Key = '' }: S3Object, encoded: boolean): string {
  return encoded ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
}
