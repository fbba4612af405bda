import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isClone } from '../../base/index';
import {
  finalModelFolder,
  keepModel,
  keptModelFolder,
  loadServedModel,
  type ServedModel,
} from './load-served-model';

/**
 * The model for an index: as {@link loadServedModel}, but a head that had to be trained is kept in the user's data
 * folder, because a catalogue tells models apart by their weights.
 *
 * @param folder of a saved model; absent: notebook 05's, or else the kept one
 */
export async function loadIndexModel(
  folder: string | undefined,
  say: (message: string) => void,
): Promise<ServedModel> {
  if (folder && !existsSync(join(folder, 'metadata.json')))
    throw new Error(`expected a saved model in ${folder}, found none`);
  const kept = keptModelFolder();
  const saved = [folder, finalModelFolder(), kept].find(
    (place) => place && existsSync(join(place, 'metadata.json')),
  );
  if (saved) return loadServedModel(saved, say);
  const served = await loadServedModel(finalModelFolder(), say);
  if (isClone()) await keepModel(served.classifier, say); // elsewhere it has been
  return served;
}
