import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isClone, userDataFolder, writableData } from '../../base/index';
import type { Classifier, OnProgress, Predictor } from '../../models/index';

/** A model ready to serve, and where it came from. */
export interface ServedModel<Model extends Predictor = Classifier> {
  classifier: Model;
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
 * Starts the engine and loads the model that is to be served as TensorFlow.js models; where the folder holds none, trains
 * the head from the features that ship with the project (about a minute). Missing backbone weights are fetched, with progress.
 *
 * @param folder what `saveModel` wrote, e.g. `finalModelFolder()`
 * @param say told what is being done, one line at a time
 * @throws Error when there is neither a model nor features to train one, saying what to do
 */
export async function loadServedModel(folder: string, say: (message: string) => void): Promise<ServedModel> {
  if (isModel(folder)) {
    say(`loading the model in ${folder}`);
    return mended(folder, () => loadSaved(folder, say), say);
  }
  const engine = await startEngineToPredict();
  const classifier = await (await import('./train-head-now')).trainHeadNow(folder, say, percentSteps(say));
  if (!isClone() || isKept(folder)) await keepModel(classifier, say);
  return { classifier, source: 'trained at start', engine };
}

/**
 * The same for who only wants answers: a saved model comes as the graph that was kept on disk (`openPredictor`), where
 * onnxruntime computes on the processor. A head that a clone had to train is kept in its cache for the next start.
 */
export async function openServedModel(
  folder: string,
  say: (message: string) => void,
): Promise<ServedModel<Predictor>> {
  if (!isModel(folder)) return isClone() ? openTrainedAtStart(folder, say) : loadServedModel(folder, say);
  const { processorEngine } = await import('../../engine/index');
  const engine = await processorEngine();
  if (!engine) return loadServedModel(folder, say);
  say(`loading the model in ${folder}`);
  const { openPredictor } = await import('../../models/index');
  const open = async (): Promise<ServedModel<Predictor>> => {
    const load = async () => (await loadSaved(folder, say)).classifier;
    const classifier = await openPredictor(folder, { load, threads: engine.threads });
    return { classifier, source: 'saved', engine: engine.info.description };
  };
  return mended(folder, open, say);
}

/** Whether a start trained what is in a folder, and may train it again. */
const isKept = (folder: string): boolean => folder === keptModelFolder();

/** Loads a saved model; where it is a head that a start has kept and it is damaged, another is trained. */
const mended = <Model extends Predictor>(
  folder: string,
  load: () => Promise<ServedModel<Model | Classifier>>,
  say: (message: string) => void,
): Promise<ServedModel<Model | Classifier>> =>
  isKept(folder) ? orTrainAnother(folder, load, () => loadServedModel(folder, say), say) : load();

/** Loads a head that a start has kept; where it is damaged, it is put aside and another is trained. */
async function orTrainAnother<Served>(
  kept: string,
  load: () => Promise<Served>,
  train: () => Promise<Served>,
  say: (message: string) => void,
): Promise<Served> {
  try {
    return await load();
  } catch (error) {
    const { WeightsUnavailableError } = await import('../../models/index');
    if (error instanceof WeightsUnavailableError) throw error; // nor would another head have a network
    say(`it is damaged, another is trained: ${(error as Error).message}`);
    const aside = `${kept}.damaged`;
    await rm(aside, { recursive: true, force: true });
    await rename(kept, aside);
    try {
      return await train();
    } catch {
      await rename(aside, kept).catch(() => {}); // one is there by now
      throw error;
    }
  }
}

async function openTrainedAtStart(
  folder: string,
  say: (message: string) => void,
): Promise<ServedModel<Predictor>> {
  const { keepTrainedAtStart, trainedAtStartFolder } = await import('./trained-at-start');
  const kept = await trainedAtStartFolder();
  const train = async (): Promise<ServedModel<Predictor>> => {
    const served = await loadServedModel(folder, say);
    await keepTrainedAtStart(served.classifier, kept, say);
    return served;
  };
  if (!isModel(kept)) return train();
  say(`no model in ${folder}: the head that an earlier start trained is taken`);
  const open = async (): Promise<ServedModel<Predictor>> => ({
    ...(await openServedModel(kept, say)),
    source: 'trained at start',
  });
  return orTrainAnother(kept, open, train, say);
}

async function loadSaved(folder: string, say: (message: string) => void): Promise<ServedModel> {
  const engine = await startEngineToPredict();
  const { loadClassifier } = await import('../../models/index');
  const classifier = await loadClassifier(folder, { onProgress: percentSteps(say) });
  return { classifier, source: 'saved', engine };
}

/** @returns the engine's own line */
async function startEngineToPredict(): Promise<string> {
  const { startEngine } = await import('../../engine/index'); // the server, whose model is elsewhere, does without
  return (await startEngine({ steadyWeights: true })).description;
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
