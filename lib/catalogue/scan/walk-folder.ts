import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import picomatch from 'picomatch';
import { isIgnoredName, isPhotoName } from '../../base/index';
import { decodeName, fsPath } from './file-name';

/** A file as a listing shows it: nothing of it was read. */
export interface FileStat {
  name: string;
  /** Bytes. */
  size: number;
  /** Last change, milliseconds since 1970; whole seconds in a bucket. */
  mtime: number;
  /** Tag of an object's content, in a bucket: it tells two versions of one second apart. */
  etag?: string;
}

/** What lies directly in one folder. */
export interface FolderListing {
  /** Relative to the root: '' or 'a/b/'. */
  folder: string;
  photos: FileStat[];
  /** Endings of the files that are no photos, with their counts. */
  others: Map<string, number>;
  /** Why the folder could not be listed (EACCES, EIO ...): then nothing is known of what is in it. */
  error?: string;
}

/** Options of {@link walkFolder}. */
export interface WalkOptions {
  /** Further patterns (picomatch) of paths below the root that are left out, e.g. `backup/**`. */
  ignore?: string[];
  /** Stops the walk between two folders. */
  signal?: AbortSignal;
}

/** Calls of stat under way at once: what hides the latency of a network drive. */
const STATS_AT_ONCE = 32;

/**
 * Walks a folder of any size, one listing at a time. Hidden files and folders, `._` files, thumbnails of NAS boxes and
 * bins are left out. Links to files and folders outside are followed, each real folder once, so that loops end and
 * nothing below the root is seen twice. Names come in order, so that two walks of one folder are the same.
 *
 * @throws Error when the root itself cannot be listed
 * @example for await (const { folder, photos } of walkFolder('/mnt/photos')) ...
 */
export async function* walkFolder(root: string, options: WalkOptions = {}): AsyncGenerator<FolderListing> {
  const ignored = picomatch(options.ignore ?? [], { dot: true });
  const top = await realpath(root);
  const rootStat = await stat(root);
  const seen = new Set([identity(rootStat)]);
  const folders = [''];
  const links: string[] = [];
  while (folders.length > 0 || links.length > 0) {
    options.signal?.throwIfAborted();
    const next = folders.pop() ?? links.shift() ?? '';
    const entries = await list(root, next).catch((error: NodeJS.ErrnoException) => {
      if (next === '') throw error;
      return error.code ?? 'unknown error';
    });
    if (typeof entries === 'string') {
      yield { folder: next, photos: [], others: new Map(), error: entries };
      continue;
    }
    const listing: FolderListing = { folder: next, photos: [], others: new Map() };
    const files: { name: string; link: boolean }[] = [];
    const below: string[] = [];
    const linked: { name: string; found: Stats }[] = [];
    for (const entry of entries) {
      const name = decodeName(entry.name);
      if (isIgnoredName(name) || ignored(`${next}${name}`)) continue;
      if (entry.isDirectory()) below.push(`${next}${name}/`);
      else if (entry.isFile()) files.push({ name, link: false });
      else if (entry.isSymbolicLink()) files.push({ name, link: true });
    }
    for (const folder of below.sort().reverse()) {
      const known = await stat(fsPath(`${root}/${folder}`)).then(identity, () => folder);
      if (seen.has(known)) continue; // a bind mount into itself, or what a link already led to
      seen.add(known);
      folders.push(folder);
    }
    await eachOf(files, async ({ name, link }) => {
      const found = link
        ? await followLink(root, top, `${next}${name}`)
        : isPhotoName(name)
          ? await lstat(fsPath(`${root}/${next}${name}`)).catch(() => null)
          : 'other';
      if (found === null) return; // went away meanwhile, or a link to nothing
      if (found === 'other') countEnding(listing.others, name);
      else if (found.isFile() && isPhotoName(name))
        listing.photos.push({ name, size: found.size, mtime: found.mtimeMs });
      else if (found.isFile()) countEnding(listing.others, name);
      else if (found.isDirectory()) linked.push({ name, found });
    });
    for (const { name, found } of linked.sort(byName)) {
      if (seen.has(identity(found))) continue;
      seen.add(identity(found));
      links.push(`${next}${name}/`);
    }
    listing.photos.sort(byName);
    yield listing;
  }
}

/** A link's target when it lies outside of the root: what is inside is found without it. */
async function followLink(root: string, top: string, path: string): Promise<Stats | null> {
  try {
    const target = await realpath(fsPath(`${root}/${path}`));
    if (target === top || target.startsWith(`${top}${sep}`) || top.startsWith(`${target}${sep}`)) return null;
    return await stat(target);
  } catch {
    return null;
  }
}

const list = async (root: string, folder: string): Promise<Dirent<Buffer>[]> =>
  readdir(fsPath(`${root}/${folder}`), { withFileTypes: true, encoding: 'buffer' }) as unknown as Promise<
    Dirent<Buffer>[]
  >;

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : Number(a.name > b.name);

const identity = (found: Stats): string => `${found.dev}:${found.ino}`;

/** Counts a file that is no photo by its ending. */
export function countEnding(others: Map<string, number>, name: string): void {
  const ending = /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? 'no ending';
  others.set(ending, (others.get(ending) ?? 0) + 1);
}

async function eachOf<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += STATS_AT_ONCE)
    await Promise.all(items.slice(start, start + STATS_AT_ONCE).map(visit));
}
