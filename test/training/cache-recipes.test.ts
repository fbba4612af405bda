import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { createRandom, type Random } from '../../lib/base/index';
import { type Dataset, openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { type Backbone, type InputScaling, photoFeatures, preprocessPixels } from '../../lib/models/index';
import { cacheRecipes, extractFeatures, extractRecipes, type WantedFeatures } from '../../lib/training/index';
import { killExtraction } from './kill-extraction';
import { meanColourBackbone } from './mean-colour';

let folder: string;
let dataset: Dataset;
before(async () => {
  await startEngine();
  folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  dataset = await openDataset();
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A small network of random weights that counts the pictures that it sees. Networks of one structure would take turns
 * with the engine's session: tests choose other widths.
 */
function randomNetwork(inputSize: number, filters: number, inputScaling: InputScaling = 'correct') {
  const model = tf.sequential();
  const kernelInitializer = tf.initializers.glorotNormal({ seed: filters });
  model.add(
    tf.layers.conv2d({
      ...{ inputShape: [inputSize, inputSize, 3], filters, kernelSize: 3, strides: 2, kernelInitializer },
      activation: 'relu',
    }),
  );
  model.add(tf.layers.globalAveragePooling2d({}));
  model.add(tf.layers.dense({ units: 5, kernelInitializer }));
  const { record } = meanColourBackbone();
  const seen = { pictures: 0 };
  const backbone: Backbone = {
    ...{ name: 'resnet50', record, model, classifier: null, inputSize, featureSize: 5, inputScaling },
    weightsPath: __filename,
    preprocess: (pixels) => preprocessPixels(pixels, record, inputScaling),
    dispose: () => void model.dispose(),
  };
  const predict = model.predictOnBatch.bind(model);
  model.predictOnBatch = (pixels) => {
    seen.pictures += (pixels as tf.Tensor).shape[0] ?? 0;
    return predict(pixels);
  };
  return { backbone, seen };
}

/**
 * The engine makes weights constants of a graph when it has run a few times, which moves the last bits of what it
 * computes: passes before and after are not the same.
 */
async function warmUp(backbone: Backbone, batchSize: number): Promise<void> {
  const { inputSize: size } = backbone;
  const image = { width: size, height: size, data: new Uint8Array(size * size * 3).fill(90) };
  const photos = new Array<typeof image>(batchSize).fill(image);
  for (let pass = 0; pass < 4; pass += 1) {
    const output = tf.tidy(() => photoFeatures(photos, backbone, { size, views: 1 }));
    await output.data();
    output.dispose();
  }
}

const oneOf = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)] as T;

function drawRecipe(random: Random, networks: readonly Backbone[]): WantedFeatures {
  return {
    backbone: oneOf(random, networks),
    crop: oneOf(random, ['none', 'central', 'box']),
    cropFraction: oneOf(random, [0.6, 0.875, 1]),
    boxMargin: oneOf(random, [0, 0.1]),
    resize: oneOf(random, ['stretch', 'centre']),
    views: oneOf(random, [1, 'flip', 'crops-flip']),
    interpolation: oneOf(random, ['bilinear', 'bicubic']),
  };
}

test('random recipes together are those recipes alone, bit for bit, also where some photos were there', async () => {
  const random = createRandom(20);
  const networks = [
    ...[randomNetwork(24, 8), randomNetwork(24, 8, 'as-published'), randomNetwork(33, 8)],
  ].map(({ backbone }) => backbone);
  for (const backbone of networks) for (const batchSize of [1, 4, 7, 16]) await warmUp(backbone, batchSize);
  for (let round = 0; round < 12; round += 1) {
    const from = random.integer(20);
    const examples = dataset.examples.slice(from, from + 9 + random.integer(8));
    const part = { ...dataset, examples };
    const wanted = Array.from({ length: 2 + (round % 2) }, () => drawRecipe(random, networks));
    const options = {
      batchSize: oneOf(random, [1, 4, 7, 16]),
      cacheFolder: join(folder, `together-${round}`),
    };
    const known = { ...dataset, examples: examples.slice(0, random.integer(6)) };
    const [first] = wanted;
    if (known.examples.length > 0 && first)
      await extractFeatures(known, first.backbone, { ...first, ...options });
    const together = await extractRecipes(part, wanted, options);
    for (const [i, { backbone, ...pixels }] of wanted.entries()) {
      const cacheFolder = join(folder, `alone-${round}-${i}`);
      const alone = await extractFeatures(part, backbone, { ...pixels, ...options, cacheFolder });
      const what = JSON.stringify({ round, size: backbone.inputSize, ...pixels });
      assert.deepEqual(together[i]?.features, alone.features, what);
      assert.deepEqual(together[i]?.recipe, alone.recipe, what);
      assert.deepEqual(together[i]?.files, alone.files, what);
    }
  }
  for (const backbone of networks) backbone.dispose();
});

test('a network sees each distinct picture once', async () => {
  const { backbone, seen } = randomNetwork(24, 9);
  const twin = { ...backbone }; // loaded a second time
  const examples = dataset.examples.slice(0, 8).map((example) => ({ ...example, boxes: [] }));
  const part = { ...dataset, examples };
  const cost = async (wanted: WantedFeatures[]) => {
    const before = seen.pictures;
    const cacheFolder = mkdtempSync(join(folder, 'count-'));
    const tables = await cacheRecipes(part, wanted, { cacheFolder, batchSize: 8 });
    return { perPhoto: (seen.pictures - before) / examples.length, tables };
  };
  const { perPhoto, tables } = await cost([{ backbone }, { backbone: twin, views: 'flip' }]);
  assert.equal(perPhoto, 2);
  assert.deepEqual(tables.map(({ computed, reused }) => [computed, reused]), [[8, 0], [8, 0]]); // biome-ignore format: pairs
  assert.equal((await cost([{ backbone, views: 'flip' }, { backbone, views: 'crops-flip' }, { backbone }])).perPhoto, 4); // biome-ignore format: one line
  assert.equal((await cost([{ backbone }, { backbone: twin }])).perPhoto, 1);
  assert.equal((await cost([{ backbone }, { backbone, crop: 'box' }])).perPhoto, 1); // no photo has a box
  assert.equal((await cost([{ backbone }, { backbone, crop: 'central', cropFraction: 0.5 }])).perPhoto, 2);
  backbone.dispose();
});

test('a photo that only one recipe can read is quarantined for the others alone', async () => {
  const root = join(folder, 'cut');
  const [a, b, c] = dataset.examples;
  assert.ok(a && b && c);
  for (const { file } of [a, b, c]) cpSync(join(dataset.imagesFolder, file), join(root, file));
  const bytes = readFileSync(join(root, b.file));
  writeFileSync(join(root, b.file), bytes.subarray(0, Math.floor(0.8 * bytes.length)));
  writeFileSync(join(root, c.file), 'not a photo any more');
  const part = { ...dataset, imagesFolder: root, examples: [a, b, c] };
  const { backbone } = randomNetwork(24, 10);
  await warmUp(backbone, 16);
  const wanted: WantedFeatures[] = [{ backbone }, { backbone, crop: 'central', cropFraction: 0.2 }];
  const together = await extractRecipes(part, wanted, { cacheFolder: join(folder, 'cut-together') });
  for (const [i, { backbone: network, ...pixels }] of wanted.entries()) {
    const cacheFolder = join(folder, `cut-alone-${i}`);
    const alone = await extractFeatures(part, network, { ...pixels, cacheFolder });
    const { files, quarantine, computed, features } = together[i] as (typeof together)[0];
    assert.deepEqual({ files, quarantine, computed }, { files: alone.files, quarantine: alone.quarantine, computed: alone.computed }); // biome-ignore format: pairs
    assert.deepEqual(features, alone.features);
  }
  const unread = together.map(({ quarantine }) => quarantine.map(({ file }) => file));
  assert.deepEqual(unread, [[b.file, c.file], [c.file]]); // the middle of a photo that is cut short is whole
  backbone.dispose();
});

test('two recipes whose run was killed go on where they stopped, to the same features', async () => {
  const cacheFolder = join(folder, 'killed');
  await killExtraction(cacheFolder, 'both');
  const backbone = meanColourBackbone();
  const wanted: WantedFeatures[] = [{ backbone }, { backbone, views: 'flip' }];
  const resumed = await extractRecipes(dataset, wanted, { cacheFolder });
  for (const { computed } of resumed)
    assert.ok(computed > 0 && computed <= dataset.examples.length - 8, `${computed} computed`);
  const whole = await extractRecipes(dataset, wanted, { cacheFolder: join(folder, 'whole') });
  for (const [i, { features }] of resumed.entries())
    assert.ok(features.every((value, at) => Math.abs(value - (whole[i]?.features[at] ?? Number.NaN)) < 1e-3));
  backbone.dispose();
});
