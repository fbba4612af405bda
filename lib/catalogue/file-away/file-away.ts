import { createHash } from 'node:crypto';
import { link, lstat, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FOUND_COLUMNS, type FoundPhoto, findIds } from '../find/find-photos';
import { pointToVerdict } from '../review/record-verdict';
import { fsPath } from '../scan/file-name';
import { isS3 } from '../source/s3-address';
import type { Catalogue } from '../store/open-catalogue';
import { listRoots } from '../store/roots';
import { type ExifTool, mergeIntoSidecar, startExifTool, writeIntoPhoto } from './exiftool';
import { type KeywordRule, type Keywords, keywordsOf } from './keywords';
import { sidecarXml, writeNew } from './xmp-sidecar';

/** Where keywords go, or links. */
export type FileAwayKind = 'sidecar' | 'photo' | 'links';

/** Options of {@link fileAway}. */
export interface FileAwayOptions extends KeywordRule {
  kind: FileAwayKind;
  /** In words, as `findPhotos` takes them: which photos. */
  query?: string;
  /** Folder of the links. */
  linksFolder?: string;
  /** Only say what would be done. */
  dryRun: boolean;
  /** Told of each file. */
  onStep?: (step: FileAwayStep) => void;
}

/** What is done, or would be done, with one file. */
export interface FileAwayStep {
  action: 'write' | 'merge' | 'link' | 'keep' | 'fail';
  /** The photo. */
  path: string;
  target: string;
  keywords: string[];
  error?: string;
}

/**
 * Files photos away: keywords into XMP sidecars (`a.jpg.xmp`, or `a.xmp` where that is there), into the photos, or links
 * by breed. Only what a person said, or the machine is sure enough of. What others wrote stays; what we wrote is known
 * and replaced when the answer changes. Originals are touched by `photo` only. Photos in buckets are left alone, with one
 * failure for each `s3://` root.
 *
 * @returns numbers of files by action
 * @throws Error where exiftool is needed and not there
 */
export async function fileAway(
  catalogue: Catalogue,
  options: FileAwayOptions,
): Promise<Record<FileAwayStep['action'], number>> {
  const counts = { write: 0, merge: 0, link: 0, keep: 0, fail: 0 };
  const folders = new Map(listRoots(catalogue).map(({ name, folder }) => [name, folder]));
  const byId = catalogue.db.prepare(`select ${FOUND_COLUMNS} from catalogue where id = ?`);
  let tool: ExifTool | null = null;
  const exifTool = async () => {
    tool ??= await startExifTool();
    return tool;
  };
  const buckets = new Map<string, number>();
  try {
    for (const id of findIds(catalogue, { query: options.query })) {
      const photo = byId.get(id) as FoundPhoto | undefined;
      if (photo?.state !== 'done') continue;
      const keywords = keywordsOf(photo, options);
      const folder = folders.get(photo.root);
      if (!keywords || folder === undefined) continue;
      if (isS3(folder)) {
        buckets.set(folder, (buckets.get(folder) ?? 0) + 1);
        continue;
      }
      const path = `${folder}/${photo.path}`;
      const task = { catalogue, id, photo, path, keywords, options, exifTool };
      const step = await (options.kind === 'links' ? fileByLink(task) : fileByKeyword(task)).catch(
        (error: Error): FileAwayStep => ({
          action: 'fail',
          path,
          target: '',
          keywords: keywords.subject,
          error: error.message,
        }),
      );
      counts[step.action]++;
      options.onStep?.(step);
    }
    for (const [path, n] of buckets) {
      const error = `expected photos in a folder, ${n} of them lie in a bucket, where nothing is written: "index find --csv" or --detector-json for those`;
      counts.fail++;
      options.onStep?.({ action: 'fail', path, target: '', keywords: [], error });
    }
  } finally {
    await (tool as ExifTool | null)?.end();
  }
  return counts;
}

interface Task {
  catalogue: Catalogue;
  id: number;
  photo: FoundPhoto;
  path: string;
  keywords: Keywords;
  options: FileAwayOptions;
  exifTool: () => Promise<ExifTool>;
}

