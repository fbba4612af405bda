import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import {
  attachHead,
  buildBackbone,
  buildHead,
  freeze,
  preprocessPixels,
  WEIGHTS,
} from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { fillModel, generatedPixels } from './support/generated-weights';
import { assertSummary, readGolden } from './support/golden';

before(() => startEngine());

const originalNames = (model: tf.LayersModel) =>
  model.trainableWeights.map(
    (weight) => (weight as unknown as tf.LayerVariable & { originalName: string }).originalName,
  );

test("gradients of MobileNetV2's last block agree with Keras", async () => {
  const golden = readGolden().fineTuning;
  const model = buildBackbone('mobilenetv2', { inputSize: 96 });
  fillModel(model);
  freeze(model, { from: 'block_16_project' }, { batchNorm: 'train' });
  const names = originalNames(model);
  assert.deepEqual([...names].sort(), Object.keys(golden.gradients).sort());
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const pixels = generatedPixels(96);
  const { value, grads } = tf.tidy(() => {
    const input = preprocessPixels(pixels, WEIGHTS.mobilenetv2);
    const loss = () => (model.apply(input, { training: false }) as tf.Tensor).sub(1).square().mean();
    return tf.variableGrads(loss as () => tf.Scalar, variables);
  });
  const loss = elementAt(await value.data(), 0);
  assert.ok(Math.abs(loss / golden.loss - 1) < 1e-5, `loss ${loss}, expected ${golden.loss}`);
  for (const [index, name] of names.entries()) {
    const gradient = await nonNull(grads[elementAt(variables, index).name]).data();
    assertSummary(gradient, nonNull(golden.gradients[name]), 1e-4, `gradient of ${name}`);
  }
  tf.dispose([value, grads, pixels]);
  model.dispose();
});

test('frozen batch norms keep their statistics and use them while the model trains', async () => {
  const model = buildBackbone('mobilenetv2', { inputSize: 64 });
  fillModel(model);
  freeze(model, 'all');
  assert.equal(model.trainableWeights.length, 0);
  const pixels = tf.tidy(() => generatedPixels(64).div<tf.Tensor4D>(255));
  // bn_Conv1's gamma, beta, mean, variance follow the kernel
  const before = await elementAt(model.getWeights(), 2).data();
  const apply = (training: boolean) => tf.tidy(() => model.apply(pixels, { training }) as tf.Tensor);
  const [training, inference] = [apply(true), apply(false)];
  assert.deepEqual(await training.data(), await inference.data());
  assert.deepEqual(await elementAt(model.getWeights(), 2).data(), before);
  freeze(model, 'none', { batchNorm: 'train' }); // taken back: the batch's statistics are used again
  const thawed = apply(true);
  assert.notDeepEqual(await thawed.data(), await inference.data());
  tf.dispose([pixels, training, inference, thawed]);
  model.dispose();
});

test('the last layers, or those from a name on, learn; the others stay as they were', async () => {
  const backbone = buildBackbone('mobilenetv2', { inputSize: 32 });
  fillModel(backbone);
  const head = buildHead({ featureSize: 1280, classes: 2, hidden: 0, seed: 1 });
  const model = attachHead(backbone, head);
  freeze(model, { last: 1 });
  assert.deepEqual(originalNames(model), ['dense/kernel', 'dense/bias']);
  freeze(model, { from: 'Conv_1' });
  assert.deepEqual(originalNames(model), ['Conv_1/kernel', 'dense/kernel', 'dense/bias']);
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'sparseCategoricalCrossentropy' });
  const values = () =>
    Promise.all(model.getWeights().map(async (weight) => Float32Array.from(await weight.data())));
  const before = await values();
  const input = tf.randomUniform([4, 32, 32, 3], -1, 1, 'float32', 3);
  const labels = tf.tensor1d([0, 1, 0, 1]);
  await model.trainOnBatch(input, labels);
  const after = await values();
  const all = model.weights.map((weight) => (weight as unknown as { originalName: string }).originalName);
  const changed = all.filter((_, index) =>
    elementAt(before, index).some((value, at) => value !== after[index]?.[at]),
  );
  assert.deepEqual(changed, ['Conv_1/kernel', 'dense/kernel', 'dense/bias']);
  assert.throws(
    () => freeze(model, { from: 'conv9' }),
    /expected a layer of .*, received "conv9"; its last: /,
  );
  assert.throws(() => freeze(model, { last: 1000 }), /expected 0 to \d+ layers to learn, received 1000/);
  const wide = buildHead({ featureSize: 7, classes: 2, seed: 1 });
  assert.throws(() => attachHead(backbone, wide), /expected a head for 1280 features, received one for 7/);
  tf.dispose([input, labels]);
  for (const each of [model, wide]) each.dispose();
});

test('a batch norm without a scale is frozen like others, and refused where it should learn', async () => {
  const input = tf.input({ shape: [4, 4, 3] });
  const norm = tf.layers.batchNormalization({ scale: false, name: 'plain' });
  const output = norm.apply(
    tf.layers.conv2d({ filters: 3, kernelSize: 1 }).apply(input),
  ) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  norm.setWeights([tf.tensor1d([1, 2, 3]), tf.tensor1d([0.1, 0.2, 0.3]), tf.tensor1d([4, 5, 6])]);
  const pixels = tf.randomUniform([2, 4, 4, 3], 0, 1, 'float32', 1);
  const expected = await (model.predict(pixels) as tf.Tensor).data();
  const trainable = model.layers.map((layer) => layer.trainable);
  assert.throws(
    () => freeze(model, 'none', { batchNorm: 'train' }),
    /expected batch norms with a scale, plain of \S+ has none/,
  );
  assert.deepEqual(
    model.layers.map((layer) => layer.trainable),
    trainable,
  );
  freeze(model, 'none');
  const trained = await (model.apply(pixels, { training: true }) as tf.Tensor).data();
  for (const [i, value] of trained.entries()) assert.ok(Math.abs(value - (expected[i] ?? Number.NaN)) < 1e-6);
});
