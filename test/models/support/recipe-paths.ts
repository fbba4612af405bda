import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeForModel } from '../../../lib/app/photos/decode-for-model';
import { readPhoto } from '../../../lib/app/photos/read-photo';
import { DEFAULT_LIMITS } from '../../../lib/app/server/limits';
import type { Dataset } from '../../../lib/dataset/index';
import { evaluateHead } from '../../../lib/evaluation/index';
import { fitFinalClassifier } from '../../../lib/experiments/index';
import { decodePhoto } from '../../../lib/image/index';
import {
  type Backbone,
  buildBackbone,
  type Classifier,
  exportClassifier,
  type FeatureOptions,
  type FeatureRecipe,
  loadClassifier,
  openPredictor,
  type Predictor,
  preprocessPixels,
  recipeHash,
  saveModel,
  weightPath,
  weightRecord,
} from '../../../lib/models/index';
import {
  extractFeatures,
  joinFeatures,
  joinParts,
  splitFeatures,
  transformTable,
} from '../../../lib/training/index';
import { fillModel } from './generated-weights';

/**
 * A registered backbone on generated weights, as if they had been loaded from this file. Its batch norms hold the
 * statistics of the photos given: without, deep networks make the same features of every photo, but for rounding.
 *
 * @param photos [b, s, s, 3], 0..255
 */
export function generatedBackbone(name: Parameters<typeof buildBackbone>[0], photos: tf.Tensor4D): Backbone {
  const record = weightRecord(name);
  const inputSize = photos.shape[1];
  const model = buildBackbone(name, { inputSize });
  fillModel(model);
  const norms = model.layers.filter((layer) => layer.getClassName() === 'BatchNormalization');
  for (const norm of norms) Object.assign(norm, { momentum: 0 });
  // TensorFlow.js cannot train batch norms without a scale, which are InceptionV3's
  if (norms.every(({ weights }) => weights.length === 4))
    tf.tidy(() => void model.apply(preprocessPixels(photos, record), { training: true }));
  return {
    ...{ name, record, model, classifier: null, inputSize, inputScaling: 'correct', weightsPath: __filename },
    featureSize: record.featureSize,
    preprocess: (pixels) => preprocessPixels(pixels, record),
    dispose: () => undefined, // several classifiers share it
  };
}

/** Photos in one pass. */
const PASS = 16;

/** What every path says about the same photos: row-major [photos, breeds]. */
export type Paths = Record<'evaluation' | 'served' | 'kept' | 'app' | 'exported', number[][]>;

/**
 * Trains a head on features of photos by a recipe, saves it, loads it again, and asks for probabilities on every path
 * that there is.
 *
 * @param asked which photos the paths are asked about
 */
export async function allPaths(
  folder: string,
  dataset: Dataset,
  backbones: readonly Backbone[],
  options: FeatureOptions,
  asked: 'test part' | 'all photos' = 'test part',
): Promise<{ recipe: FeatureRecipe; paths: Paths }> {
  const { transform = 'none', ...decoding } = options;
  const cacheFolder = join(folder, 'cache');
  const tables = [];
  for (const backbone of backbones)
    tables.push(await extractFeatures(dataset, backbone, { ...decoding, cacheFolder, batchSize: 4 }));
  const table = transformTable(joinFeatures(tables), transform);
  const split = splitFeatures(table, { protocol: 'random', seed: 3 });
  const final = await fitFinalClassifier(split, { heads: ['softmax regression'] });
  const saved = final.metadata({ metrics: {}, description: 'a test' });
  await saveModel(final.head.model, join(folder, 'model'), saved);
  const load = () =>
    loadClassifier(join(folder, 'model'), {
      load: async ({ backbone }) => {
        const found = backbones.find(({ name }) => name === backbone);
        if (!found) throw new Error(`expected one of the test's backbones, received ${backbone}`);
        return { ...found, dispose: () => undefined }; // the caller's, asked again on the next path
      },
    });
  const classifier = await load();
  assert.equal(recipeHash(classifier.metadata.recipe), recipeHash(table.recipe));
  try {
    const part =
      asked === 'test part' ? split.test : joinParts(joinParts(split.train, split.validation), split.test);
    const { files } = part;
    const { breeds } = split;
    const shown = (await evaluateHead(final.head.model, part, breeds)).probabilities;
    const evaluation = files.map((_file, row) =>
      temper([...shown.slice(row * breeds.length, (row + 1) * breeds.length)], saved.temperature),
    );
    const examples = files.map((file) => {
      const example = dataset.examples.find((each) => each.file === file);
      if (!example) throw new Error(`expected ${file} in the dataset`);
      return example;
    });
    const images = await Promise.all(
      examples.map(({ file, boxes }) =>
        decodePhoto(join(dataset.imagesFolder, file), classifier.input, { boxes }),
      ),
    );
    const paths = {
      evaluation,
      served: await ask(classifier, images),
      kept: await askKept(folder, load, images),
      app: [] as number[][],
      exported: [] as number[][],
    };
    if (classifier.input.crop !== 'box') {
      const uploads = examples.map(async ({ file }) => {
        const photo = await readPhoto(await readFile(join(dataset.imagesFolder, file)), file, DEFAULT_LIMITS);
        return decodeForModel(photo, classifier, DEFAULT_LIMITS.maxPixels);
      });
      paths.app = await ask(classifier, await Promise.all(uploads));
    } else paths.app = paths.served; // a visitor's photo has no box
    const batch = Math.min(PASS, images.length);
    const { model, shape } = await exportClassifier(classifier, batch);
    const session = await InferenceSession.create(model);
    for (let from = 0; from < images.length; from += batch) {
      // the last pass is filled up with photos that were asked before
      const shown = images.slice(Math.min(from, images.length - batch)).slice(0, batch);
      const pixels = Buffer.concat(shown.map(({ data }) => data));
      const output = await session.run({ pixels: new Tensor('uint8', Uint8Array.from(pixels), shape) });
      const values = output.probabilities?.data as Float32Array;
      const rows = shown.map((_photo, row) => [
        ...values.slice(row * breeds.length, (row + 1) * breeds.length),
      ]);
      paths.exported.push(...rows.slice(-Math.min(batch, images.length - from)));
    }
    return { recipe: table.recipe, paths };
  } finally {
    classifier.head.dispose();
    final.dispose();
  }
}

