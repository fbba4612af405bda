import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { type Backbone, photoTensor, preprocessPixels, WEIGHTS } from '../../lib/models/index';
import { preparePhotos } from '../../lib/models/recipe/prepare-photos';
import { nonNull } from '../support/non-null';
import { generatedPixels } from './support/generated-weights';
import { readGolden, relativeError } from './support/golden';

before(() => startEngine({ backend: 'cpu' }));
const golden = readGolden().preprocessing;

for (const name of ['vgg19', 'xception', 'efficientnetb3'] as const)
  test(`pixels are preprocessed as by preprocess_input of Keras for ${name}`, async () => {
    const pixels = generatedPixels(2);
    const tensors = tf.memory().numTensors;
    for (const input of [pixels, tf.cast(pixels, 'int32')]) {
      const output = preprocessPixels(input, WEIGHTS[name]);
      assert.equal(output.dtype, 'float32');
      assert.ok(relativeError(await output.data(), nonNull(golden[name])) < 1e-6);
      output.dispose();
      if (input !== pixels) input.dispose();
    }
    assert.equal(tf.memory().numTensors, tensors);
    pixels.dispose();
  });

test("the presentation's scaling divides by 255, whatever the network expects", async () => {
  const pixels = tf.fill<tf.Rank.R4>([1, 2, 2, 3], 51);
  for (const record of [WEIGHTS.efficientnetb3, WEIGHTS.resnet50]) {
    const output = preprocessPixels(pixels, record, 'as-published');
    assert.deepEqual([...new Set(await output.data())], [Math.fround(0.2)]);
    output.dispose();
  }
  const grey = tf.zeros([1, 2, 2, 1]) as tf.Tensor4D;
  assert.throws(
    () => preprocessPixels(grey, WEIGHTS.vgg19),
    /expected RGB pixels .*, received \[1, 2, 2, 1\]/,
  );
  tf.dispose([pixels, grey]);
});

test('photos are prepared as preprocessing their tensor does, value for value, into memory that may be kept', async () => {
  const photo = (seed: number) => ({
    data: Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * 7919 + seed * 31) % 256),
    width: 16,
    height: 16,
  });
  const images = [photo(1), photo(2), photo(3)];
  const input = { size: 16, views: 1 } as const;
  const kept = new Float32Array(3 * 16 * 16 * 3);
  const prepares: Backbone['preprocess'][] = [
    (pixels) => tf.mul(pixels, tf.sum(pixels, 3, true)), // of all channels: no table says that
    (pixels) => pixels.clone(),
  ];
  for (const record of Object.values(WEIGHTS))
    for (const scaling of ['correct', 'as-published'] as const)
      prepares.push((pixels) => preprocessPixels(pixels, record, scaling));
  for (const preprocess of prepares) {
    const backbone = { preprocess } as Backbone;
    const wanted = tf.tidy(() => preprocess(photoTensor(images, input)));
    for (const memory of [undefined, kept, new Float32Array(5)]) {
      const prepared = preparePhotos(images, input, backbone, memory);
      assert.deepEqual(prepared.shape, [3, 16, 16, 3]);
      assert.deepEqual(await prepared.data(), await wanted.data());
      prepared.dispose();
    }
    wanted.dispose();
    const small = { ...photo(1), height: 15, data: photo(1).data.slice(48) };
    assert.throws(
      () => preparePhotos([small], input, backbone),
      /expected pictures of 16 x 16, received 16 x 15/,
    );
  }
});
