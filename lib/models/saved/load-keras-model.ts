import * as tf from '@tensorflow/tfjs';
import '../backbones/channel-layers'; // registers the layers that Keras' EfficientNet has
import '../heads/seeded-dropout';
import { assignWeights } from '../weights/assign-weights';
import { readKerasFile } from '../weights/read-keras-h5';
import { toTfjsTopology } from './keras-config';

/** Whether a path is that of a whole model that Keras wrote. */
export const isKerasFile = (path: string): boolean => /\.(keras|h5|hdf5)$/i.test(path);

/**
 * Loads a whole model that Keras wrote, topology and weights: `.keras` (Keras 3) or `.h5` (`model.save('x.h5')` of
 * Keras 2 and 3). Sequential and functional models, nested ones included; layers that TF.js does not have are named.
 *
 * @param path absolute path of the file
 * @returns the model, not compiled
 * @throws Error when the file is none, is damaged, holds weights only, or a layer that TF.js cannot compute
 * @example const model = await loadKerasModel('/data/dogs.keras'); // preprocessed pixels [b, s, s, 3] -> [b, classes]
 */
export async function loadKerasModel(path: string): Promise<tf.LayersModel> {
  const weights = await readKerasFile(path);
  if (!weights.modelConfig)
    throw new Error(
      `expected a whole Keras model in ${path}, found weights only: save it with model.save('x.keras'), or name the ` +
        'file as weightsFile of a network that is built from code',
    );
  let model: tf.LayersModel | undefined;
  try {
    const modelTopology = toTfjsTopology(JSON.parse(weights.modelConfig));
    model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology }));
    assignWeights(model, weights);
    return model;
  } catch (error) {
    model?.dispose();
    throw new Error(`cannot load ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
