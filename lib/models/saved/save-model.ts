import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';

/** Recorded in model.json, so that damage is found at loading. */
export interface SavedWeightsCheck {
  bytes: number;
  /** SHA-256 of weights.bin in hexadecimal. */
  sha256: string;
}

/** Where the former version waits while a new one takes its place; {@link loadModel} puts it back after a crash. */
export function previousFolder(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.previous`);
}

/**
 * Saves a model as a folder of three files: `model.json` (TF.js layers model, loadable by `tf.loadLayersModel`
 * too), `weights.bin`, and `metadata.json`. The folder is replaced at once: a crash leaves the former version or
 * the new one.
 *
 * @param folder created with its parents
 * @param metadata anything JSON holds: class names, preprocessing, metrics
 * @param files further files of the folder by name, such as 8-bit networks
 * @throws Error when the folder cannot be written
 * @example await saveModel(head, 'data/models/final', { classNames: ['Saluki', 'borzoi'] })
 */
export async function saveModel(
  model: tf.LayersModel,
  folder: string,
  metadata: object,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<void> {
  const target = resolve(folder);
  const artifacts = await artifactsOf(model);
  const weights = Buffer.from(new tf.io.CompositeArrayBuffer(artifacts.weightData).slice());
  const check: SavedWeightsCheck = { bytes: weights.length, sha256: sha256(weights) };
  const modelJson = {
    format: 'layers-model',
    generatedBy: artifacts.generatedBy,
    convertedBy: artifacts.convertedBy,
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }],
    userDefinedMetadata: check,
  };
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    await writeSynced(join(temporary, 'weights.bin'), weights);
    await writeSynced(join(temporary, 'model.json'), JSON.stringify(modelJson));
    await writeSynced(join(temporary, 'metadata.json'), `${JSON.stringify(metadata, null, 2)}\n`);
    for (const [name, bytes] of Object.entries(files)) await writeSynced(join(temporary, name), bytes);
    await replaceFolder(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** SHA-256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  if (!saved) throw new Error('expected TensorFlow.js to hand over the model to save, received nothing');
  return saved;
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  await file.writeFile(content);
  await file.sync();
  await file.close();
}

/** Puts `source` at `target`; at every moment one of the two versions is complete under a known name. */
async function replaceFolder(source: string, target: string): Promise<void> {
  const previous = previousFolder(target);
  const replaced = await rename(target, previous).then(
    () => true,
    async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      await rm(previous, { recursive: true, force: true }); // left over from a crash after the exchange
      await rename(target, previous);
      return true;
    },
  );
  await rename(source, target);
  if (replaced) await rm(previous, { recursive: true, force: true });
}
