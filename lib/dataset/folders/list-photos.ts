import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Quarantined } from '../types';
import { classFolders } from './find-layout';

/** The files of a folder of class folders. */
export interface PhotoList {
  /** Files to look at, `<class folder>/<name>`, by class folder, sorted by code unit. */
  classes: Map<string, string[]>;
  /** What cannot be a photo of a class. */
  quarantine: Quarantined[];
}

/** Endings that may be photos; what the file really is shows when it is decoded. */
const PHOTO_ENDINGS = new Set(
  '.jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .avif .heic .heif .bmp .svg'.split(' '),
);
/** Written by file managers, no one's data. */
const IGNORED = new Set(['Thumbs.db', 'desktop.ini', 'Icon\r']);

/**
 * Lists the photos of a folder of class folders. Nothing is dropped silently: an empty class folder, a folder in
 * a class folder, a file that is no photo by its ending and a photo outside of any class folder are quarantined.
 * Hidden files do not count.
 */
export async function listPhotos(imagesFolder: string): Promise<PhotoList> {
  const classes = new Map<string, string[]>();
  const quarantine: Quarantined[] = [];
  for (const { name } of await visibleEntries(imagesFolder))
    if (PHOTO_ENDINGS.has(extname(name).toLowerCase()) && (await stat(join(imagesFolder, name))).isFile())
      quarantine.push({ file: name, reason: 'expected photos inside a class folder, found one beside them' });
  for (const folder of await classFolders(imagesFolder)) {
    const files: string[] = [];
    for (const entry of await visibleEntries(join(imagesFolder, folder))) {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        quarantine.push({ file: `${file}/`, reason: 'expected photos in a class folder, found a folder' });
      else if (!PHOTO_ENDINGS.has(extname(entry.name).toLowerCase()))
        quarantine.push({
          file,
          reason: `expected a photo, received a file whose name ends in "${extname(entry.name)}"`,
        });
      else files.push(file);
    }
    if (files.length === 0)
      quarantine.push({ file: `${folder}/`, reason: 'expected photos in this class folder, found none' });
    else classes.set(folder, files.sort());
  }
  return { classes, quarantine };
}

async function visibleEntries(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !IGNORED.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
