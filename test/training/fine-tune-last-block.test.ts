import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { type Backbone, buildHead, cutBackbone } from '../../lib/models/index';
import { extractFeatures, fineTune, fineTuneLastBlock, type History } from '../../lib/training/index';
import { generatedBackbone } from '../models/support/recipe-paths';
import { temporaryFolder } from '../support/temporary-folder';
import { drawnPhotos } from './drawn-photos';

before(() => startEngine());

const SIDE = 48;
const OPTIONS = { epochs: 3, batchSize: 8, learningRate: 1e-3, seed: 4 };

/** The same network and head for every call. */
function fresh(classes: number): { backbone: Backbone; head: tf.LayersModel } {
  const photos = tf.randomUniform<tf.Rank.R4>([8, SIDE, SIDE, 3], 0, 255, 'float32', 3);
  const backbone = generatedBackbone('mobilenetv2', photos);
  photos.dispose();
  const head = buildHead({ featureSize: backbone.featureSize, classes, hidden: 0, seed: 1 });
  return { backbone, head };
}

const valuesOf = (model: tf.LayersModel, layer: string) =>
  model
    .getLayer(layer)
    .getWeights()
    .map((weight) => [...weight.dataSync()]);

test('fine-tuning from cached activations is fine-tuning from the pixels with the rest frozen, and costs them once', async (t) => {
  const { dataset, split } = await drawnPhotos();
  const cacheFolder = await temporaryFolder(t);
  const classes = dataset.breeds.length;
  const tensors = tf.memory().numTensors;

  const cached = fresh(classes);
  const { front, block } = cutBackbone(cached.backbone);
  const untouched = valuesOf(cached.backbone.model, 'block_15_project');
  const norm = valuesOf(cached.backbone.model, 'block_16_project_BN');
  const rowsOf = async (examples: typeof split.train) => {
    const options = { cacheFolder, segmentPhotos: 8 };
    const table = await extractFeatures({ ...dataset, examples, quarantine: [] }, front, options);
    return { table, features: table.features, labels: Int32Array.from(examples, ({ label }) => label) };
  };
  const train = await rowsOf(split.train);
  const validation = await rowsOf(split.validation);
  assert.equal(train.table.size, 2 * 2 * 160);
  assert.equal(train.table.computed, new Set(split.train.map(({ hash }) => hash)).size);
  assert.equal((await rowsOf(split.train)).table.computed, 0);
  const tuned = await fineTuneLastBlock(block, cached.head, train, { ...OPTIONS, classes, validation });
  assert.deepEqual(valuesOf(cached.backbone.model, 'block_15_project'), untouched);
  assert.deepEqual(valuesOf(cached.backbone.model, 'block_16_project_BN'), norm);

  const pixels = fresh(classes);
  const whole = await fineTune(dataset, split, pixels.backbone, pixels.head, {
    ...OPTIONS,
    ...{ augmentation: false, frozen: { from: 'block_16_expand' } },
  });
  assertAlike(tuned.history, whole.history);
  assert.ok((tuned.history.loss.at(-1) ?? 1) < 0.7 * (tuned.history.loss[0] ?? 0), `${tuned.history.loss}`);

  // the whole network has learnt as well: its block is the one that was trained
  const photo = tf.randomUniform<tf.Rank.R4>([2, SIDE, SIDE, 3], 0, 255, 'float32', 9);
  const [byParts, byWhole] = tf.tidy(() => {
    const prepared = cached.backbone.preprocess(photo);
    const features = cached.backbone.model.predict(prepared) as tf.Tensor2D;
    const inputs = front.model.predict(prepared) as tf.Tensor2D;
    return [
      tuned.model.predict(inputs) as tf.Tensor2D,
      cached.head.predict(features) as tf.Tensor2D,
    ] as const;
  });
  for (const [i, value] of (await byParts.data()).entries())
    assert.ok(Math.abs(value - (byWhole.dataSync()[i] ?? Number.NaN)) < 1e-5);
  tf.dispose([photo, byParts, byWhole]);

  tuned.model.dispose();
  whole.model.dispose();
  for (const model of [cached.backbone.model, cached.head, pixels.head]) model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('rows that do not fit their labels are refused before anything is trained', async () => {
  const { backbone, head } = fresh(3);
  const { block } = cutBackbone(backbone);
  const rows = { features: new Float32Array(2 * 640), labels: Int32Array.from([0, 1, 2]) };
  await assert.rejects(
    fineTuneLastBlock(block, head, rows, { classes: 3 }),
    /expected features for 3 labels, received 1280 values/,
  );
  const named = { features: new Float32Array(2 * 640), labels: Int32Array.from([0, 3]) };
  await assert.rejects(fineTuneLastBlock(block, head, named, { classes: 3 }), /expected .*3/);
  for (const model of [block, backbone.model, head]) model.dispose();
});

function assertAlike(actual: History, expected: History): void {
  for (const key of ['loss', 'valLoss', 'accuracy', 'valAccuracy'] as const)
    for (const [epoch, value] of expected[key].entries())
      assert.ok(
        Math.abs((actual[key][epoch] ?? Number.NaN) - value) < 2e-3 * Math.max(1, value),
        `${key} ${actual[key]} and ${expected[key]}`,
      );
}
