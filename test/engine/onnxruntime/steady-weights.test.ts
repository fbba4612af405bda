import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import type { OnnxruntimeBackend } from '../../../lib/engine/onnxruntime/run/backend';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 1, steadyWeights: true });
});

function smallNetwork(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [9, 9, 2], filters: 4, kernelSize: 3, activation: 'relu' }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.globalAveragePooling2d({}));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  return model;
}

/** Predictions of one picture each by TF.js's own JavaScript kernels. */
async function expected(weights: readonly Float32Array[], pictures: readonly Float32Array[]) {
  await tf.setBackend('cpu');
  const model = smallNetwork();
  give(model, weights);
  const answers = predictions(model, pictures);
  model.dispose();
  await tf.setBackend('onnxruntime');
  return answers;
}

function give(model: tf.Sequential, weights: readonly Float32Array[]): void {
  tf.tidy(() => {
    model.setWeights(model.getWeights().map(({ shape }, i) => tf.tensor(weights[i] ?? [], shape)));
  });
}

const predictions = (model: tf.Sequential, pictures: readonly Float32Array[]): number[][] =>
  pictures.map((pixels) =>
    tf.tidy(() => [...(model.predict(tf.tensor4d(pixels, [1, 9, 9, 2])) as tf.Tensor).dataSync()]),
  );

/** Values from 0.1 to 1.1, which a variance may have too. */
const random = (length: number, seed: number): Float32Array =>
  tf.tidy(() => tf.randomUniform([length], 0.1, 1.1, 'float32', seed).dataSync() as Float32Array).slice();

function largestDifference(received: readonly number[][], wanted: readonly number[][]): number {
  assert.equal(received.length, wanted.length);
  return Math.max(
    ...received.flatMap((row, i) => row.map((value, k) => Math.abs(value - (wanted[i]?.[k] ?? Number.NaN)))),
  );
}

test('where weights are said to stay, a network is compiled once, at its first run', async () => {
  await tf.setBackend('onnxruntime');
  const pictures = Array.from({ length: 6 }, (_, i) => random(162, i));
  const model = smallNetwork();
  const sizes = model.getWeights().map(({ size }) => size);
  const weights = sizes.map((size, i) => random(size, 100 + i));
  const wanted = await expected(weights, pictures);
  give(model, weights);
  const { counts } = (tf.backend() as OnnxruntimeBackend).executor;
  predictions(model, pictures.slice(0, 1));
  const { compiled } = counts;
  assert.ok(largestDifference(predictions(model, pictures), wanted) < 1e-5);
  assert.equal(counts.compiled, compiled);
  // weights that change after all
  const others = sizes.map((size, i) => random(size, 200 + i));
  const wantedThen = await expected(others, pictures);
  assert.ok(largestDifference(wanted, wantedThen) > 1e-3);
  give(model, others);
  for (let round = 0; round < 3; round++)
    assert.ok(largestDifference(predictions(model, pictures), wantedThen) < 1e-5);
  give(model, weights);
  assert.ok(largestDifference(predictions(model, pictures), wanted) < 1e-5);
  model.dispose();
});
