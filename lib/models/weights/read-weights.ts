import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readKerasH5 } from './read-keras-h5';
import { readLayersModel } from './read-layers-model';
import { readTorch } from './read-torch';
import { tfliteWeights } from './tflite-weights';
import type { WeightMap } from './weight-map';

/**
 * Reads weights by layer name from a Keras `.h5` file, a TF.js `model.json`, a folder that holds one, a
 * TensorFlow Lite model (`.tflite`), or a PyTorch checkpoint (`.pth`, by module).
 *
 * @throws Error when there is nothing at `path`, or it is damaged
 * @example (await readWeights('data/weights/efficientnetb3_notop.h5')).layers.size
 */
export async function readWeights(path: string): Promise<WeightMap> {
  const found = await stat(path).catch(() => null);
  if (!found)
    throw new Error(`expected weights (.h5, model.json, .tflite or .pth) at ${path}, found nothing there`);
  if (found.isDirectory()) return readLayersModel(join(path, 'model.json'));
  if (/\.(pth|pt)$/.test(path)) return readTorch(path);
  if (path.endsWith('.tflite')) return tfliteWeights(path);
  return path.endsWith('.json') ? readLayersModel(path) : readKerasH5(path);
}
