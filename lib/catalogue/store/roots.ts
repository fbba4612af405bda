import { realpathSync } from 'node:fs';
import { basename, sep } from 'node:path';
import { isS3, rootFolder } from '../source/s3-address';
import type { Catalogue } from './open-catalogue';

/** A folder of the collection under the name that its files are kept by. */
export interface Root {
  name: string;
  /** Where it lies on this machine, or its `s3://bucket/prefix`. */
  folder: string;
}

/** The roots that the catalogue knows, by name. */
export const listRoots = ({ db }: Catalogue): Root[] =>
  db.prepare('select name, folder from root order by name').all() as Root[];

/**
 * Takes a folder or `s3://bucket/prefix` into the collection, under a name: `DIR` is named after its last part, `NAME=DIR`
 * says its name. A known name with another folder has moved: its files stay known.
 *
 * @throws Error when the name belongs to another folder, or the folder lies in or around another root
 * @example addRoot(catalogue, 'nas=/mnt/nas/photos')
 */
export function addRoot(catalogue: Catalogue, text: string): Root {
  const named = /^([\w.-]+)=(.+)$/s.exec(text);
  const folder = realFolder(named?.[2] ?? text);
  const roots = listRoots(catalogue);
  const same = roots.find((root) => root.folder === folder);
  if (same && (!named || named[1] === same.name)) return same;
  const name = named?.[1] ?? (basename(folder) || 'root');
  if (same)
    throw new Error(
      `expected the name "${same.name}" for ${folder}, which it has already, received "${name}"`,
    );
  const taken = roots.find((root) => root.name === name);
  if (taken && !named)
    throw new Error(
      `expected a new name: "${name}" is ${taken.folder}; write NAME=${folder}, or ${name}=${folder} if that folder moved here`,
    );
  const around = roots.find(
    (root) => root.name !== name && (isIn(folder, root.folder) || isIn(root.folder, folder)),
  );
  if (around)
    throw new Error(
      `expected a folder beside the known ones, ${folder} lies in or around "${around.name}" (${around.folder})`,
    );
  catalogue.db.prepare('insert or replace into root (name, folder) values (?, ?)').run(name, folder);
  return { name, folder };
}

function isIn(inner: string, outer: string): boolean {
  const end = isS3(outer) ? '/' : sep;
  return inner.startsWith(outer.endsWith(end) ? outer : `${outer}${end}`);
}

/** Absolute and without links; an address stays one; a folder that is not there keeps its name, and the scan says so. */
function realFolder(path: string): string {
  const folder = rootFolder(path);
  if (isS3(folder)) return folder;
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
