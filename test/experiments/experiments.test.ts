import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { createRandom, elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { evaluateHead, evaluateProbabilities, ran } from '../../lib/evaluation/index';
import { compareBackbones, compareClassifiers, repeatSplits, timeSteps } from '../../lib/experiments/index';
import { type FeatureTable, splitFeatures } from '../../lib/training/index';

before(async () => {
  await startEngine();
});

/** Three well separated clouds of 40 points in 8 dimensions. */
function clouds(): FeatureTable {
  const random = createRandom(5);
  const rows = Array.from({ length: 120 }, (_, row) => row);
  return {
    features: Float32Array.from(
      rows.flatMap((row) => Array.from({ length: 8 }, (_, i) => (i === row % 3 ? 6 : 0) + random.normal())),
    ),
    size: 8,
    files: rows.map((row) => `${row}.jpg`),
    breeds: rows.map((row) => elementAt(['a', 'b', 'c'], row % 3)),
    splits: rows.map(() => null),
    source: 'clouds',
  };
}

test('evaluateProbabilities: accuracy, top five, scores and matrix of a known case', () => {
  const probabilities = Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.5, 0.4, 0.6, 0.3, 0.1, 0.2, 0.2, 0.6);
  const result = evaluateProbabilities(Int32Array.of(0, 1, 2, 2), probabilities, ['x', 'y', 'z']);
  assert.deepEqual([...result.predicted], [0, 1, 0, 2]);
  assert.equal(result.accuracy.estimate, 0.75);
  assert.equal(result.top5, 1);
  assert.deepEqual(result.matrix, [
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 1],
  ]);
  assert.ok(Math.abs(result.scores.macro.precision - (0.5 + 1 + 1) / 3) < 1e-12);
  assert.ok(Math.abs(result.scores.macro.recall - (1 + 1 + 0.5) / 3) < 1e-12);
});

test('evaluateHead reads a model and leaves no tensor behind', async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [2], units: 2, activation: 'softmax' })],
  });
  model.setWeights([tf.tensor2d([4, 0, 0, 4], [2, 2]), tf.zeros([2])]);
  const part = { features: Float32Array.of(1, 0, 0, 1, 1, 0), labels: Int32Array.of(0, 1, 1) };
  await evaluateHead(model, part, ['x', 'y']);
  const tensors = tf.memory().numTensors;
  const { predicted, probabilities } = await evaluateHead(model, part, ['x', 'y']);
  assert.deepEqual([...predicted], [0, 1, 0]);
  assert.ok(Math.abs(elementAt(probabilities, 0) - 1 / (1 + Math.exp(-4))) < 1e-6);
  assert.equal(tf.memory().numTensors, tensors);
  model.dispose();
});

test('compareBackbones runs what has features and says why the others did not run', async () => {
  const options = { seed: 1, head: { hidden: 0 as const, epochs: 15, learningRate: 0.1 } };
  const rows = await compareBackbones(['vgg19', 'resnet50'], { resnet50: clouds() }, options);
  assert.deepEqual(rows.map(ran), [false, true]);
  const [missing, run] = rows;
  assert.ok(missing && run);
  assert.match('reason' in missing ? missing.reason : '', /no photos/);
  if (!ran(run)) assert.fail('ResNet50 has features');
  assert.equal(run.split.test.labels.length, 12);
  assert.ok(run.test.accuracy.estimate > 0.9, `clouds are separable, got ${run.test.accuracy.estimate}`);
  assert.equal(run.featureSeconds, null);
});

test('repeatSplits: one run a seed, the interval around their mean', async () => {
  const { runs, interval } = await repeatSplits(clouds(), { seeds: 3, seed: 7, head: 'softmax regression' });
  assert.deepEqual(
    runs.map(({ seed }) => seed),
    [7, 8, 9],
  );
  const mean = runs.reduce((sum, { testAccuracy }) => sum + testAccuracy / 3, 0);
  assert.ok(Math.abs(interval.estimate - mean) < 1e-12);
  await assert.rejects(
    repeatSplits(clouds(), { seeds: 1, head: 'softmax regression' }),
    /at least two seeds/,
  );
});

test('compareClassifiers: every head and classical model tells the clouds apart', async () => {
  const split = splitFeatures(clouds(), { protocol: 'random', seed: 2 });
  const rows = await compareClassifiers(split, {
    seed: 2,
    dense: { hidden: 0, epochs: 15, learningRate: 0.1 },
  });
  assert.deepEqual(
    rows.map(({ name }) => name),
    [
      'nearest mean (baseline)',
      'dense 512 + dropout',
      'softmax regression',
      'linear SVM',
      'k-nearest neighbours',
      'random forest',
    ],
  );
  for (const { name, test: share } of rows) assert.ok(share.estimate > 0.8, `${name}: ${share.estimate}`);
});

test('timeSteps runs each step once to warm up and once a round', async () => {
  let runs = 0;
  const [row] = await timeSteps({ count: () => runs++ }, 3);
  assert.equal(runs, 4);
  assert.ok(row);
  assert.equal(row.step, 'count');
  assert.ok(row.milliseconds >= 0);
  await assert.rejects(timeSteps({}, 0), /at least 1/);
});
