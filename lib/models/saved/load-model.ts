import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '../heads/seeded-dropout'; // registers the layer that saved models name
import { savedModelMessage } from '../weights/read-weights';
import { isKerasFile, loadKerasModel } from './load-keras-model';
import { previousFolder, type SavedWeightsCheck, sha256 } from './save-model';

/**
 * Loads a model that {@link saveModel} wrote, and checks it: weights.bin against its recorded size and SHA-256,
 * the weights' shapes against the topology. Or a whole model that Keras wrote (`.keras`, `.h5`), without metadata.
 *
 * @param folder of {@link saveModel}, or a `.keras` or `.h5` file
 * @returns the model, not compiled, and the metadata as it was saved
 * @throws Error when the folder or a file is missing, or a file is damaged or not of a layers model
 * @example const { model, metadata } = await loadModel<ClassifierMetadata>('data/models/final');
 */
export async function loadModel<Metadata = Record<string, unknown>>(
  folder: string,
): Promise<{ model: tf.LayersModel; metadata: Metadata }> {
  const target = resolve(folder);
  if (isKerasFile(target)) return { model: await loadKerasModel(target), metadata: {} as Metadata };
  if (existsSync(join(target, 'saved_model.pb'))) throw new Error(savedModelMessage(target));
  const previous = previousFolder(target);
  if (!existsSync(target) && existsSync(previous)) await rename(previous, target); // a save that was killed
  if (!existsSync(target))
    throw new Error(
      `expected a saved model (model.json, weights.bin, metadata.json) in ${target}, found none`,
    );
  const modelJson = await readJson<tf.io.ModelJSON | null>(join(target, 'model.json'));
  const metadata = await readJson<Metadata>(join(target, 'metadata.json'));
  if (modelJson?.format !== 'layers-model' || !Array.isArray(modelJson.weightsManifest))
    throw new Error(`expected a TF.js layers model in ${join(target, 'model.json')}, found another format`);
  const weightsPath = join(target, 'weights.bin');
  const weights = await readFile(weightsPath).catch(() => {
    throw new Error(`expected the model's weights in ${weightsPath}, found none: save the model again`);
  });
  checkWeights(weights, modelJson.userDefinedMetadata as unknown as SavedWeightsCheck, weightsPath);
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: modelJson.modelTopology,
      weightSpecs: modelJson.weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(weights).buffer,
    }),
  );
  return { model, metadata };
}

async function readJson<T>(path: string): Promise<T> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`expected ${path}, found none: the model folder is incomplete, save the model again`);
  });
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path} is damaged (no valid JSON, ${text.length} characters): save the model again`);
  }
}

function checkWeights(weights: Buffer, expected: SavedWeightsCheck | undefined, path: string): void {
  if (!expected) return; // written by tf.js itself, which records no check
  if (weights.length !== expected.bytes)
    throw new Error(
      `${path} is damaged: expected ${expected.bytes} bytes, found ${weights.length}; save the model again`,
    );
  const found = sha256(weights);
  if (found !== expected.sha256)
    throw new Error(
      `${path} is damaged: its SHA-256 is ${found}, expected ${expected.sha256}; save the model again`,
    );
}
