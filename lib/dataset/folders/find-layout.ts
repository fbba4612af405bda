import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isWordnetFolder } from '../../base/index';
import type { ListPaths } from '../stanford/read-lists';
import { listEntries } from './list-entries';

/** Where the parts of a dataset lie, absolute paths. */
export interface Layout {
  root: string;
  kind: 'stanford-dogs' | 'folders';
  /** The folder of class folders; undefined when only `imagesTar` is there. */
  imagesFolder?: string;
  imagesTar?: string;
  /** `annotation.tar` or the folder `Annotation`. */
  annotations?: string;
  lists: ListPaths;
}

/**
 * Finds out what a folder holds: Stanford Dogs as it is published (`Images/` or `images.tar`, `annotation.tar` or
 * `Annotation/`, `lists/*.mat`, `lists.tar`, or lists in the root; also Kaggle's `images/Images` and
 * `annotations/Annotation`), or any folder of class folders.
 *
 * @throws Error when there is no such folder, or it is a file, or holds no class folder
 */
export async function findLayout(path: string): Promise<Layout> {
  let root = resolve(path);
  await checkFolder(root);
  if (/^images$/i.test(basename(root)) && (await hasParts(dirname(root)))) root = dirname(root);
  const imagesFolder = await firstFolderOfFolders(root, ['images/Images', 'Images', 'images', '.']);
  const imagesTar = imagesFolder ? undefined : await firstFile(root, ['images.tar']);
  if (!imagesFolder && !imagesTar)
    throw new Error(
      `expected class folders in ${root} (one folder for each breed, with its photos in it), or Images/ or images.tar of Stanford Dogs; found none`,
    );
  const list = (name: string) => firstFile(root, [`lists/${name}`, name]);
  const lists = {
    train: await list('train_list.mat'),
    test: await list('test_list.mat'),
    all: await list('file_list.mat'),
    tar: await firstFile(root, ['lists.tar']),
  };
  const annotations =
    (await firstFolderOfFolders(root, ['Annotation', 'annotations/Annotation'])) ??
    (await firstFile(root, ['annotation.tar']));
  const classes = imagesFolder ? await classFolders(imagesFolder) : [];
  const kind = imagesTar !== undefined || classes.every(isWordnetFolder) ? 'stanford-dogs' : 'folders';
  return { root, kind, imagesFolder, imagesTar, annotations, lists };
}

/** Names of the folders in a folder, sorted by code unit; links to folders count, hidden ones do not. */
export async function classFolders(folder: string): Promise<string[]> {
  const entries = await listEntries(folder);
  return entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
}

async function checkFolder(path: string): Promise<void> {
  const found = await statOrUndefined(path);
  if (!found)
    throw new Error(
      `expected a folder of photos, found nothing at ${path}: check the path, or leave it out to use the pictures that the project draws`,
    );
  if (!found.isDirectory())
    throw new Error(`expected a folder of photos, received the file ${path}: give the folder that holds it`);
}

async function hasParts(folder: string): Promise<boolean> {
  const parts = ['lists', 'lists.tar', 'train_list.mat', 'Annotation', 'annotation.tar'];
  const found = await Promise.all(parts.map((part) => statOrUndefined(join(folder, part))));
  return found.some(Boolean);
}

async function firstFolderOfFolders(root: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const folder = join(root, name);
    if (!(await statOrUndefined(folder))?.isDirectory()) continue;
    if ((await classFolders(folder)).length > 0) return folder;
  }
  return undefined;
}

async function firstFile(root: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(root, name);
    if ((await statOrUndefined(path))?.isFile()) return path;
  }
  return undefined;
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) return undefined;
    throw error;
  });
}
