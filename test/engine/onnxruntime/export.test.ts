import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { exportOnnx, ONNX_OPSET, registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend();
});

function classifier(): tf.LayersModel {
  const { layers } = tf;
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential();
  model.add(
    layers.conv2d({
      filters: 6,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      inputShape: [16, 16, 3],
      kernelInitializer: seeded(1),
    }),
  );
  model.add(layers.batchNormalization({ movingMeanInitializer: tf.initializers.randomNormal({ seed: 4 }) }));
  model.add(layers.reLU({ maxValue: 6 }));
  model.add(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthwiseInitializer: seeded(2) }));
  model.add(layers.globalAveragePooling2d({}));
  model.add(layers.dense({ units: 4, activation: 'softmax', kernelInitializer: seeded(3) }));
  return model;
}

test('an exported model gives the same answers in onnxruntime as TF.js on its cpu backend', async () => {
  await tf.setBackend('onnxruntime');
  const model = classifier();
  const pixels = Uint8Array.from({ length: 2 * 16 * 16 * 3 }, (_, i) => (i * 37) % 256);
  const compute = (input: tf.Tensor4D) => model.predict(input.toFloat().div(127.5).sub(1)) as tf.Tensor;
  const { numTensors } = tf.memory();
  const file = exportOnnx(compute, {
    inputShape: [2, 16, 16, 3],
    inputName: 'pixels',
    outputName: 'probabilities',
    metadata: { classes: JSON.stringify(['borzoi', 'basenji', 'beagle', 'briard']) },
  });
  assert.equal(tf.memory().numTensors, numTensors);
  assert.equal(ONNX_OPSET, 21);
  assert.ok(Buffer.from(file).includes('["borzoi","basenji","beagle","briard"]'));

  const session = await InferenceSession.create(file);
  assert.deepEqual([...session.inputNames, ...session.outputNames], ['pixels', 'probabilities']);
  const { probabilities } = await session.run({ pixels: new Tensor('uint8', pixels, [2, 16, 16, 3]) });
  await tf.setBackend('cpu');
  const expected = tf.tidy(() =>
    compute(tf.tensor4d(Array.from(pixels), [2, 16, 16, 3], 'int32')).dataSync(),
  );
  assert.ok(probabilities);
  assert.deepEqual(probabilities.dims, [2, 4]);
  (probabilities.data as Float32Array).forEach((value, i) => {
    assert.ok(Math.abs(value - Number(expected[i])) < 1e-6, `expected ${expected[i]}, received ${value}`);
  });
});

test('a function that reads values cannot be exported, and the backend computes on afterwards', async () => {
  await tf.setBackend('onnxruntime');
  const reading = (input: tf.Tensor4D) => tf.scalar(Number(input.sum().dataSync()[0]));
  assert.throws(() => exportOnnx(reading, { inputShape: [1, 2, 2, 3] }), /without reading values/);
  assert.deepEqual(Array.from(tf.add(tf.tensor1d([1]), 1).dataSync()), [2]);
});

test('several outputs by name: one that others are made of, and one that is constant', async () => {
  await tf.setBackend('onnxruntime');
  const file = exportOnnx(
    (input) => {
      const means = input.toFloat().mean([1, 2]);
      return { means, doubled: means.mul(2), three: tf.fill([1, 1], 3) };
    },
    { inputShape: [1, 2, 2, 3], inputName: 'pixels' },
  );
  const session = await InferenceSession.create(file);
  assert.deepEqual([...session.outputNames], ['means', 'doubled', 'three']);
  const pixels = Uint8Array.of(1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9);
  const found = await session.run({ pixels: new Tensor('uint8', pixels, [1, 2, 2, 3]) });
  const values = Object.entries(found).map(([name, { data }]) => [name, [...(data as Float32Array)]]);
  assert.deepEqual(Object.fromEntries(values), { means: [4, 5, 6], doubled: [8, 10, 12], three: [3] });
});
