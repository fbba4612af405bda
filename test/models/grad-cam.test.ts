import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import {
  buildBackbone,
  buildHead,
  buildScratchCnn,
  gradCam,
  occlusionMap,
  preprocessPixels,
  WEIGHTS,
} from '../../lib/models/index';
import { fillModel, uniform } from './support/generated-weights';
import { readGolden, relativeError } from './support/golden';

before(() => startEngine());

const photo = (size: number) => ({
  data: Uint8Array.from(uniform('pixels', size * size * 3), (number) => Math.floor(256 * number)),
  width: size,
  height: size,
});

test("Grad-CAM gives Keras' heat map, and leaves no tensors behind", async () => {
  const golden = readGolden().gradCam;
  const model = buildBackbone('mobilenetv2', { inputSize: 96 });
  fillModel(model);
  const head = buildHead({ featureSize: 1280, classes: 5, hidden: 0, seed: 1 });
  fillModel(head);
  const network = { model, preprocess: (x: tf.Tensor4D) => preprocessPixels(x, WEIGHTS.mobilenetv2) };
  const tensors = tf.memory().numTensors;
  const map = await gradCam(network, head, photo(96), golden.class);
  assert.deepEqual([map.height, map.width], golden.shape);
  assert.ok(
    relativeError(map.data, golden.heatmap) < 1e-4,
    `error ${relativeError(map.data, golden.heatmap)}`,
  );
  const likeliest = await gradCam(network, head, photo(96), null);
  assert.ok(relativeError(likeliest.data, golden.heatmap) < 1e-4); // the likeliest class is Keras'
  const halved = await gradCam(network, head, photo(96), golden.class, { transform: (x) => x.div(2) });
  assert.ok(relativeError(halved.data, golden.heatmap) < 1e-4); // scale drops out
  await assert.rejects(gradCam(network, head, photo(96), 5), /expected a class from 0 to 4, received 5/);
  await assert.rejects(
    gradCam(network, head, photo(90), 1),
    /expected pictures of 96 x 96 pixels, received 90 x 90/,
  );
  assert.equal(tf.memory().numTensors, tensors);
  model.dispose();
  head.dispose();
});

for (const name of ['vgg19', 'efficientnetb0', 'resnet50'] as const)
  test(`Grad-CAM runs on ${name}`, async () => {
    const model = buildBackbone(name, { inputSize: 75 });
    fillModel(model);
    const record = WEIGHTS[name];
    const head = buildHead({ featureSize: record.featureSize, classes: 3, seed: 1 });
    const network = { model, preprocess: (x: tf.Tensor4D) => preprocessPixels(x, record) };
    const maps = await Promise.all([0, 1, 2].map((index) => gradCam(network, head, photo(75), index)));
    const sides = { vgg19: 4, efficientnetb0: 3, resnet50: 3 };
    for (const map of maps) assert.deepEqual([map.height, map.width], [sides[name], sides[name]]);
    for (const map of maps) assert.ok(map.data.every((value) => value >= 0 && value <= 1));
    assert.ok(maps.some((map) => Math.max(...map.data) === 1));
    model.dispose();
    head.dispose();
  });

test('Grad-CAM and occlusion explain a whole network without a backbone', async () => {
  const model = buildScratchCnn({ classes: 4, imageSize: 48, seed: 2 });
  const network = { model, preprocess: (x: tf.Tensor4D) => x.div<tf.Tensor4D>(255) };
  const tensors = tf.memory().numTensors;
  const map = await gradCam(network, null, photo(48), null);
  assert.deepEqual([map.height, map.width], [6, 6]);
  const covered = await occlusionMap(network, null, photo(48), 1);
  assert.equal(covered.data.length, 64);
  assert.equal(tf.memory().numTensors, tensors);
  model.dispose();
});

test('an occlusion map lights up only where the class hangs on the picture', async () => {
  // a "network" that sees the brightness of the pixels from (16, 24) to (23, 31) of 32 x 32, and nothing else
  const window = tf.tidy(() => tf.ones([8, 8]).pad([[24, 0], [16, 8]])); // biome-ignore format: rows, columns
  const input = tf.input({ shape: [32, 32, 3] });
  const flat = tf.layers.flatten().apply(input) as tf.SymbolicTensor;
  const dense = tf.layers.dense({ units: 2, activation: 'softmax', useBias: false });
  const model = tf.model({ inputs: input, outputs: dense.apply(flat) as tf.SymbolicTensor });
  const kernel = tf.tidy(() => {
    const bright = tf
      .tile(window.reshape([32 * 32, 1]), [1, 3])
      .reshape([32 * 32 * 3, 1])
      .div(192);
    return tf.concat([tf.zerosLike(bright), bright], 1);
  });
  dense.setWeights([kernel]);
  const data = new Uint8Array(32 * 32 * 3);
  for (let y = 24; y < 32; y += 1) data.fill(255, 3 * (y * 32 + 16), 3 * (y * 32 + 24));
  const network = { model, preprocess: (x: tf.Tensor4D) => x.div<tf.Tensor4D>(255) };
  const image = { data, width: 32, height: 32 };
  const { data: map } = await occlusionMap(network, null, image, 1, { cells: 4, patch: 1, batchSize: 5 });
  assert.deepEqual(Array.from(map), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
  const { data: other } = await occlusionMap(network, null, image, 0, { cells: 4, patch: 1 });
  assert.ok(other.every((value) => value === 0)); // covering the bright window raises the other class
  await assert.rejects(occlusionMap(network, null, image, 2), /expected a class from 0 to 1, received 2/);
  tf.dispose([window, kernel]);
  model.dispose();
});
