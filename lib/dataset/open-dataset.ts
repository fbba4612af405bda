import { drawDataset } from './drawn/draw-dataset';
import { openFolder } from './folders/open-folder';
import type { Dataset } from './types';

/** Options of `openDataset`. */
export interface OpenDatasetOptions {
  /** Folder with photos; without it the pictures that the project draws. */
  path?: string;
  /** Of the drawn pictures, and of the choice that `limitPerBreed` makes. Default 0. */
  seed?: number;
  /** At most so many photos of each breed, drawn at random. Default all. */
  limitPerBreed?: number;
  /** Called as photos are drawn, unpacked (bytes) or checked. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Opens a dataset: Stanford Dogs as it is published, any folder of class folders, or, without a path, pictures
 * that the project draws. Every photo is decoded once and the outcome is kept in `data/cache`; photos that
 * cannot be used are in `quarantine`, each with its reason, and photos that the official lists name and that are
 * not on disk in `missing`.
 *
 * @throws Error when there is no such folder, it holds no class folder, or no photo in it can be used
 * @example
 * const dataset = await openDataset({ path: '../shared/stanford-dogs' });
 * console.log(dataset.examples.length, dataset.breeds.length, dataset.quarantine.length);
 */
export async function openDataset(options: OpenDatasetOptions = {}): Promise<Dataset> {
  const { path, ...rest } = options;
  return path ? openFolder(path, rest) : drawDataset(rest);
}