async function fileByKeyword({
  catalogue,
  id,
  path,
  keywords,
  options,
  exifTool,
}: Task): Promise<FileAwayStep> {
  const { kind, dryRun } = options;
  const written = previous(catalogue, id, kind);
  const target = kind === 'photo' ? path : await sidecarOf(path);
  const step = { path, target, keywords: keywords.subject };
  const content = JSON.stringify(keywords.subject);
  if (written?.target === target && written.content === content && (await exists(target)))
    return { ...step, action: 'keep' };
  const fresh = kind === 'sidecar' && !(await exists(target));
  if (dryRun) return { ...step, action: fresh ? 'write' : 'merge' };
  const ours = written ? (JSON.parse(written.content) as string[]) : [];
  if (fresh) {
    if (!(await writeNew(fsPath(target), sidecarXml(keywords))))
      throw new Error(`${target} came meanwhile: run again`);
  } else if (kind === 'sidecar') await mergeIntoSidecar(await exifTool(), textPath(target), keywords, ours);
  else {
    await writeIntoPhoto(await exifTool(), textPath(target), keywords, ours);
    await knowAgain(catalogue, id, path);
  }
  remember(catalogue, id, kind, target, content);
  return { ...step, action: fresh ? 'write' : 'merge' };
}

async function fileByLink({ photo, path, keywords, options }: Task): Promise<FileAwayStep> {
  const { linksFolder, dryRun } = options;
  if (!linksFolder) throw new Error('expected a folder for the links, received none');
  const breed = (keywords.subject[0] ?? 'unknown').replaceAll(/[/\\:]/g, '_');
  const target = join(linksFolder, breed, photo.root, photo.path);
  const step = { path, target, keywords: keywords.subject };
  if (await exists(target)) return { ...step, action: 'keep' };
  if (dryRun) return { ...step, action: 'link' };
  await mkdir(fsPath(dirname(target)), { recursive: true });
  await link(fsPath(path), fsPath(target)).catch(() => symlink(fsPath(path), fsPath(target))); // another file system
  return { ...step, action: 'link' };
}

/** The photo's bytes are ours now: its answer and its verdicts go with them. */
async function knowAgain(catalogue: Catalogue, id: number, path: string): Promise<void> {
  const { db } = catalogue;
  const sha = createHash('sha256')
    .update(await readFile(fsPath(path)))
    .digest('hex');
  const { size, mtimeMs } = await stat(fsPath(path));
  db.transaction(() => {
    const [before] = db.prepare('select sha256 from file where id = ?').pluck().all(id) as string[];
    const fresh = before !== undefined && before !== sha;
    if (fresh)
      for (const [table, columns] of COPIED)
        db.prepare(
          `insert or ignore into ${table} (sha256, ${columns}) select ?, ${columns} from ${table} where sha256 = ?`,
        ).run(sha, before);
    pointToVerdict(catalogue, sha);
    db.prepare('update file set sha256 = ?, size = ?, mtime = ? where id = ?').run(sha, size, mtimeMs, id);
    // what it was before is no photo of the collection, unless another file still is
    const forget = db.prepare(
      'delete from photo where sha256 = ? and not exists (select 1 from file where sha256 = photo.sha256)',
    );
    if (fresh) forget.run(before);
  })();
}

const COPIED = [
  ['photo', 'format, width, height, orientation, taken_at, dhash, model'],
  ['prediction', 'model, decision, breed, p, top5, strangeness, engine, worker, at'],
  ['embedding', 'backbone, vector, features'],
  ['review', 'at, who, verdict, breed, model, shown, sampled'],
] as const;

const exists = async (path: string): Promise<boolean> =>
  lstat(fsPath(path)).then(
    () => true,
    () => false,
  );

/** `a.jpg.xmp`, unless there is an `a.xmp` alone. */
async function sidecarOf(path: string): Promise<string> {
  const short = path.replace(/\.[^./]+$/, '.xmp');
  return !(await exists(`${path}.xmp`)) && (await exists(short)) ? short : `${path}.xmp`;
}

function textPath(path: string): string {
  const encoded = fsPath(path);
  if (typeof encoded === 'string') return encoded;
  throw new Error('expected a name in UTF-8 for exiftool, received other bytes: rename the file');
}

function previous({ db }: Catalogue, id: number, kind: string): { target: string; content: string } | null {
  const [row] = db
    .prepare('select target, content from written where file = ? and kind = ?')
    .all(id, kind) as {
    target: string;
    content: string;
  }[];
  return row ?? null;
}

const remember = ({ db }: Catalogue, id: number, kind: string, target: string, content: string): void =>
  void db
    .prepare('insert or replace into written (file, kind, target, content) values (?, ?, ?, ?)')
    .run(id, kind, target, content);
