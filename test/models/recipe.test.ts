import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { type Dataset, openDataset, selectBreeds } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { decodePhoto, decodePhotos, shownPart } from '../../lib/image/index';
import {
  BACKBONES,
  type Backbone,
  createClassifier,
  describeRecipe,
  type FeatureOptions,
  featureRecipe,
  loadNetworks,
  migrateMetadata,
  preprocessPixels,
  recipeHash,
  toPixels,
  weightRecord,
} from '../../lib/models/index';
import { temporaryFolder } from '../support/temporary-folder';
import { allPaths, generatedBackbone, largestDifference } from './support/recipe-paths';

/** Equal to this on every path. */
const TOLERANCE = 1e-5;

let dataset: Dataset;
before(async () => {
  await startEngine();
  const drawn = selectBreeds(await openDataset({ limitPerBreed: 8 }), 3);
  // every photo has a dog in its upper left, and another that is smaller
  const boxes = [
    { xmin: 0.1, ymin: 0.05, xmax: 0.7, ymax: 0.8 },
    { xmin: 0.6, ymin: 0.6, xmax: 0.9, ymax: 0.9 },
  ];
  dataset = { ...drawn, examples: drawn.examples.map((example) => ({ ...example, boxes })) };
});

/** Three layers of the kinds that networks have; `name` lends its preprocessing. */
function smallBackbone(name: 'resnet50' | 'xception', inputSize: number): Backbone {
  const record = weightRecord(name);
  const seed = name === 'resnet50' ? 1 : 2;
  const convolution = { strides: 2, kernelSize: 3, padding: 'same', activation: 'relu' } as const;
  const kernelInitializer = tf.initializers.heNormal({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        ...convolution,
        filters: 6,
        inputShape: [inputSize, inputSize, 3],
        kernelInitializer,
      }),
      tf.layers.conv2d({ ...convolution, filters: 10, kernelInitializer }),
      tf.layers.globalAveragePooling2d({}),
    ],
  });
  return {
    ...{ name, record, model, classifier: null, inputSize, inputScaling: 'correct', weightsPath: __filename },
    featureSize: 10,
    preprocess: (pixels) => preprocessPixels(pixels, record),
    dispose: () => undefined,
  };
}

const combinations: FeatureOptions[] = [];
for (const views of [1, 'flip', 'crops-flip'] as const)
  for (const resize of ['stretch', 'centre'] as const)
    for (const crop of ['none', 'central', 'box'] as const) combinations.push({ views, resize, crop });
const others: [string, number, FeatureOptions][] = [
  ['another size', 45, { views: 'flip', interpolation: 'bicubic' }],
  ['unit length', 32, { views: 'flip', transform: 'l2' }],
  ['square roots of unit length', 32, { transform: 'sqrt-l2' }],
];

test('whatever the recipe: training, serving, the app and the exported file see the same features', async (t) => {
  const cases = [
    ...combinations.map((options): [string, number, FeatureOptions] => ['', 32, options]),
    ...others,
  ];
  const seen = new Set<string>();
  for (const [, size, options] of cases) {
    const backbone = smallBackbone('resnet50', size);
    const folder = await temporaryFolder(t);
    const { recipe, paths } = await allPaths(folder, dataset, [backbone], options);
    const difference = largestDifference(paths);
    t.diagnostic(`${describeRecipe(recipe)}: ${difference.toExponential(1)}`);
    assert.ok(difference <= TOLERANCE, `${describeRecipe(recipe)}: ${difference}`);
    seen.add(recipeHash(recipe));
    backbone.model.dispose();
  }
  assert.equal(seen.size, cases.length); // every recipe has a hash of its own
});

