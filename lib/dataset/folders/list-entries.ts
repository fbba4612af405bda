import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isIgnoredName } from '../../base/index';

/** What lies in a folder, links followed. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder' | 'unusable';
  /** Why it is `unusable`: no name, no target, or something that would be waited for. */
  reason?: string;
}

/**
 * Lists a folder: what people put there, by name in order of code units. Hidden files and what drives and programs
 * leave behind do not count. Nothing is opened, so that a named pipe is not waited for.
 *
 * @throws Error of `fs.readdir` when the folder cannot be listed
 */
export async function listEntries(folder: string): Promise<Entry[]> {
  const entries: Dirent<Buffer>[] = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const kinds = entries.map(async (entry): Promise<Entry> => {
    const name = entry.name.toString('utf8');
    if (!isUtf8(entry.name))
      return unusable(escapeBytes(entry.name), 'expected a name in UTF-8, received other bytes: rename it');
    if (!entry.isSymbolicLink()) return kindOf(name, entry);
    return stat(join(folder, name)).then(
      (target) => kindOf(name, target),
      (error: NodeJS.ErrnoException) => unusable(name, describeLink(error.code)),
    );
  });
  const found = await Promise.all(kinds);
  return found
    .filter(({ name }) => !isIgnoredName(name))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

const unusable = (name: string, reason: string): Entry => ({ name, kind: 'unusable', reason });

/** The methods that `Dirent` and `Stats` share. */
type Kinds = Pick<Dirent, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>;

function kindOf(name: string, entry: Kinds): Entry {
  if (entry.isFile()) return { name, kind: 'file' };
  if (entry.isDirectory()) return { name, kind: 'folder' };
  const what = entry.isFIFO() ? 'a named pipe' : entry.isSocket() ? 'a socket' : 'a device';
  return unusable(name, `expected a file, received ${what}`);
}

function describeLink(code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'expected a photo, received a link to nothing';
  if (code === 'ELOOP') return 'expected a photo, received a link that leads back to itself';
  return `expected a photo, received a link that cannot be followed (${code})`;
}

/** Bytes of a name as people can read them, what is no ASCII as `\xE9`. */
const escapeBytes = (name: Buffer): string =>
  [...name]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
