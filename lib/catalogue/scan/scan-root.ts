import { createHash } from 'node:crypto';
import { checkRootIsThere, listRoot } from '../source/list-root';
import { isS3 } from '../source/s3-address';
import type { Catalogue } from '../store/open-catalogue';
import { showName } from './file-name';
import { Digests } from './folder-digests';
import type { FileStat, FolderListing, WalkOptions } from './walk-folder';

/** What a scan found, as numbers of files. */
export interface ScanCounts {
  /** Photos by name. */
  files: number;
  unchanged: number;
  added: number;
  /** Other size or time than before. */
  changed: number;
  /** Were there before, are no longer. */
  gone: number;
  /** Were marked gone and are there again, as they were. */
  returned: number;
  /** Files that are no photos, by ending. */
  others: Map<string, number>;
  /** Folders that could not be listed: what is known of them stays. */
  unreadable: { folder: string; code: string }[];
}

/** Options of {@link scanRoot}. */
export interface ScanOptions extends WalkOptions {
  /** Number of the run that scans. */
  run: number;
  /** Accept that most of a large root is gone. */
  acceptGone?: boolean;
  onProgress?: (files: number, folder: string) => void;
}

interface Known {
  id: number;
  name: string;
  size: number;
  mtime: number;
  etag: string | null;
  state: string;
}

/** A root of at least so many known files that lost more than half of them is looked at by a person first. */
const LARGE = 100;
/** Rows that are written in one commit. */
const COMMIT = 2000;

/**
 * Compares a root with what the catalogue knows of it, by name, size and time; nothing is read. What is new or changed
 * becomes `pending`, what is missing `gone`. A root that is not there, or empty where it was not, marks nothing.
 *
 * @param name of the root
 * @param folder where it lies
 * @throws Error when the root is missing, suddenly empty, or lost more than half of its files
 */
export async function scanRoot(
  catalogue: Catalogue,
  name: string,
  folder: string,
  options: ScanOptions,
): Promise<ScanCounts> {
  const { db } = catalogue;
  await checkRootIsThere(name, folder);
  const counts = emptyCounts();
  const writer = new Writer(catalogue, name, options.run);
  const known = knownOf(catalogue, name);
  const digests = new Digests(catalogue, name, writer);
  const visited = new Set<string>();
  const gone: number[] = [];
  for await (const listing of listRoot(folder, options)) {
    visited.add(listing.folder);
    if (listing.error) counts.unreadable.push({ folder: listing.folder, code: listing.error });
    else {
      const digest = digestOf(listing);
      const asBefore = digests.has(listing, digest);
      if (asBefore) skipKnown(listing, counts);
      const settled = asBefore || compare(listing, known(listing), writer, counts, gone);
      digests.keep(listing, settled ? digest : null);
    }
    options.onProgress?.(counts.files, showName(listing.folder));
  }
  writer.flush();
  if (isS3(folder) && visited.size === 0 && !options.acceptGone)
    throw new Error(
      `expected photos of "${name}" at ${folder}, found nothing: is the prefix right? Nothing was marked gone (--accept-gone if they were really deleted)`,
    );
  const lost = counts.unreadable.map((unreadable) => unreadable.folder);
  const folders = db.prepare('select distinct folder from file where root = ?').pluck().all(name) as string[];
  const rest = db.prepare("select id from file where root = ? and folder = ? and state <> 'gone'");
  for (const other of folders)
    if (!visited.has(other) && !lost.some((unreadable) => other.startsWith(unreadable)))
      for (const { id } of rest.iterate(name, other) as IterableIterator<{ id: number }>) gone.push(id);
  checkLoss(name, folder, counts, gone.length, options.acceptGone ?? false);
  for (let start = 0; start < gone.length; start += COMMIT)
    writer.markGone(gone.slice(start, start + COMMIT));
  for (const other of folders) if (!visited.has(other)) writer.remember(other, null);
  writer.flush();
  counts.gone = gone.length;
  return counts;
}

const emptyCounts = (): ScanCounts => ({
  files: 0,
  unchanged: 0,
  added: 0,
  changed: 0,
  gone: 0,
  returned: 0,
  others: new Map(),
  unreadable: [],
});

/** @returns whether all of it was known as it is */
function compare(
  { folder, photos, others }: FolderListing,
  known: Known[],
  writer: Writer,
  counts: ScanCounts,
  gone: number[],
): boolean {
  countFiles({ photos, others }, counts);
  const before = counts.unchanged;
  const byName = new Map(known.map((row) => [row.name, row]));
  for (const photo of photos) {
    const before = byName.get(photo.name);
    byName.delete(photo.name);
    if (!before) {
      counts.added++;
      writer.add(folder, photo);
    } else if (
      before.size !== photo.size ||
      before.mtime !== photo.mtime ||
      before.etag !== (photo.etag ?? null)
    ) {
      counts.changed++;
      writer.change(before.id, photo);
    } else if (before.state === 'gone') {
      counts.returned++;
      writer.return(before.id);
    } else counts.unchanged++;
  }
  const left = [...byName.values()].filter(({ state }) => state !== 'gone');
  for (const { id } of left) gone.push(id);
  return left.length === 0 && counts.unchanged - before === photos.length;
}

