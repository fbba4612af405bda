import { createHash } from 'node:crypto';
import type { Catalogue } from './open-catalogue';

/** A file that is to be looked at. */
export interface ShardFile {
  id: number;
  /** Below its root, as the catalogue keeps it. */
  path: string;
  size: number;
  mtime: number;
  /** Of an object in a bucket. */
  etag?: string;
  /** Hashes of known photos of the same size: when this is one of them, there is nothing to compute. */
  maybe: string[];
}

/** Some dozens of files of one root: what travels to a worker, and what is written at once. */
export interface Shard {
  /** Hash of what is in it: the same files make the same shard. */
  id: string;
  /** The model that must answer. */
  model: string;
  root: string;
  files: ShardFile[];
}

/** Files in a shard: about a second's work, so that a kill loses little and a queue costs little. */
export const SHARD_SIZE = 64;

/**
 * The shards that wait, one after another in the order of the files: made as they are asked for, so a million files
 * need no memory. The same catalogue gives the same shards: nothing has to be kept of them.
 */
export function* planShards(catalogue: Catalogue, model: string, size = SHARD_SIZE): Generator<Shard> {
  const { db } = catalogue;
  const next = db.prepare(
    "select id, root, folder || name as path, size, mtime, etag from file where state = 'pending' and id > ? order by id limit ?",
  );
  const same = db
    .prepare(
      // looks at some of them: where thousands are of one size, that says nothing of their bytes
      `select distinct k.sha256 from (select sha256 from file where size = ? and sha256 is not null limit 64) k
       join prediction p on p.sha256 = k.sha256 and p.model = ? limit 8`,
    )
    .pluck();
  let last = 0;
  for (;;) {
    const rows = next.all(last, size) as (ShardFile & { root: string; etag: string | null })[];
    const [first] = rows;
    if (!first) return;
    const files = rows
      .filter(({ root }) => root === first.root)
      .map(({ id, path, size: bytes, mtime, etag }) => ({
        id,
        path,
        size: bytes,
        mtime,
        ...(etag !== null && { etag }),
        maybe: same.all(bytes, model) as string[],
      }));
    last = files.at(-1)?.id ?? last;
    yield { id: shardId(model, first.root, files), model, root: first.root, files };
  }
}

/** The same files, unchanged, for the same model: the same id. */
export function shardId(model: string, root: string, files: readonly ShardFile[]): string {
  const content = files.map(({ path, size, mtime, etag }) => [path, size, mtime, ...(etag ? [etag] : [])]);
  return createHash('sha256')
    .update(JSON.stringify([model, root, content]))
    .digest('hex')
    .slice(0, 24);
}

/** A shard in two halves: how a photo that kills its worker is cornered. */
export function halveShard({ model, root, files }: Shard): Shard[] {
  const middle = Math.ceil(files.length / 2);
  return [files.slice(0, middle), files.slice(middle)]
    .filter((half) => half.length > 0)
    .map((half) => ({ id: shardId(model, root, half), model, root, files: half }));
}
