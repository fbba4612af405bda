import type { Dirent, OpenDirOptions, Stats } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
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

/** What lies directly in one folder, or in a part of one that has many files; its parts come in the order of their names. */
export interface FolderListing {
  /** Relative to the root: '' or 'a/b/'. */
  folder: string;
  photos: FileStat[];
  /** Endings of the files that are no photos, with their counts. */
  others: Map<string, number>;
  /** First name of the part, in the order of UTF-8; none: from the beginning. */
  from?: string;
  /** First name of the next part; none: this is the last one. */
  before?: string;
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

/** Names of a part of a listing. */
export const PART_NAMES = 4096;
/** Entries that are read from a folder at once. */
const ENTRIES_AT_ONCE = 1024;
/** Calls of stat under way at once: what hides the latency of a network drive. */
const STATS_AT_ONCE = 32;

/**
 * Walks a folder of any size, one listing of at most 4,096 names at a time; of a large folder its names alone are in
 * memory. Hidden files and folders, `._` files, thumbnails of NAS boxes and bins are left out. Links to files and folders outside are followed, each real folder once, so that loops end and
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
    const isLeftOut = (name: string) => isIgnoredName(name) || ignored(`${next}${name}`);
    const entries = await list(root, next, isLeftOut).catch((error: NodeJS.ErrnoException) => {
      if (next === '') throw error;
      return error.code ?? 'unknown error';
    });
    if (typeof entries === 'string') {
      yield { folder: next, photos: [], others: new Map(), error: entries };
      continue;
    }
    const { names, below, linkNames } = entries;
    for (const name of below.sort().reverse()) {
      const folder = `${next}${name}/`;
      const known = await stat(fsPath(`${root}/${folder}`)).then(identity, () => folder);
      if (seen.has(known)) continue; // a bind mount into itself, or what a link already led to
      seen.add(known);
      folders.push(folder);
    }
    const linked: { name: string; found: Stats }[] = [];
    for (let start = 0; start === 0 || start < names.length; start += PART_NAMES) {
      options.signal?.throwIfAborted();
      const part = names.slice(start, start + PART_NAMES);
      const listing: FolderListing = {
        ...{ folder: next, photos: [], others: start === 0 ? entries.others : new Map<string, number>() },
        ...(start > 0 && { from: part[0] }),
        ...(start + PART_NAMES < names.length && { before: names[start + PART_NAMES] }),
      };
      await eachOf(part, async (name) => {
        const found = linkNames.has(name)
          ? await followLink(root, top, `${next}${name}`)
          : await lstat(fsPath(`${root}/${next}${name}`)).catch(() => null);
        if (found === null) return; // went away meanwhile, or a link to nothing
        if (found.isFile() && isPhotoName(name))
          listing.photos.push({ name, size: found.size, mtime: found.mtimeMs });
        else if (found.isFile()) countEnding(listing.others, name);
        else if (found.isDirectory()) linked.push({ name, found });
      });
      listing.photos.sort(byName);
      yield listing;
    }
    for (const { name, found } of linked.sort(byName)) {
      if (seen.has(identity(found))) continue;
      seen.add(identity(found));
      links.push(`${next}${name}/`);
    }
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

interface Entries {
  /** Photos by name and links, in the order of UTF-8. */
  names: string[];
  linkNames: Set<string>;
  /** Folders, in no order. */
  below: string[];
  /** Files that are no photos, by ending. */
  others: Map<string, number>;
}

/** What lies in a folder, by name: nothing is asked of the files. */
async function list(root: string, folder: string, isLeftOut: (name: string) => boolean): Promise<Entries> {
  const entries: Entries = { names: [], linkNames: new Set(), below: [], others: new Map() };
  const options = { encoding: 'buffer', bufferSize: ENTRIES_AT_ONCE } as unknown as OpenDirOptions;
  const open = await opendir(fsPath(`${root}/${folder}`) as string, options);
  for await (const entry of open as unknown as AsyncIterable<Dirent<Buffer>>) {
    const name = decodeName(entry.name);
    if (isLeftOut(name)) continue;
    if (entry.isDirectory()) entries.below.push(name);
    else if (entry.isFile() && !isPhotoName(name)) countEnding(entries.others, name);
    else if (entry.isFile()) entries.names.push(name);
    else if (entry.isSymbolicLink()) {
      entries.names.push(name);
      entries.linkNames.add(name);
    }
  }
  const plain = entries.names.every((name) => !BEYOND.test(name));
  entries.names.sort(plain ? undefined : (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return entries;
}

/** Where the order of JavaScript is not that of UTF-8, which the catalogue has. */
const BEYOND = /[\uD800-\uFFFF]/;

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