function countFiles({ photos, others }: Pick<FolderListing, 'photos' | 'others'>, counts: ScanCounts): void {
  counts.files += photos.length;
  for (const [ending, n] of others) counts.others.set(ending, (counts.others.get(ending) ?? 0) + n);
}

/** A listing that is exactly as the last scan found it: no row of it has to be read. */
function skipKnown(listing: FolderListing, counts: ScanCounts): void {
  countFiles(listing, counts);
  counts.unchanged += listing.photos.length;
}

/** Names, sizes and times of a listing's photos in one hash, and where the next part begins: nothing lies between. */
function digestOf({ photos, before }: FolderListing): string {
  const lines = photos
    .map(({ name, size, mtime, etag = '' }) => `${size} ${mtime} ${etag}${etag && ' '}${name}`)
    .sort();
  if (before !== undefined) lines.push(`\0before ${before}`);
  return createHash('sha1').update(lines.join('\0')).digest('base64');
}

/** Reads what is known of a listing: the rows whose names lie in it. */
function knownOf({ db }: Catalogue, root: string): (listing: FolderListing) => Known[] {
  const text =
    'select id, name, size, mtime, etag, state from file where root = ? and folder = ? and name >= ?';
  const rest = db.prepare(text);
  const some = db.prepare(`${text} and name < ?`);
  return ({ folder, from = '', before }) =>
    (before === undefined ? rest.all(root, folder, from) : some.all(root, folder, from, before)) as Known[];
}

function checkLoss(name: string, folder: string, counts: ScanCounts, gone: number, accept: boolean): void {
  const before = counts.unchanged + counts.changed + gone;
  if (accept || gone === 0) return;
  if (counts.files === 0)
    throw new Error(
      `expected the ${before} known photos of "${name}" in ${folder}, found an empty folder: ${doubt(folder)}? Nothing was marked gone (--accept-gone if they were really deleted)`,
    );
  if (before >= LARGE && gone > before / 2)
    throw new Error(
      `expected the ${before} known photos of "${name}" in ${folder}, ${gone} of them are missing: ${doubt(folder)}? Nothing was marked gone (--accept-gone if they were really deleted or moved)`,
    );
}

const doubt = (folder: string) => (isS3(folder) ? 'is the prefix right' : 'is the drive mounted');

/** Collects changes and writes some thousand of them in one commit. */
class Writer {
  private todo: (() => void)[] = [];
  private readonly insert;
  private readonly update;
  private readonly back;
  private readonly mark;
  private readonly keep;
  private readonly forget;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly root: string,
    private readonly run: number,
  ) {
    const { db } = catalogue;
    this.insert = db.prepare(
      "insert into file (root, folder, name, size, mtime, etag, state, first_run, last_run) values (?, ?, ?, ?, ?, ?, 'pending', ?, ?)",
    );
    this.update = db.prepare(
      "update file set size = ?, mtime = ?, etag = ?, state = 'pending', error_code = null, error = null, last_run = ? where id = ?",
    );
    this.back = db.prepare(
      "update file set state = case when sha256 is not null then 'done' else 'pending' end, last_run = ? where id = ?",
    );
    this.keep = db.prepare('insert or replace into listing (root, folder, digest) values (?, ?, ?)');
    this.forget = db.prepare('delete from listing where root = ? and folder = ?');
    this.mark = db.prepare("update file set state = 'gone', last_run = ? where id = ?");
  }

  add(folder: string, { name, size, mtime, etag }: FileStat): void {
    this.push(() => this.insert.run(this.root, folder, name, size, mtime, etag ?? null, this.run, this.run));
  }

  change(id: number, { size, mtime, etag }: FileStat): void {
    this.push(() => this.update.run(size, mtime, etag ?? null, this.run, id));
  }

  return(id: number): void {
    this.push(() => this.back.run(this.run, id));
  }

  markGone(ids: readonly number[]): void {
    this.catalogue.db.transaction(() => {
      for (const id of ids) this.mark.run(this.run, id);
    })();
  }

  /** Keeps what a folder is like when all of it is known; null: something in it changed. */
  remember(folder: string, digest: string | null): void {
    if (digest !== null) this.push(() => this.keep.run(this.root, folder, digest));
    else this.push(() => this.forget.run(this.root, folder));
  }

  flush(): void {
    const batch = this.todo;
    this.todo = [];
    if (batch.length > 0)
      this.catalogue.db.transaction(() => {
        for (const write of batch) write();
      })();
  }

  private push(write: () => void): void {
    this.todo.push(write);
    if (this.todo.length >= COMMIT) this.flush();
  }
}
