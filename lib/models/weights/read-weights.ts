import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readKerasFile } from './read-keras-h5';
import { readLayersModel } from './read-layers-model';
import { readTorch } from './read-torch';
import { tfliteWeights } from './tflite-weights';
import type { WeightMap } from './weight-map';

/**
 * Reads weights by layer name from a Keras `.h5` or `.keras` file, a TF.js `model.json`, a folder that holds one, a
 * TensorFlow Lite model (`.tflite`), or a PyTorch checkpoint (`.pth`, by module).
 *
 * @throws Error when there is nothing at `path`, or it is damaged
 * @example (await readWeights('data/weights/efficientnetb3_notop.h5')).layers.size
 */
export async function readWeights(path: string): Promise<WeightMap> {
  const found = await stat(path).catch(() => null);
  if (!found)
    throw new Error(
      `expected weights (.h5, .keras, model.json, .tflite or .pth) at ${path}, found nothing there`,
    );
  if (found.isDirectory() && existsSync(join(path, 'saved_model.pb')))
    throw new Error(savedModelMessage(path));
  if (found.isDirectory()) return readLayersModel(join(path, 'model.json'));
  if (/\.(pth|pt)$/.test(path)) return readTorch(path);
  if (path.endsWith('.tflite')) return tfliteWeights(path);
  return path.endsWith('.json') ? readLayersModel(path) : readKerasFile(path);
}

/** What to do with a SavedModel, which is a graph of TensorFlow's and no list of layers. */
export const savedModelMessage = (path: string): string =>
  `${path} is a TensorFlow SavedModel, which cannot be read without TensorFlow: load it in Keras ` +
  "(keras.models.load_model of Keras 2, or rebuild the network and load its variables) and save it with model.save('x.keras') or 'x.h5'";
