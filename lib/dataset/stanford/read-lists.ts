import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { elementAt } from '../../base/index';
import type { OfficialSplit } from '../types';
import { type MatValue, readMat } from './read-mat';
import { forEachTarFile } from './tar-files';

/** The official lists, paths as in `Example.file`. */
export interface OfficialLists {
  /** Which list names a photo; photos that only `file_list.mat` names are not in it. */
  splits: Map<string, OfficialSplit>;
  /** Every photo that any of the lists names. */
  files: Set<string>;
}

/** Where the lists are; undefined where a list is not there. */
export interface ListPaths {
  train?: string;
  test?: string;
  all?: string;
  /** `lists.tar`, read for lists that are not there on their own. */
  tar?: string;
}

/**
 * Reads `train_list.mat`, `test_list.mat` and `file_list.mat` of Stanford Dogs.
 *
 * @throws Error when a list is damaged or holds no `file_list`, or when a photo is in both train and test
 */
export async function readLists({ tar, ...paths }: ListPaths): Promise<OfficialLists> {
  const packed = tar ? await readListsTar(tar) : {};
  const read = async (kind: 'train' | 'test' | 'all') => {
    const path = paths[kind];
    if (path) return fileList(await readFile(path), path);
    const bytes = packed[NAMES[kind]];
    return bytes ? fileList(bytes, `${NAMES[kind]} of ${tar}`) : [];
  };
  const [train, test, all] = await Promise.all([read('train'), read('test'), read('all')]);
  const splits = new Map<string, OfficialSplit>();
  for (const file of train) splits.set(file, 'train');
  for (const file of test) {
    if (splits.get(file) === 'train')
      throw new Error(
        `expected no photo in both official lists, ${file} is in train_list.mat and test_list.mat`,
      );
    splits.set(file, 'test');
  }
  return { splits, files: new Set([...train, ...test, ...all]) };
}

const NAMES = { train: 'train_list.mat', test: 'test_list.mat', all: 'file_list.mat' };

async function readListsTar(path: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  await forEachTarFile(path, async (name, stream) => {
    const bytes = await buffer(stream);
    if (name.endsWith('.mat')) files[basename(name)] = bytes;
  });
  return files;
}

function fileList(bytes: Buffer, name: string): string[] {
  const list = readMat(bytes, name).file_list;
  if (!Array.isArray(list)) throw new Error(`expected a variable file_list in ${name}, found none`);
  return list.map((cell) => firstText(cell, name));
}

/** A cell may hold its text directly or inside another cell. */
function firstText(value: MatValue | number, name: string): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0)
    return firstText(elementAt<MatValue | number>(value, 0), name);
  throw new Error(`expected only texts in file_list of ${name}, received ${JSON.stringify(value)}`);
}