test('a central crop sees the middle, and a heat map is laid over what was seen', async () => {
  const picture = Buffer.alloc(80 * 40 * 3, 255);
  for (let y = 0; y < 40; y += 1)
    for (let x = 0; x < 80; x += 1)
      if (x >= 20 && x < 60 && y >= 10 && y < 30) picture.fill(0, 3 * (80 * y + x), 3 * (80 * y + x) + 3);
  const png = await sharp(picture, { raw: { width: 80, height: 40, channels: 3 } })
    .png()
    .toBuffer();
  const recipe = featureRecipe(smallBackbone('resnet50', 16), { crop: 'central', cropFraction: 0.5 });
  assert.deepEqual(new Set((await decodePhoto(png, recipe.input)).data), new Set([0]));
  const half = { xmin: 0.25, ymin: 0.25, xmax: 0.75, ymax: 0.75 };
  assert.deepEqual(shownPart(recipe.input, { width: 80, height: 40 }), half);
  const own = featureRecipe(smallBackbone('resnet50', 16), { crop: 'central' });
  assert.equal(own.input.cropFraction, weightRecord('resnet50').cropFraction);
  const whole = featureRecipe(smallBackbone('resnet50', 16));
  assert.equal('cropFraction' in whole.input, false); // recipes of before keep their hashes
  assert.deepEqual(shownPart(whole.input, { width: 80, height: 40 }), { xmin: 0, ymin: 0, xmax: 1, ymax: 1 });
  const centre = featureRecipe(smallBackbone('resnet50', 16), { resize: 'centre' });
  const square = { xmin: 0.25, ymin: 0, xmax: 0.75, ymax: 1 };
  assert.deepEqual(shownPart(centre.input, { width: 80, height: 40 }), square);
  const other = { crop: 'middle' as 'central' };
  assert.throws(
    () => featureRecipe(smallBackbone('resnet50', 16), other),
    /expected crop to be none, central, box, received middle/,
  );
  for (const cropFraction of [0, -1, 1.1, Number.NaN])
    assert.throws(
      () => featureRecipe(smallBackbone('resnet50', 16), { crop: 'central', cropFraction }),
      /expected cropFraction above 0/,
    );
});

test('features of two networks, joined', async (t) => {
  const backbones = [smallBackbone('resnet50', 32), smallBackbone('xception', 32)];
  const interpolation = 'bilinear'; // Xception's record says bicubic: both see the same squares
  const folder = await temporaryFolder(t);
  const options = { views: 'flip', transform: 'l2', interpolation } as const;
  const { recipe, paths } = await allPaths(folder, dataset, backbones, options);
  assert.equal(recipe.networks.length, 2);
  assert.ok(largestDifference(paths) <= TOLERANCE, String(largestDifference(paths)));
  const apart = [smallBackbone('resnet50', 32), smallBackbone('xception', 48)];
  assert.throws(() => featureRecipe(apart), /expected networks of one input size, received 32 px .* 48 px/);
  for (const { model } of [...backbones, ...apart]) model.dispose();
});

for (const name of BACKBONES)
  test(`${name} on generated weights: every path says the same`, { timeout: 300_000 }, async (t) => {
    const folder = await temporaryFolder(t);
    const two = selectBreeds(dataset, 2);
    const size = 76; // InceptionV3 takes no less than 75 px
    const images = await decodePhotos(two, two.examples, { width: size, height: size });
    const photos = toPixels(images, size);
    const backbone = generatedBackbone(name, photos);
    photos.dispose();
    const { paths } = await allPaths(folder, two, [backbone], { views: 'flip' });
    assert.ok(largestDifference(paths) <= TOLERANCE, String(largestDifference(paths)));
    backbone.model.dispose();
  });

test('a model of the first version is read as what it was: stretched, seen once', async () => {
  const first = {
    ...{ classNames: ['Saluki', 'borzoi'], backbone: 'resnet50', inputSize: 288, featureTransform: 'none' },
    ...{ temperature: 1.5, notSureBelow: 0.4, outOfDistribution: null, metrics: { testTop1: 0.8 } },
    description: 'from before',
  };
  const { version, recipe, recipeHash: hash, ...rest } = await migrateMetadata(first, 'metadata.json');
  assert.equal(version, 2);
  assert.equal(hash, recipeHash(recipe));
  const { backbone, inputSize, featureTransform, ...kept } = first;
  assert.deepEqual(rest, kept);
  const { size, interpolation, resize, crop, views } = recipe.input;
  assert.deepEqual([size, interpolation, resize, crop, views], [288, 'bilinear', 'stretch', 'none', 1]);
  assert.deepEqual(
    recipe.networks.map((network) => [network.backbone, network.featureSize, network.channelOrder]),
    [['resnet50', 2048, 'bgr']],
  );
  const pixels = { ...first, backbone: null, pixels: { size: 80, scaling: '0-1' } };
  assert.deepEqual((await migrateMetadata(pixels, 'metadata.json')).recipe.pixels, {
    channelOrder: 'rgb',
    mean: [0, 0, 0],
    std: [255, 255, 255],
  });
});

