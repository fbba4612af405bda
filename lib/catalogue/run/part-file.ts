import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { classifyFiles, type Row } from '../classify/classify-shard';
import type { PhotoClassifier } from '../classify/photo-classifier';
import { checkRootIsThere, listRoot } from '../source/list-root';
import type { Catalogue } from '../store/open-catalogue';
import type { ShardFile } from '../store/plan-shards';
import { addRoot, type Root } from '../store/roots';
import { becomeWriter, endRun, startRun } from '../store/runs';
import { upsertRows } from '../store/upsert-rows';
import { registerModel } from './models';
import { joinMoved } from './summary';

const KIND = 'dogbreeds part 1';

/** First line of a part: what its rows were computed with. */
interface Head extends Omit<PhotoClassifier, 'classify' | 'input'> {
  kind: typeof KIND;
  root: string;
  folder: string;
  part: string;
}

type PartPhoto = Omit<ShardFile, 'id' | 'maybe'>;

type PartRow = Omit<Row, 'id'> & { path: string };

/** Options of {@link writePart}. */
export interface PartOptions {
  root: Root;
  /** `3/8`: the third of eight parts. */
  part: string;
  /** The file to write; one that is there is continued. */
  out: string;
  classifier: PhotoClassifier;
  ignore?: string[];
  signal?: AbortSignal;
  onProgress?: (done: number) => void;
}

/** Photos that are known before the network begins: a folder of any size is walked between them. */
const PHOTOS_AT_ONCE = 4096;

/**
 * Computes one of `n` parts of a folder without a catalogue and without a queue, for Slurm, GNU parallel or Kubernetes:
 * files fall into parts by the hash of their path. A part that was killed is continued.
 *
 * @returns photos in the file
 * @throws Error for a part that is none, or a file of another model
 */
export async function writePart(options: PartOptions): Promise<number> {
  const { root, out, classifier, part } = options;
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(part) ?? []).map(Number);
  if (!(count >= 1 && index >= 1 && index <= count))
    throw new Error(`expected --part like 3/8, received "${part}"`);
  const done = await readDone(out, classifier.id);
  const { classify: _classify, input: _input, ...model } = classifier;
  const head: Head = { kind: KIND, root: root.name, folder: root.folder, part, ...model };
  const file = await open(out, 'a');
  try {
    if (done === null) await file.write(`${JSON.stringify(head)}\n`);
    const known = done ?? new Set<string>();
    let written = known.size;
    const write = async (photos: readonly PartPhoto[]) => {
      const tasks = photos.map((photo, id) => ({ root: root.folder, file: { id, ...photo, maybe: [] } }));
      for await (const rows of classifyFiles(tasks, classifier, { signal: options.signal })) {
        const lines = rows.map(({ id, ...row }) =>
          JSON.stringify({ path: photos[id]?.path, ...row } satisfies Partial<PartRow>),
        );
        await file.write(`${lines.join('\n')}\n`);
        written += rows.length;
        options.onProgress?.(written);
      }
    };
    await checkRootIsThere(root.name, root.folder);
    let photos: PartPhoto[] = [];
    for await (const listing of listRoot(root.folder, { ignore: options.ignore, signal: options.signal })) {
      for (const { name, size, mtime, etag } of listing.photos) {
        const path = `${listing.folder}${name}`;
        const mine = createHash('sha256').update(path).digest().readUInt32BE(0) % count === index - 1;
        if (mine && !known.has(path)) photos.push({ path, size, mtime, etag });
      }
      if (photos.length < PHOTOS_AT_ONCE) continue;
      await write(photos);
      photos = [];
    }
    await write(photos);
    await file.sync();
    return written;
  } finally {
    await file.close();
  }
}

/** Paths that a part has; a line that was cut short is taken off. Null where there is no part yet. */
async function readDone(out: string, model: string): Promise<Set<string> | null> {
  const done = new Set<string>();
  let head: Head | null = null;
  let whole = 0;
  try {
    const { size } = await stat(out);
    for await (const line of createInterface({
      input: createReadStream(out),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const value = parseLine(line);
      // a line without its line feed is computed again: the next one would be written behind it
      if (!value || whole + Buffer.byteLength(line) + 1 > size) break;
      if (!head) head = value as unknown as Head;
      else done.add((value as unknown as PartRow).path);
      whole += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!head) {
    await clearBrokenHead(out);
    return null;
  }
  if (head.id !== model)
    throw new Error(
      `expected a part of the model ${model}, ${out} is of ${head.id}: give --out another name`,
    );
  await truncate(out, whole);
  return done;
}

/** Empties a part that was killed within its first line, so that it starts anew. */
async function clearBrokenHead(out: string): Promise<void> {
  const text = await readFile(out, 'utf8');
  const start = `{"kind":"${KIND}",`;
  if (!start.startsWith(text.slice(0, start.length)))
    throw new Error(`expected a part that "index shard" wrote, received another file: ${out}`);
  await truncate(out, 0);
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const ROWS_AT_ONCE = 500;

/**
 * Brings parts into a catalogue; merging one twice changes nothing.
 *
 * @returns photos that were read
 * @throws Error for a file that is no part, or parts of several models
 */
export async function mergeParts(catalogue: Catalogue, files: readonly string[]): Promise<number> {
  const release = becomeWriter(catalogue);
  const run = startRun(catalogue, 'merge', null, { node: process.version });
  let count = 0;
  try {
    for (const file of files) count += await mergePart(catalogue, file, run);
    joinMoved(catalogue, run);
    endRun(catalogue, run, 'done', { photos: count });
    return count;
  } catch (error) {
    endRun(catalogue, run, 'failed', { photos: count });
    throw error;
  } finally {
    release();
  }
}

async function mergePart(catalogue: Catalogue, file: string, run: number): Promise<number> {
  const { db } = catalogue;
  const insert = db.prepare(
    `insert into file (root, folder, name, size, mtime, state, first_run, last_run) values (?, ?, ?, ?, ?, 'pending', ?, ?)
     on conflict (root, folder, name) do nothing`,
  );
  const idOf = db.prepare('select id from file where root = ? and folder = ? and name = ?').pluck();
  const write = upsertRows(catalogue);
  let head: Head | null = null;
  let rows: PartRow[] = [];
  let count = 0;
  const flush = () => {
    const { id: model, backbone, engine, root } = head as Head;
    const numbered = db.transaction(() =>
      rows.map(({ path, ...row }): Row => {
        const cut = path.lastIndexOf('/') + 1;
        const place = [root, path.slice(0, cut), path.slice(cut)];
        insert.run(...place, row.size, row.mtime, run, run);
        return { ...row, id: (idOf.all(...place)[0] as number) ?? 0 };
      }),
    )() as Row[];
    write(numbered, { model, backbone, engine, worker: file, run });
    count += rows.length;
    rows = [];
  };
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const value = parseLine(line);
    if (!value) break; // cut short by a kill: the part can be continued and merged again
    if (!head) {
      head = value as unknown as Head;
      if (head.kind !== KIND)
        throw new Error(`expected a part that "index shard" wrote, received another file: ${file}`);
      registerModel(catalogue, head);
      addRoot(catalogue, `${head.root}=${head.folder}`);
    } else rows.push(value as unknown as PartRow);
    if (rows.length >= ROWS_AT_ONCE) flush();
  }
  if (!head) throw new Error(`expected a part that "index shard" wrote, received an empty file: ${file}`);
  if (rows.length > 0) flush();
  return count;
}
