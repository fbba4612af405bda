import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import type { WeightArray, WeightMap } from './weight-map';

/**
 * Reads the weights of a TF.js layers model: `model.json` with a weights manifest and its binary shards. The
 * topology in it is not used; weights are kept by layer name.
 *
 * @param modelJson absolute path of the model.json
 * @throws Error when the file is no layers model, a shard is missing or has the wrong size, or a weight is not
 *   plain float32
 * @example (await readLayersModel('.../ResNet50/model.json')).layers.get('conv1') // kernel, bias
 */
export async function readLayersModel(modelJson: string): Promise<WeightMap> {
  const model = JSON.parse(await readFile(modelJson, 'utf8')) as io.ModelJSON;
  if (!Array.isArray(model.weightsManifest))
    throw new Error(`expected a TF.js layers model with a weightsManifest in ${modelJson}, found none`);
  const layers = new Map<string, WeightArray[]>();
  for (const group of model.weightsManifest) {
    const shards = await Promise.all(group.paths.map((path) => readFile(join(dirname(modelJson), path))));
    const bytes = new Uint8Array(Buffer.concat(shards)).buffer;
    let offset = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      if (dtype !== 'float32' || quantization)
        throw new Error(
          `expected float32 weights in ${modelJson}, ${name} is ${quantization?.dtype ?? dtype}`,
        );
      const size = shape.reduce((product, side) => product * side, 1);
      if (offset + 4 * size > bytes.byteLength)
        throw new Error(
          `${modelJson} is damaged: its shards end in ${name}, after ${bytes.byteLength} bytes; ` +
            'delete the folder and fetch it again',
        );
      const slash = name.lastIndexOf('/');
      const layer = name.slice(0, slash);
      const values = new Float32Array(bytes, offset, size);
      layers.set(layer, [...(layers.get(layer) ?? []), { name: name.slice(slash + 1), shape, values }]);
      offset += 4 * size;
    }
    if (offset !== bytes.byteLength)
      throw new Error(
        `${modelJson} is damaged: expected ${offset} bytes of weights, found ${bytes.byteLength}`,
      );
  }
  return { origin: modelJson, layers };
}
