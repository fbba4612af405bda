import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { transformFeatures } from '../../lib/models/index';
import { fitHead, fitSoftmaxRegression, learningRateAt, lossAndAccuracy } from '../../lib/training/index';

before(() => startEngine());

/** Rows around one centre for each class. */
function blobs(count: number, size: number, classes: number, seed: number) {
  const centres = createRandom(7);
  const middle = Float32Array.from({ length: classes * size }, () => 5 * centres.normal());
  const random = createRandom(seed);
  const labels = Array.from({ length: count }, (_, row) => row % classes);
  const features = Float32Array.from({ length: count * size }, (_, i) => {
    const label = labels[Math.floor(i / size)] ?? 0;
    return 20 + (middle[label * size + (i % size)] ?? 0) + 4 * random.normal();
  });
  return { features, labels };
}
const train = blobs(240, 12, 4, 1);
const validation = blobs(80, 12, 4, 2);
const options = { classes: 4, hidden: 16, epochs: 12, seed: 3, validation, learningRate: 0.01 };

async function probabilities(model: tf.LayersModel, features: Float32Array) {
  const output = tf.tidy(() => model.predict(tf.tensor2d(features, [features.length / 12, 12])) as tf.Tensor);
  const values = (await output.data()) as Float32Array;
  output.dispose();
  return values;
}

test('fitHead learns, keeps the best epoch, repeats itself for the same seed and leaks no tensor', async () => {
  const tensors = tf.memory().numTensors;
  const first = await fitHead(train.features, train.labels, options);
  const { valLoss, learningRate } = first.history;
  assert.equal(first.bestEpoch, valLoss.indexOf(Math.min(...valLoss)));
  assert.ok(learningRate[0] === 0.01 && (learningRate.at(-1) ?? 1) < 0.001);
  // the scale is folded in: raw features give the best epoch's validation figures
  const { loss, accuracy } = lossAndAccuracy(
    await probabilities(first.model, validation.features),
    validation.labels,
    4,
  );
  assert.ok(Math.abs(loss - Math.min(...valLoss)) < 1e-4, `${loss} is not ${Math.min(...valLoss)}`);
  assert.ok(accuracy > 0.9, `accuracy ${accuracy}`);
  const again = await fitHead(train.features, train.labels, options);
  assert.deepEqual(again.history, first.history);
  const other = await fitHead(train.features, train.labels, { ...options, seed: 4 });
  assert.notDeepEqual(other.history.loss, first.history.loss);
  for (const { model } of [first, again, other]) model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('softmax regression by Adam comes to the optimum that L-BFGS finds', async () => {
  const c = 0.05;
  const rows = train.labels.length;
  const exact = await fitSoftmaxRegression(train.features, train.labels, { classes: 4, c });
  const adam = await fitHead(train.features, train.labels, {
    classes: 4,
    hidden: 0,
    l2: 1 / (2 * c * rows),
    epochs: 60,
    learningRate: 0.05,
  });
  assert.ok(Math.abs((adam.history.loss.at(-1) ?? Number.NaN) - exact.loss) < 0.01 * exact.loss);
  const [a, b] = [
    await probabilities(adam.model, validation.features),
    await probabilities(exact.model, validation.features),
  ];
  assert.ok(a.every((value, i) => Math.abs(value - (b[i] ?? Number.NaN)) < 0.02));
  adam.model.dispose();
  exact.model.dispose();
});

test('fitHead stops early, and says what is wrong with its input', async () => {
  const hard = { ...options, learningRate: 0.3, epochs: 60, patience: 2, schedule: 'constant' as const };
  const { model, history, bestEpoch } = await fitHead(train.features, train.labels, hard);
  assert.equal(history.loss.length, bestEpoch + 3);
  model.dispose();
  await assert.rejects(
    fitHead(train.features, [0, 1, 2, 9], { ...options, validation: undefined }),
    /received 9 for row 3/,
  );
  await assert.rejects(
    fitHead(train.features, train.labels, { ...options, learningRate: 1e30, validation: undefined }),
    /the loss became .* lower learningRate/,
  );
});

test('fitHead stopped by a signal returns the best epoch so far', async () => {
  const stop = new AbortController();
  const { model, history, bestEpoch } = await fitHead(train.features, train.labels, {
    ...options,
    signal: stop.signal,
    onEpoch: ({ epoch }) => epoch === 1 && stop.abort(),
  });
  assert.equal(history.loss.length, 2);
  const at = await probabilities(model, validation.features);
  const { loss } = lossAndAccuracy(at, validation.labels, 4);
  assert.ok(Math.abs(loss - (history.valLoss[bestEpoch] ?? Number.NaN)) < 1e-4);
  model.dispose();
});

test('learning rates and transforms', () => {
  assert.equal(learningRateAt('cosine', 0.01, 50, 100), 0.005);
  assert.ok(Math.abs(learningRateAt('one-cycle', 1, 15, 100) - 1) < 1e-12);
  assert.ok(Math.abs(learningRateAt('one-cycle', 1, 0, 100) - 0.1) < 1e-12);
  const [a = 0, b = 0] = transformFeatures(Float32Array.of(9, 16), 2, 'sqrt-l2');
  assert.ok(Math.abs(a - 0.6) < 1e-6 && Math.abs(b - 0.8) < 1e-6);
  assert.deepEqual([...transformFeatures(new Float32Array(2), 2, 'l2')], [0, 0]);
});
