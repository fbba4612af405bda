import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import {
  balancedWeights,
  fitLinearSvm,
  fitNearestNeighbours,
  fitRandomForest,
  fitSoftmaxRegression,
  lossAndAccuracy,
  measureScale,
} from '../../lib/training/index';
import golden from '../golden/training/classifiers.json';

before(() => startEngine());

const rows = (keep: (row: number) => boolean) => golden.x.flatMap((_, row) => (keep(row) ? [row] : []));
const trainRows = rows((row) => row % 3 !== 0);
const testRows = rows((row) => row % 3 === 0);
const train = Float32Array.from(trainRows.flatMap((row) => golden.x[row] ?? []));
const queries = Float32Array.from(testRows.flatMap((row) => golden.x[row] ?? []));
const labels = trainRows.map((row) => golden.y[row] ?? -1);
const testLabels = testRows.map((row) => golden.y[row] ?? -1);

const close = (actual: ArrayLike<number>, expected: number[], tolerance: number) => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(
      Math.abs((actual[i] ?? Number.NaN) - value) <= tolerance,
      `${i}: expected ${value}, found ${actual[i]}`,
    );
};

test('measureScale is StandardScaler', () => {
  const { mean, deviation } = measureScale(train, 4);
  close(mean, golden.mean, 1e-5);
  close(deviation, golden.deviation, 1e-5);
});

test("fitSoftmaxRegression reaches LogisticRegression's optimum, on raw features, and leaks no tensor", async () => {
  const tensors = tf.memory().numTensors;
  const { model, converged } = await fitSoftmaxRegression(train, labels, {
    classes: 3,
    c: golden.logistic.c,
  });
  assert.ok(converged);
  const output = tf.tidy(() => model.predict(tf.tensor2d(queries, [testRows.length, 4])) as tf.Tensor);
  const probabilities = await output.data();
  close(probabilities, golden.logistic.probabilities.flat(), 5e-4);
  const { loss, accuracy } = lossAndAccuracy(probabilities, testLabels, 3);
  close([loss, accuracy], [golden.logistic.log_loss, golden.logistic.accuracy], 5e-4);
  output.dispose();
  model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('fitLinearSvm predicts as LinearSVC', async () => {
  const tensors = tf.memory().numTensors;
  const svm = await fitLinearSvm(train, labels, { classes: 3, c: golden.svm.c });
  assert.deepEqual([...(await svm.predict(queries))], golden.svm.predicted);
  assert.equal(tf.memory().numTensors, tensors);
});

test('fitNearestNeighbours predicts as KNeighborsClassifier', async () => {
  const tensors = tf.memory().numTensors;
  for (const [name, expected] of Object.entries(golden.neighbours)) {
    const [k, weights] = name.split('-') as [string, 'uniform' | 'distance'];
    const model = fitNearestNeighbours(train, labels, { classes: 3, k: Number(k), weights });
    assert.deepEqual([...(await model.predict(queries))], expected, name);
  }
  assert.equal(tf.memory().numTensors, tensors);
});

test('fitRandomForest is as right as RandomForestClassifier, and the same for the same seed', async () => {
  const fit = (seed: number) => fitRandomForest(train, labels, { classes: 3, seed }).predict(queries);
  const predicted = await fit(1);
  const right = predicted.filter((label, row) => label === testLabels[row]).length / testLabels.length;
  assert.ok(
    right >= golden.forest.lowest - 1e-9 && right <= golden.forest.highest + 1e-9,
    `${right} is outside ${golden.forest.lowest}..${golden.forest.highest}`,
  );
  assert.deepEqual(await fit(1), predicted);
});

test('balancedWeights are compute_class_weight', () => {
  close(balancedWeights([0, 0, 0, 1, 1, 2], 3), golden.balanced, 1e-9);
});

test('labels and features that do not fit are refused', async () => {
  assert.throws(
    () => fitRandomForest(train, [0, 1, 2, 0, 1, 2, 0], { classes: 3 }),
    /expected features for 7 labels/,
  );
  assert.throws(
    () => fitNearestNeighbours(train, labels, { classes: 2 }),
    /expected labels in 0..1, received 2/,
  );
  await assert.rejects(fitLinearSvm(train, [], { classes: 3 }), /expected features for 0 labels/);
});
