import { join } from 'node:path';
import { type DownloadOptions, downloadFile, writableData } from '../../base/index';

/** Where Stanford Dogs is published (Khosla, Jayadevaprakash, Yao, Fei-Fei, FGVC 2011). */
export const STANFORD_DOGS_URL = 'http://vision.stanford.edu/aditya86/ImageNetDogs/';

/** The archives with their sizes, smallest first. Their makers publish no checksums. */
export const STANFORD_DOGS_ARCHIVES = [
  { name: 'lists.tar', bytes: 481_280 },
  { name: 'annotation.tar', bytes: 21_852_160 },
  { name: 'images.tar', bytes: 793_579_520 },
] as const;

/** Options of `downloadStanfordDogs`. */
export interface DownloadDatasetOptions
  extends Pick<DownloadOptions, 'retries' | 'backoffMs' | 'proxy' | 'signal'> {
  /** Default `data/raw/stanford-dogs`. */
  folder?: string;
  /** A mirror. Default the environment variable DOGBREEDS_DATASET_URL, or `STANFORD_DOGS_URL`. */
  baseUrl?: string;
  /** Which archives, by name and size. Default `STANFORD_DOGS_ARCHIVES`. */
  archives?: readonly { name: string; bytes: number }[];
  onProgress?: (archive: string, doneBytes: number, totalBytes: number) => void;
}

/**
 * Downloads the three archives of Stanford Dogs; `openDataset({ path: folder })` then reads them as they are.
 * Continues where an earlier call stopped; archives that are there are left alone.
 *
 * @returns absolute path of the folder
 * @throws DownloadError which says which archive to put where when the server cannot be reached
 * @example const dataset = await openDataset({ path: await downloadStanfordDogs() });
 */
export async function downloadStanfordDogs(options: DownloadDatasetOptions = {}): Promise<string> {
  const { folder = writableData('raw', 'stanford-dogs'), onProgress, archives, baseUrl, ...rest } = options;
  const base = baseUrl ?? (process.env.DOGBREEDS_DATASET_URL || STANFORD_DOGS_URL);
  for (const { name, bytes } of archives ?? STANFORD_DOGS_ARCHIVES)
    await downloadFile(new URL(name, base.endsWith('/') ? base : `${base}/`).href, join(folder, name), {
      ...rest,
      bytes,
      onProgress: (done) => onProgress?.(name, done, bytes),
    });
  return folder;
}
