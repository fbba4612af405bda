import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../../base/index';
import { startEngine } from '../../engine/index';
import { type Classifier, loadClassifier, type OnProgress } from '../../models/index';
import { trainHeadNow } from './train-head-now';

/** A classifier ready to serve, and where it came from. */
export interface ServedModel {
  classifier: Classifier;
  source: 'saved' | 'trained at start';
  /** The engine's own line. */
  engine: string;
}

/** Where notebook 05 saves the final model. */
export const finalModelFolder = (): string => fromRoot('data', 'models', 'final');

/**
 * Starts the engine and loads the model that is to be served; where the folder holds none, trains the head from the
 * features that ship with the project (seconds). Missing backbone weights are fetched, with progress.
 *
 * @param folder what `saveModel` wrote, e.g. `finalModelFolder()`
 * @param say told what is being done, one line at a time
 * @throws Error when there is neither a model nor features to train one, saying what to do
 */
export async function loadServedModel(folder: string, say: (message: string) => void): Promise<ServedModel> {
  const { description: engine } = await startEngine();
  const onProgress = percentSteps(say);
  const saved = existsSync(join(folder, 'metadata.json'));
  if (saved) say(`loading the model in ${folder}`);
  const classifier = saved
    ? await loadClassifier(folder, { onProgress })
    : await trainHeadNow(folder, say, onProgress);
  return { classifier, source: saved ? 'saved' : 'trained at start', engine };
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
