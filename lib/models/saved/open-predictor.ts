import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, fromRoot, stampOf } from '../../base/index';
import { type OpenKeptOptions, openKept, writeOnnx } from '../../engine/index';
import { squaresOf } from '../../image/index';
import { weightRecord } from '../backbones/registry';
import { joinPhotos } from '../recipe/photo-tensor';
import { findWeights } from '../weights/ensure-weights';
import type { Classifier, ClassifierInput, Predictor } from './classifier';
import { classifierGraph } from './classifier-graph';
import type { ClassifierMetadata } from './classifier-metadata';
import { predictionsBy } from './predictions';

/** How {@link openPredictor} opens a saved classifier. */
export interface OpenPredictorOptions extends OpenKeptOptions {
  /** Loads the same classifier as TensorFlow.js models, with the engine onnxruntime: `loadClassifier`. */
  load(): Promise<Classifier>;
}

/** What is kept with the graph of a classifier. */
interface Facts {
  metadata: ClassifierMetadata;
  identity: string;
  networks: readonly string[];
}

/** Photos that are computed at once: more gain nothing, and their activations leave the processor's cache. */
const MOST_PHOTOS = 4;

/**
 * Opens a saved classifier that only answers. The whole of it, networks and head, is one graph, optimized and kept on disk
 * (`openKept`): a second start reads no weights, builds no layers and compiles nothing. The graph belongs to the bytes of
 * the saved model, to its networks' files (size and time) and to this program's code; what differs makes another.
 * `load` is called to make the graph, and for the first explanation.
 *
 * @param folder of `saveModel`
 * @throws Error of `load`
 * @example
 * const predictor = await openPredictor(folder, { load: () => loadClassifier(folder) });
 * const [answer] = await predictor.classify([await decodePhoto('rex.jpg', predictor.input)]);
 */
export async function openPredictor(
  folder: string,
  { load, ...options }: OpenPredictorOptions,
): Promise<Predictor> {
  const key = await keyOf(folder).catch(() => null);
  if (!key) return load(); // which fetches what is missing, or says what is wrong
  let whole: Promise<Classifier> | null = null;
  const loadWhole = () => {
    whole ??= load();
    return whole;
  };
  const make = async () => {
    const classifier = await loadWhole();
    const { metadata, networks } = classifier;
    const facts: Facts = { metadata, identity: await classifier.identity(), networks };
    return { model: writeOnnx(await classifierGraph(classifier)), facts };
  };
  const opened = await openKept(key, make, options).catch((error: Error) => error);
  if (opened instanceof Error) {
    const classifier = await loadWhole();
    console.error(`the model is computed by TensorFlow.js: ${opened.message}`);
    return classifier;
  }
  if (whole) (await loadWhole()).dispose(); // it has made the graph
  whole = null;
  const { runner, facts } = opened;
  const { metadata, identity, networks } = facts;
  const { input: photo } = metadata.recipe;
  const input: ClassifierInput = { ...photo, rows: squaresOf(photo) * photo.size };
  const toPredictions = predictionsBy(metadata);
  return {
    metadata,
    input,
    networks,
    isWarm: true,
    identity: async () => identity,
    async classify(images, top = 5, wanted = {}) {
      const answers = [];
      for (let from = 0; from < images.length; from += MOST_PHOTOS) {
        const batch = images.slice(from, from + MOST_PHOTOS);
        const shape = [batch.length, input.rows, input.size, 3];
        const pixels = joinPhotos(batch, input, new Uint8Array(shape.reduce((a, b) => a * b)));
        const { probabilities = new Float32Array(), features } = await runner.run(pixels, shape);
        answers.push(...toPredictions({ probabilities, features }, { top, ...wanted }));
      }
      return answers;
    },
    explain: async (image, breed) => (await loadWhole()).explain(image, breed),
    dispose() {
      void runner.dispose();
      void whole?.then((classifier) => classifier.dispose());
    },
  };
}

/**
 * What a saved classifier's graph depends on: the bytes of its files, its networks' files on disk, this program's code.
 *
 * @returns null where a network's weights are not on disk
 * @throws Error where the folder holds no model
 */
async function keyOf(folder: string): Promise<string | null> {
  const hash = createHash('sha256');
  const [metadata, ...others] = await Promise.all(
    ['metadata.json', 'model.json', 'weights.bin'].map((name) => readFile(join(folder, name))),
  );
  for (const bytes of [metadata ?? Buffer.of(), ...others]) hash.update(`${bytes.length} `).update(bytes);
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort())
    hash.update(await stampOf(join(folder, name)));
  for (const name of networksOf(JSON.parse(String(metadata)))) {
    const found = findWeights(weightRecord(name));
    if (!found) return null;
    hash.update(await stampOf(found.path));
  }
  for (const room of ['base', 'image', 'engine', 'models']) hash.update(codeOf(fromRoot('lib', room)));
  return hash.digest('hex');
}

/** Names of the networks in metadata of this or the first version. */
function networksOf(metadata: Partial<ClassifierMetadata> & { backbone?: string | null }): string[] {
  const names = metadata.recipe?.networks.map(({ backbone }) => backbone);
  return names ?? (metadata.backbone ? [metadata.backbone] : []);
}
