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

type PendingRow = Omit<ShardFile, 'maybe' | 'etag'> & { etag: string | null; maybe: string };

/** Files in a shard: about a second's work, so that a kill loses little and a queue costs little. */
export const SHARD_SIZE = 64;

/**
 * The shards that wait, root after root, each in the order of its files: made as they are asked for, so a million files
 * need no memory. The same catalogue gives the same shards: nothing has to be kept of them.
 */
export function* planShards(catalogue: Catalogue, model: string, size = SHARD_SIZE): Generator<Shard> {
  const { db } = catalogue;
  const roots = db.prepare("select distinct root from file where state = 'pending' order by root").pluck();
  // one statement for a shard: libsql frees what `all` made only when the event loop turns, and this may not wait for it
  const next = db.prepare(
    // looks at some of the same size: where thousands are, that says nothing of their bytes
    `select id, folder || name as path, size, mtime, etag, (
       select json_group_array(sha256) from (
         select distinct k.sha256 from (select sha256 from file s where s.size = file.size and sha256 is not null limit 64) k
         join prediction p on p.sha256 = k.sha256 and p.model = ? limit 8)) as maybe
     from file where state = 'pending' and root = ? and id > ? order by id limit ?`,
  );
  for (const root of roots.all() as string[]) {
    let last = 0;
    for (;;) {
      const rows = next.all(model, root, last, size) as PendingRow[];
      const files = rows.map(({ etag, maybe, ...file }) => ({
        ...file,
        ...(etag !== null && { etag }),
        maybe: JSON.parse(maybe) as string[],
      }));
      const end = files.at(-1);
      if (!end) break;
      last = end.id;
      yield { id: shardId(model, root, files), model, root, files };
    }
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
