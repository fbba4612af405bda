import { MAX_PIXELS, openPixels } from '../../base/index';
import { readRootFile } from '../source/read-root-file';
import type { Catalogue } from '../store/open-catalogue';
import { listRoots } from '../store/roots';

/** Longest side of a picture that is shown, px. */
export const THUMBNAIL_SIDES = { small: 240, large: 1024 } as const;

/**
 * A photo of the catalogue as a small JPEG, upright, without its metadata (place, camera). Only photos that the catalogue
 * has are read: a hash is looked up, no path is taken from anybody.
 *
 * @returns null where the catalogue has no such photo, or its file is not there
 */
export async function readThumbnail(
  catalogue: Catalogue,
  sha256: string,
  size: keyof typeof THUMBNAIL_SIDES,
): Promise<Buffer | null> {
  const folders = new Map(listRoots(catalogue).map(({ name, folder }) => [name, folder]));
  const files = catalogue.db
    .prepare("select root, folder || name as path from file where sha256 = ? and state = 'done' order by id")
    .all(sha256) as { root: string; path: string }[];
  for (const { root, path } of files) {
    const folder = folders.get(root);
    const read = folder ? await readRootFile(folder, path).catch(() => null) : null;
    if (!read || !('bytes' in read)) continue;
    const side = THUMBNAIL_SIDES[size];
    return (await openPixels(read.bytes, { failOn: 'none', limitInputPixels: MAX_PIXELS }))
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 82 })
      .toBuffer();
  }
  return null;
}
