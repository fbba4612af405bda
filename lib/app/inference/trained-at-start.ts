import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { cacheFolder, codeOf, fromRoot, removeStale, stampOf } from '../../base/index';
import type { Classifier } from '../../models/index';

/** What a head depends on beside the features. */
const ROOMS = ['base', 'dataset', 'image', 'engine', 'models', 'evaluation', 'training', 'experiments'];

/**
 * Where a clone's cache keeps the head that was trained because there was no model: a folder for the features that ship
 * (names, sizes, times) and the code that trains, so that who changes either gets another head.
 */
export async function trainedAtStartFolder(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await stampOf(fromRoot('data', 'features')));
  for (const room of ROOMS) hash.update(codeOf(fromRoot('lib', room)));
  return cacheFolder('trained-at-start', hash.digest('hex').slice(0, 16));
}

/**
 * Keeps a head in `folder`, and of older features or code none that is older than an hour; a cache that cannot be written
 * costs a line.
 */
export async function keepTrainedAtStart(
  { head, metadata }: Classifier,
  folder: string,
  say: (message: string) => void,
): Promise<void> {
  const { saveModel } = await import('../../models/index');
  try {
    await saveModel(head, folder, metadata);
    await removeStale(dirname(folder), '');
    say('the head is kept for the next start');
  } catch (error) {
    say(`the head is not kept, the next start trains it again: ${(error as Error).message}`);
  }
}
