import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isClone, userDataFolder, writableData } from '../../base/index';
import type { Classifier, OnProgress } from '../../models/index';

/** A classifier ready to serve, and where it came from. */
export interface ServedModel {
  classifier: Classifier;
  source: 'saved' | 'trained at start';
  /** The engine's own line. */
  engine: string;
}

const isModel = (folder: string): boolean => existsSync(join(folder, 'metadata.json'));

/** Where a head is kept that had to be trained because there was no model. */
export const keptModelFolder = (): string => userDataFolder('models', 'trained-at-start');

/** Where notebook 05 saves the final model; where the package is installed, the head that it trained once. */
export function finalModelFolder(): string {
  const final = writableData('models', 'final');
  return isClone() || isModel(final) || !isModel(keptModelFolder()) ? final : keptModelFolder();
}

/**
 * Starts the engine and loads the model that is to be served; where the folder holds none, trains the head from the
 * features that ship with the project (seconds). Missing backbone weights are fetched, with progress.
 *
 * @param folder what `saveModel` wrote, e.g. `finalModelFolder()`
 * @param say told what is being done, one line at a time
 * @throws Error when there is neither a model nor features to train one, saying what to do
 */
export async function loadServedModel(folder: string, say: (message: string) => void): Promise<ServedModel> {
  const { startEngine } = await import('../../engine/index'); // the server, whose model is elsewhere, does without
  const { loadClassifier } = await import('../../models/index');
  const { description: engine } = await startEngine({ steadyWeights: true });
  const onProgress = percentSteps(say);
  const saved = isModel(folder);
  if (saved) say(`loading the model in ${folder}`);
  const classifier = saved
    ? await loadClassifier(folder, { onProgress })
    : await (await import('./train-head-now')).trainHeadNow(folder, say, onProgress);
  if (!saved && !isClone()) await keepModel(classifier, say);
  return { classifier, source: saved ? 'saved' : 'trained at start', engine };
}

/** Keeps a head that was trained at start in the user's data folder. */
export async function keepModel({ head, metadata }: Classifier, say: (message: string) => void) {
  const { saveModel } = await import('../../models/index');
  await saveModel(head, keptModelFolder(), metadata);
  say(`the head is kept in ${keptModelFolder()}`);
}

/** Reports a download in steps of ten percent. */
function percentSteps(say: (message: string) => void): OnProgress {
  let next = 0;
  return (done, total) => {
    const percent = Math.floor((100 * done) / total);
    if (percent < next) return;
    next = percent - (percent % 10) + 10;
    say(`fetching the weights: ${percent} % of ${Math.round(total / 1e6)} MB`);
  };
}
