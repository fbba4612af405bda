import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cacheFolder, fileStamp, forEachLimited, writeFileAtomic } from '../../base/index';
import { type Annotation, parseAnnotation } from './parse-annotation';
import { forEachTarFile } from './tar-files';

/** Annotations by `<class folder>/<name without extension>`. */
export type Annotations = Map<string, Annotation>;

const VERSION = 1;

/**
 * Reads all annotations of Stanford Dogs from `annotation.tar` or from the unpacked folder `Annotation`. The
 * parsed boxes are remembered in `data/cache/boxes` by path, size and time.
 *
 * @param path absolute path of the tar or of the folder
 * @throws Error when the tar is damaged or an annotation is no VOC file
 */
export async function readAnnotations(path: string): Promise<Annotations> {
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
  const cached = await readFile(cachePath, 'utf8').then(JSON.parse, () => undefined);
  if (cached) return new Map(cached);
  const annotations = isTar ? await readTar(path) : await readFolder(path, files);
  await writeFileAtomic(cachePath, JSON.stringify([...annotations]));
  return annotations;
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
  const classes = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const lists = classes.map(async ({ name }) => {
    const files = await readdir(join(folder, name), { withFileTypes: true });
    return files
      .filter((file) => file.isFile() && !file.name.startsWith('.'))
      .map((f) => `${name}/${f.name}`);
  });
  return (await Promise.all(lists)).flat().sort();
}

async function readFolder(folder: string, files: readonly string[]): Promise<Annotations> {
  const annotations: Annotations = new Map();
  for (const file of files) annotations.set(annotationKey(file), { width: 0, height: 0, boxes: [] });
  await forEachLimited(files, 16, async (file) => {
    annotations.set(annotationKey(file), parseAnnotation(await readFile(join(folder, file), 'utf8'), file));
  });
  return annotations;
}

async function readTar(path: string): Promise<Annotations> {
  const annotations: Annotations = new Map();
  await forEachTarFile(path, async (name, stream) => {
    annotations.set(annotationKey(name), parseAnnotation(await text(stream), name));
  });
  return annotations;
}
