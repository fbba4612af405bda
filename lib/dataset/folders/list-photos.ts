import { extname, join } from 'node:path';
import { isPhotoName } from '../../base/index';
import type { Quarantined } from '../types';
import { listEntries } from './list-entries';

/** The files of a folder of class folders. */
export interface PhotoList {
  /** Files to look at, `<class folder>/<name>`, by class folder, sorted by code unit. */
  classes: Map<string, string[]>;
  /** What cannot be a photo of a class. */
  quarantine: Quarantined[];
}

/** Pictures that are not read, but by their content the reason can be said. */
const KNOWN_PICTURES = /\.(bmp|svg)$/i;
const mayBePhoto = (name: string): boolean => isPhotoName(name) || KNOWN_PICTURES.test(name);

/**
 * Lists the photos of a folder of class folders. Nothing is dropped silently: an empty class folder, a folder in
 * a class folder, a file that is no photo by its ending, a photo outside of any class folder, a link to nothing, a
 * named pipe and a name that is no UTF-8 are quarantined. Hidden files and what drives and programs leave behind
 * (`@eaDir`, `Thumbs.db`) do not count.
 */
export async function listPhotos(imagesFolder: string): Promise<PhotoList> {
  const classes = new Map<string, string[]>();
  const quarantine: Quarantined[] = [];
  for (const { name, kind, reason } of await listEntries(imagesFolder)) {
    if (kind === 'file' && mayBePhoto(name))
      quarantine.push({ file: name, reason: 'expected photos inside a class folder, found one beside them' });
    if (kind === 'unusable') quarantine.push({ file: name, reason: reason ?? '' });
    if (kind === 'folder') {
      const listed = await listClass(imagesFolder, name);
      quarantine.push(...listed.quarantine);
      if (listed.files.length > 0) classes.set(name, listed.files);
    }
  }
  return { classes, quarantine };
}

async function listClass(
  imagesFolder: string,
  folder: string,
): Promise<{ files: string[]; quarantine: Quarantined[] }> {
  const quarantine: Quarantined[] = [];
  const files: string[] = [];
  const refuse = (name: string, reason: string) => quarantine.push({ file: `${folder}/${name}`, reason });
  try {
    for (const { name, kind, reason = '' } of await listEntries(join(imagesFolder, folder)))
      if (kind === 'unusable') refuse(name, reason);
      else if (kind === 'folder') refuse(`${name}/`, 'expected photos in a class folder, found a folder');
      else if (!mayBePhoto(name))
        refuse(name, `expected a photo, received a file whose name ends in "${extname(name)}"`);
      else files.push(`${folder}/${name}`);
    if (files.length === 0) refuse('', 'expected photos in this class folder, found none');
  } catch (error) {
    refuse('', `expected a folder that can be read, received ${(error as NodeJS.ErrnoException).code}`);
  }
  return { files, quarantine };
}
