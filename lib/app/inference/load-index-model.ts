import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isClone } from '../../base/index';
import type { Predictor } from '../../models/index';
import {
  finalModelFolder,
  keepModel,
  keptModelFolder,
  loadServedModel,
  openServedModel,
  type ServedModel,
} from './load-served-model';

/**
 * The model for an index as TensorFlow.js models: as {@link loadServedModel}, but a head that had to be trained is kept in
 * the user's data folder, because a catalogue tells models apart by their weights.
 *
 * @param folder of a saved model; absent: notebook 05's, or else the kept one
 */
export async function loadIndexModel(folder: string | undefined, say: Say): Promise<ServedModel> {
  const saved = savedFolder(folder);
  return saved ? loadServedModel(saved, say) : trainIndexModel(say);
}

/** The same for who only wants answers, see {@link openServedModel}. */
export async function openIndexModel(folder: string | undefined, say: Say): Promise<ServedModel<Predictor>> {
  const saved = savedFolder(folder);
  return saved ? openServedModel(saved, say) : trainIndexModel(say);
}

type Say = (message: string) => void;

/** @throws Error when a folder was named that holds no model */
function savedFolder(folder: string | undefined): string | undefined {
  const isSaved = (place: string) => existsSync(join(place, 'metadata.json'));
  if (folder && !isSaved(folder)) throw new Error(`expected a saved model in ${folder}, found none`);
  return [folder, finalModelFolder(), keptModelFolder()].find((place) => place && isSaved(place));
}

async function trainIndexModel(say: Say): Promise<ServedModel> {
  const served = await loadServedModel(finalModelFolder(), say);
  if (isClone()) await keepModel(served.classifier, say); // elsewhere it has been
  return served;
}
