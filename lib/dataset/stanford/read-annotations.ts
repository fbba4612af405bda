import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  cacheFolder,
  fileStamp,
  forEachLimited,
  isIgnoredName,
  readCheckedCache,
  writeCheckedCache,
} from '../../base/index';
import type { Quarantined } from '../types';
import { type Annotation, parseAnnotation } from './parse-annotation';
import { forEachTarFile } from './tar-files';

/** Annotations by `<class folder>/<name without extension>`. */
export type Annotations = Map<string, Annotation>;

/** What {@link readAnnotations} found. */
export interface ReadAnnotations {
  annotations: Annotations;
  /** Annotations that cannot be read, with their reasons; their photos are used without boxes. */
  quarantine: Quarantined[];
}

const VERSION = 3;

/**
 * Reads all annotations of Stanford Dogs from `annotation.tar` or from the unpacked folder `Annotation`. The
 * parsed boxes are remembered in `data/cache/boxes` by path, size and time. A damaged annotation costs that annotation.
 *
 * @param path absolute path of the tar or of the folder
 * @throws Error when the folder cannot be listed
 */
export async function readAnnotations(path: string): Promise<ReadAnnotations> {
  const isTar = path.endsWith('.tar');
  const files = isTar ? [''] : await annotationFiles(path);
  const signature = createHash('sha256').update(`${VERSION} ${path}\n`);
  const stamps: string[] = new Array(files.length);
  await forEachLimited(files, 32, async (file, i) => {
    const { bytes, mtimeMs } = await fileStamp(join(path, file));
    stamps[i] = `${file} ${bytes} ${mtimeMs}\n`;
  });
  for (const stamp of stamps) signature.update(stamp);
  const cachePath = cacheFolder('boxes', `${signature.digest('hex').slice(0, 16)}.json`);
  type Cached = { annotations: [string, Annotation][]; quarantine: Quarantined[] };
  const cached = await readCheckedCache<Cached>(cachePath, VERSION);
  if (cached) return { annotations: new Map(cached.annotations), quarantine: cached.quarantine };
  const read: ReadAnnotations = { annotations: new Map(), quarantine: [] };
  if (isTar) await readTar(path, read);
  else await readFolder(path, files, read);
  await writeCheckedCache(cachePath, VERSION, { ...read, annotations: [...read.annotations] });
  return read;
}

/** Parses one annotation, or says in the quarantine why it cannot be. */
async function readOne(
  { annotations, quarantine }: ReadAnnotations,
  name: string,
  xml: Promise<string>,
): Promise<void> {
  try {
    annotations.set(annotationKey(name), parseAnnotation(await xml, name));
  } catch (error) {
    annotations.delete(annotationKey(name));
    quarantine.push({ file: name, reason: (error as Error).message });
  }
}

/** `Annotation/n02085620-Chihuahua/n02085620_10074` -> `n02085620-Chihuahua/n02085620_10074` */
const annotationKey = (file: string): string =>
  file
    .split('/')
    .slice(-2)
    .join('/')
    .replace(/\.xml$/i, '');

async function annotationFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const classes = entries.filter((entry) => entry.isDirectory() && !isIgnoredName(entry.name));
  const lists = classes.map(async ({ name }) => {
    const files = await readdir(join(folder, name), { withFileTypes: true });
    return files.filter((file) => file.isFile() && !isIgnoredName(file.name)).map((f) => `${name}/${f.name}`);
  });
  return (await Promise.all(lists)).flat().sort();
}

async function readFolder(folder: string, files: readonly string[], read: ReadAnnotations): Promise<void> {
  const nothing = { width: 0, height: 0, boxes: [] };
  for (const file of files) read.annotations.set(annotationKey(file), nothing); // keeps the order of the files
  await forEachLimited(files, 16, (file) => readOne(read, file, readFile(join(folder, file), 'utf8')));
}

async function readTar(path: string, read: ReadAnnotations): Promise<void> {
  try {
    await forEachTarFile(path, (name, stream) => readOne(read, name, text(stream)));
  } catch (error) {
    const reason = `expected a whole tar file, received one that ends or breaks after ${read.annotations.size} annotations (${(error as Error).message}): get it again`;
    read.quarantine.push({ file: basename(path), reason });
  }
}