/** The largest difference of any path from the first. */
export function largestDifference(paths: Paths): number {
  const { evaluation, ...others } = paths;
  let largest = 0;
  for (const [name, rows] of Object.entries(others)) {
    assert.equal(rows.length, evaluation.length, name);
    for (const [i, row] of rows.entries())
      for (const [c, value] of row.entries()) {
        const difference = Math.abs(value - (evaluation[i]?.[c] ?? Number.NaN));
        if (!(difference <= largest)) largest = difference;
      }
  }
  return largest;
}

/**
 * Asks the graph that was kept: made, then read by a second start, which loads nothing. Of a network's files it asks for
 * size and time: empty ones stand there for weights that were never on disk.
 */
async function askKept(folder: string, load: () => Promise<Classifier>, images: Images): Promise<number[][]> {
  const before = process.env.DOGBREEDS_WEIGHTS;
  const whole = await load();
  const generated = whole.backbones.some(({ record, weightsPath }) => weightPath(record) !== weightsPath);
  if (generated) process.env.DOGBREEDS_WEIGHTS = join(folder, 'weights');
  let loads = 0;
  const open = async () => {
    const predictor = await openPredictor(join(folder, 'model'), {
      folder: join(folder, 'graphs'),
      load: () => {
        loads += 1;
        return load();
      },
    });
    const answers = await ask(predictor, images);
    const facts = [predictor.networks, predictor.input, await predictor.identity()];
    predictor.dispose();
    return { answers, facts };
  };
  try {
    for (const { record } of generated ? whole.backbones : []) {
      await mkdir(dirname(weightPath(record)), { recursive: true });
      await writeFile(weightPath(record), '');
    }
    const made = await open();
    assert.deepEqual(made.facts, [whole.networks, whole.input, await whole.identity()]);
    assert.equal(loads, 1);
    assert.deepEqual(await open(), made);
    assert.equal(loads, 1);
    whole.head.dispose();
    return made.answers;
  } finally {
    if (before === undefined) delete process.env.DOGBREEDS_WEIGHTS;
    else process.env.DOGBREEDS_WEIGHTS = before;
  }
}

type Images = Parameters<Predictor['classify']>[0];

async function ask(classifier: Predictor, images: Images): Promise<number[][]> {
  const { classNames } = classifier.metadata;
  const answers = [];
  for (let from = 0; from < images.length; from += PASS)
    answers.push(...(await classifier.classify(images.slice(from, from + PASS), classNames.length)));
  return answers.map(({ top }) =>
    classNames.map((name) => top.find(({ breed }) => breed === name)?.probability ?? Number.NaN),
  );
}

function temper(probabilities: number[], temperature: number): number[] {
  const powers = probabilities.map((p) => p ** (1 / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Tensors that live now. */
