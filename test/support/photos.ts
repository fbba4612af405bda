import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromRoot } from '../../lib/base/index';

/**
 * The folder with the real photos, for the tests that need them: what DOGBREEDS_PHOTOS names, or
 * `../shared/stanford-dogs` beside the repository; null where neither is there.
 */
export function photosFolder(): string | null {
  const folder = resolve(process.env.DOGBREEDS_PHOTOS || fromRoot('..', 'shared', 'stanford-dogs'));
  return existsSync(join(folder, 'Images')) ? folder : null;
}

/** Reason for `test(..., { skip })` where the real photos are not there; false where they are. */
export const skipWithoutPhotos: string | false =
  photosFolder() === null && 'no real photos: set DOGBREEDS_PHOTOS to the folder of Stanford Dogs';
