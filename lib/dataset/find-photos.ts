import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writableData } from '../base/index';

/**
 * The photos that a notebook works on: the folder that was given, else what `dogbreeds download` brought.
 *
 * @param given folder, '' for none. @param downloaded where the download lies
 * @returns '' where there are no photos
 * @example findPhotos('') // '/…/data/raw/stanford-dogs' after `npx dogbreeds download`
 */
export function findPhotos(given: string, downloaded = writableData('raw', 'stanford-dogs')): string {
  if (given) return given;
  // archives in the making have other names until they are whole
  const isWhole = ['images.tar', 'Images'].some((name) => existsSync(join(downloaded, name)));
  return isWhole ? downloaded : '';
}
