import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { assignWeights, readTflite, readWeights } from '../../lib/models/index';
import { generatedPixels } from './support/generated-weights';
import { goldenFolder, relativeError } from './support/golden';
import { assertBrief, readTfliteGolden } from './support/tflite-golden';

const golden = readTfliteGolden().small;
let folder: string;
before(async () => {
  await startEngine({ backend: 'cpu' });
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-tflite-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The network of test/golden/models/tflite.py. */
function buildSmall(): tf.LayersModel {
  const input = tf.input({ shape: [12, 12, 3] });
  const on = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor;
  const stem = { filters: 8, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', name: 'stem' };
  let x = on(tf.layers.conv2d(stem as Parameters<typeof tf.layers.conv2d>[0]), input);
  x = on(
    tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', activation: 'relu6', name: 'depthwise' }),
    x,
  );
  const left = on(tf.layers.conv2d({ filters: 4, kernelSize: 1, activation: 'relu', name: 'left' }), x);
  const right = on(tf.layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }), x);
  x = tf.layers.concatenate().apply([left, right]) as tf.SymbolicTensor;
  x = on(tf.layers.flatten(), on(tf.layers.maxPooling2d({ poolSize: 2 }), x));
  return tf.model({ inputs: input, outputs: on(tf.layers.dense({ units: 5, name: 'dense' }), x) });
}

// How far the weights themselves are from float32: exact, 11 significant bits, 8 bits for each channel
for (const [kind, tolerance] of [
  ['float32', 1e-5],
  ['float16', 2e-3],
  ['int8', 3e-2],
] as const) {
  // biome-ignore format: one line
  test(`weights of a TensorFlow Lite model in ${kind} are those of its interpreter, and give Keras' outputs`, async () => {
    const path = join(goldenFolder, `small-${kind}.tflite`);
    const { operations } = await readTflite(path);
    let constants = 0;
    for (const tensor of operations.flatMap(({ inputs }) => inputs)) {
      if (!tensor?.constant) continue;
      const expected = golden.files[kind]?.[tensor.name];
      assert.ok(expected, `${tensor.name} is no constant of the interpreter`);
      assertBrief(tensor.values(), expected, 1e-6, tensor.name);
      constants += 1;
    }
    assert.ok(constants >= 8, `${constants} constants`);
    const model = buildSmall();
    const tensors = tf.memory().numTensors;
    assignWeights(model, await readWeights(path));
    const output = tf.tidy(() => model.predict(generatedPixels(12).div(255)) as tf.Tensor);
    const error = relativeError(await output.data(), golden.outputs);
    assert.ok(error < tolerance, `relative error ${error}`);
    output.dispose();
    assert.equal(tf.memory().numTensors, tensors);
    model.dispose();
  });
}

test('operations say their padding, strides and activations', async () => {
  const { operations, inputs, outputs } = await readTflite(join(goldenFolder, 'small-float32.tflite'));
  assert.deepEqual(inputs.map(({ shape }) => shape), [[1, 12, 12, 3]]); // biome-ignore format: one line
  assert.deepEqual(outputs.map(({ shape }) => shape), [[1, 5]]); // biome-ignore format: one line
  const [stem, depthwise] = operations;
  assert.deepEqual(
    [stem?.kind, stem?.padding, stem?.strides, stem?.activation],
    ['CONV_2D', 'same', [2, 2], 'relu'],
  );
  assert.deepEqual([depthwise?.kind, depthwise?.activation], ['DEPTHWISE_CONV_2D', 'relu6']);
});

test('cut, altered and foreign files end in a message that names the file', async () => {
  const whole = await readFile(join(goldenFolder, 'small-int8.tflite'));
  const path = join(folder, 'bad.tflite');
  const message = /expected a TensorFlow Lite model, .*bad\.tflite \(\d+ bytes\) is damaged or none: /;
  for (const bytes of [Buffer.from('no'), Buffer.from('<!DOCTYPE html>'), whole.subarray(0, 900)]) {
    await writeFile(path, bytes);
    await assert.rejects(readTflite(path), message);
  }
  let refused = 0;
  for (let at = 0; at < 400; at += 4) {
    const altered = Buffer.from(whole);
    altered.writeInt32LE(0x7fffff00, at);
    await writeFile(path, altered);
    await readTflite(path).catch((error: Error) => {
      refused += 1;
      assert.match(error.message, message);
    });
  }
  assert.ok(refused > 20, `${refused} of 100 alterations were refused`);
});
