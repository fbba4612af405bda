import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { preprocessPixels, WEIGHTS } from '../../lib/models/index';
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