test('other metadata is refused with a sentence', async () => {
  const recipe = featureRecipe(smallBackbone('resnet50', 32));
  const saved = {
    version: 2,
    classNames: ['a', 'b'],
    recipe,
    recipeHash: recipeHash(recipe),
    temperature: 1,
    notSureBelow: 0.5,
    outOfDistribution: null,
    metrics: {},
    description: '',
  };
  assert.equal((await migrateMetadata(saved, 'm.json')).recipe, recipe);
  const altered = { ...saved, recipe: { ...recipe, input: { ...recipe.input, views: 'flip' } } };
  await assert.rejects(
    migrateMetadata(altered, 'm.json'),
    /photos would be prepared otherwise than in training/,
  );
  await assert.rejects(migrateMetadata({ ...saved, version: 3 }, 'm.json'), /found 3: update this program/);
  for (const other of [{}, null, [], 3])
    await assert.rejects(
      migrateMetadata(other, 'm.json'),
      /expected the metadata of a classifier .* in m\.json/,
    );
  const faults: [part: object, told: RegExp][] = [
    [{ temperature: 0 }, /temperature must be > 0, found 0; save the model again/],
    [{ temperature: 'x' }, /temperature must be number, found "x"/],
    [{ temperature: null }, /temperature must be number, found null/],
    [{ notSureBelow: 1.5 }, /notSureBelow must be <= 1, found 1.5/],
    [{ classNames: ['a', 'a'] }, /classNames must NOT have duplicate items/],
    [{ classNames: ['a', 3] }, /classNames.1 must be string, found 3/],
    [{ recipe: null }, /recipe must be object, found null/],
    [
      { recipe: { ...recipe, input: { ...recipe.input, size: -1 } } },
      /recipe.input.size must be >= 1, found -1/,
    ],
    [{ outOfDistribution: { method: 'class-mean-cosine' } }, /outOfDistribution/],
    [{ metrics: null }, /metrics must be object/],
  ];
  for (const [part, told] of faults)
    await assert.rejects(migrateMetadata({ ...saved, ...part }, 'm.json'), told);
  const { version: _version, recipe: _recipe, recipeHash: _hash, ...rest } = saved;
  const first = { ...rest, backbone: 'resnet50', inputSize: -1, featureTransform: 'none' };
  await assert.rejects(migrateMetadata(first, 'm.json'), /recipe.input.size must be >= 1, found -1/);
});

test('weights that are not those of the training are refused, and so are networks of another size', async () => {
  const recipe = featureRecipe(smallBackbone('resnet50', 32));
  const [network] = recipe.networks;
  assert.ok(network);
  const other = { ...recipe, networks: [{ ...network, weights: 'sha512-others' }] };
  await assert.rejects(
    loadNetworks(other, { load: async (_, size) => smallBackbone('resnet50', size) }),
    /expected the weights of resnet50 that the model was trained with \(sha512-others\), found recipe\.test/,
  );
  const metadata = await migrateMetadata(
    {
      ...{ version: 2, classNames: ['a', 'b'], recipe, recipeHash: recipeHash(recipe) },
      ...{ temperature: 1, notSureBelow: 0.5, outOfDistribution: null, metrics: {}, description: '' },
    },
    'm.json',
  );
  const head = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [10] })] });
  assert.throws(
    () => createClassifier(head, metadata, [smallBackbone('resnet50', 48)]),
    /expected resnet50 at 32 px, received it at 48 px/,
  );
});
