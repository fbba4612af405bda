import type { Catalogue } from '../store/open-catalogue';
import type { FolderListing } from './walk-folder';

/** Where digests are written, together with the rows that they are of. */
interface DigestWriter {
  /** Null: what is kept of the folder holds no longer. */
  remember(folder: string, digest: string | null): void;
}

/** In place of the digest of a part in which something is new. */
const UNSETTLED = '-';

/**
 * What the last scan found in the folders of a root, one digest for each listing. A folder's digests are kept in one text,
 * in the order of its parts, and only once all of them are known; a scan that ends before that keeps none of it.
 */
export class Digests {
  private readonly kept: Map<string, string>;
  /** Of folders that are not yet at their last part. */
  private readonly found = new Map<string, string[]>();
  private readonly forgotten = new Set<string>();

  constructor(
    { db }: Catalogue,
    root: string,
    private readonly writer: DigestWriter,
  ) {
    this.kept = new Map(
      db.prepare('select folder, digest from listing where root = ?').raw().all(root) as [string, string][],
    );
  }

  /** Whether the last scan found the same, and all of it was known. */
  has({ folder }: FolderListing, digest: string): boolean {
    return this.kept.get(folder)?.split(' ')[this.found.get(folder)?.length ?? 0] === digest;
  }

  /** Takes a listing's digest; null: something in it is new, changed or gone. */
  keep({ folder, before }: FolderListing, digest: string | null): void {
    const found = this.found.get(folder) ?? [];
    found.push(digest ?? UNSETTLED);
    // what is written next does not agree with what was kept
    if (digest === null && this.kept.has(folder) && !this.forgotten.has(folder)) {
      this.forgotten.add(folder);
      this.writer.remember(folder, null);
    }
    if (before !== undefined) {
      this.found.set(folder, found);
      return;
    }
    this.found.delete(folder);
    const text = found.join(' ');
    const stands = text === this.kept.get(folder) && !this.forgotten.has(folder);
    if (!stands && found.some((part) => part !== UNSETTLED)) this.writer.remember(folder, text);
  }
}
