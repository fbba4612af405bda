import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { buildHead, buildResidualCnn, buildScratchCnn, SeededDropout } from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { fillModel, generatedPixels } from './support/generated-weights';
import { assertSummary, readGolden, relativeError } from './support/golden';

before(() => startEngine({ backend: 'cpu' }));

const trainable = (model: tf.LayersModel) =>
  model.trainableWeights.reduce(
    (sum, weight) => sum + (weight.shape as number[]).reduce((a, b) => a * b, 1),
    0,
  );

test('the scratch CNN has the parameters and shapes of the presentation', () => {
  const five = buildScratchCnn({ classes: 5, seed: 1 });
  assert.equal(five.countParams(), 13681);
  assert.equal(trainable(five), 13561);
  const twenty = buildScratchCnn({ classes: 20, seed: 1 });
  assert.equal(twenty.countParams(), 14656);
  assert.equal(trainable(twenty), 14536);
  // output shapes of its table, layer by layer
  assert.deepEqual(
    five.layers.map((layer) => [layer.name, (layer.outputShape as number[]).slice(1).join('x')]),
    [
      ['conv2d', '300x300x4'],
      ['batch_normalization', '300x300x4'],
      ['activation', '300x300x4'],
      ['max_pooling2d', '150x150x4'],
      ['conv2d_1', '150x150x8'],
      ['batch_normalization_1', '150x150x8'],
      ['activation_1', '150x150x8'],
      ['max_pooling2d_1', '75x75x8'],
      ['conv2d_2', '75x75x16'],
      ['batch_normalization_2', '75x75x16'],
      ['activation_2', '75x75x16'],
      ['max_pooling2d_2', '38x38x16'],
      ['conv2d_3', '38x38x32'],
      ['batch_normalization_3', '38x38x32'],
      ['activation_3', '38x38x32'],
      ['global_average_pooling2d', '32'],
      ['dropout', '32'],
      ['dense', '64'],
      ['dense_1', '5'],
    ],
  );
  five.dispose();
  twenty.dispose();
});

test('outputs and training gradients agree with Keras', async () => {
  const golden = readGolden().scratchCnn;
  const model = buildScratchCnn({ classes: 5, imageSize: 24, seed: 1, dropout: 0 });
  fillModel(model);
  const picture = tf.tidy(() => generatedPixels(24).div<tf.Tensor4D>(255));
  const input = tf.tidy(() => tf.concat([picture, tf.sub<tf.Tensor4D>(1, picture)]));
  const outputs = model.predict(input) as tf.Tensor;
  assert.ok(relativeError(await outputs.data(), golden.outputs) < 1e-5);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const labels = tf.oneHot([1, 4], 5);
  const { value, grads } = tf.tidy(() =>
    tf.variableGrads(() => {
      const probabilities = model.apply(input, { training: true }) as tf.Tensor;
      return tf.neg(probabilities.log().mul(labels).sum(1).mean()) as tf.Scalar;
    }, variables),
  );
  assert.ok(Math.abs(elementAt(await value.data(), 0) / golden.loss - 1) < 1e-5);
  for (const [index, weight] of model.trainableWeights.entries()) {
    const name = (weight as unknown as { originalName: string }).originalName;
    const expected = nonNull(golden.gradients[name]);
    const gradient = await nonNull(grads[elementAt(variables, index).name]).data();
    // a bias before a batch norm has no gradient: both sides hold rounding
    if (expected.norm < 1e-6) assert.ok(Math.max(...gradient.map(Math.abs)) < 1e-6, name);
    else assertSummary(gradient, expected, 1e-4, name);
  }
  tf.dispose([picture, input, outputs, labels, value, grads]);
  model.dispose();
});

test('the same seed starts the same network, another seed another', async () => {
  const kernels = async (seed: number) => {
    const model = buildScratchCnn({ classes: 5, imageSize: 16, seed });
    const values = await Promise.all(
      model.getWeights().map(async (weight) => Array.from(await weight.data())),
    );
    model.dispose();
    return values;
  };
  assert.deepEqual(await kernels(3), await kernels(3));
  assert.notDeepEqual((await kernels(3))[0], (await kernels(4))[0]);
});

test('heads have the parameters of the presentation, and of softmax regression', () => {
  const head = buildHead({ featureSize: 1536, classes: 120, seed: 1 });
  assert.equal(head.countParams(), 848504);
  const regression = buildHead({ featureSize: 2048, classes: 20, hidden: 0, seed: 1, l2: 1e-3 });
  assert.equal(regression.countParams(), 2048 * 20 + 20);
  assert.throws(() => buildHead({ featureSize: 4, classes: 1, seed: 1 }), /at least 2 classes, received 1/);
  head.dispose();
  regression.dispose();
});

test('dropout differs between steps, follows its seed, keeps the mean and is off at inference', async () => {
  const masks = async (seed: number) => {
    const dropout = new SeededDropout({ rate: 0.25, seed });
    const input = tf.ones([4000]);
    const drawn: number[][] = [];
    for (let step = 0; step < 3; step += 1) {
      const output = dropout.apply(input, { training: true }) as tf.Tensor;
      drawn.push(Array.from(await output.data()));
      output.dispose();
    }
    const off = dropout.apply(input) as tf.Tensor;
    assert.deepEqual([...new Set(await off.data())], [1]);
    tf.dispose([input, off]);
    dropout.dispose();
    return drawn;
  };
  const [first = [], second] = await masks(5);
  assert.notDeepEqual(first, second);
  assert.deepEqual(await masks(5), await masks(5));
  assert.deepEqual([...new Set(first)].sort(), [0, Math.fround(1 / 0.75)]);
  const kept = first.filter((value) => value > 0).length / 4000;
  assert.ok(Math.abs(kept - 0.75) < 0.03, `kept ${kept}`); // 4.4 standard deviations
  assert.throws(() => new SeededDropout({ rate: 1, seed: 1 }), /dropout rate in \[0, 1\), received 1/);
});

test('predicting leaves no tensors behind', () => {
  const before = tf.memory().numTensors;
  const model = buildScratchCnn({ classes: 3, imageSize: 12, seed: 1 });
  const built = tf.memory().numTensors;
  tf.dispose(tf.tidy(() => model.predict(tf.zeros([2, 12, 12, 3])) as tf.Tensor));
  assert.equal(tf.memory().numTensors, built);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
});

test('the residual network has under 300,000 parameters and adds each second convolution to its input', () => {
  const model = buildResidualCnn({ classes: 20, seed: 1 });
  assert.equal(model.countParams(), 271_100);
  assert.equal(model.layers.filter(({ name }) => name.startsWith('conv2d')).length, 6);
  const blocks = model.layers.filter((layer) => layer.getClassName() === 'Add');
  assert.deepEqual(
    blocks.map((layer) => (layer.outputShape as number[]).slice(1).join('x')),
    ['20x20x48', '10x10x96'],
  );
  assert.throws(() => buildResidualCnn({ classes: 20, seed: 1, widths: [8] }), /at least 2 stages/);
  assert.throws(() => buildResidualCnn({ classes: 1, seed: 1 }), /at least 2 classes/);
  model.dispose();
});
