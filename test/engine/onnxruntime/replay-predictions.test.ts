import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import { kernelCalls } from './support/kernel-calls';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

const { layers } = tf;
const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
const picture = (shape: [number, number, number, number]) =>
  tf.tensor4d(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 0.37)),
    shape,
  );

function convolutional(): tf.Sequential {
  const model = tf.sequential();
  model.add(
    layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3], kernelInitializer: seeded(1) }),
  );
  model.add(layers.batchNormalization({}));
  model.add(layers.reLU({ maxValue: 6 }));
  model.add(layers.globalAveragePooling2d({}));
  model.add(layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: seeded(2) }));
  return model;
}

/** What `model` answers on TF.js's own backend, with the same weights. */
async function oracle(
  model: tf.LayersModel,
  build: () => tf.LayersModel,
  x: Float32Array,
  shape: number[],
): Promise<Float32Array> {
  const weights = model.getWeights().map((weight) => ({ values: weight.dataSync(), shape: weight.shape }));
  await tf.setBackend('cpu');
  try {
    const twin = build();
    twin.setWeights(weights.map(({ values, shape: own }) => tf.tensor(values, own)));
    return (twin.predict(tf.tensor(x, shape)) as tf.Tensor).dataSync() as Float32Array;
  } finally {
    await tf.setBackend('onnxruntime');
  }
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(
      Math.abs(Number(actual[i]) - Number(expected[i])) < tolerance,
      `element ${i}: ${actual[i]} against ${expected[i]}`,
    );
  }
}

test('a second prediction calls no layer and gives the same as the cpu backend', async () => {
  const model = convolutional();
  const x = picture([5, 8, 8, 3]);
  const { numTensors } = tf.memory();
  const predict = () => tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
  const first = predict();
  const calls = kernelCalls(predict);
  assert.ok(calls <= 2, `expected a slice and no layer's kernels, counted ${calls}`);
  const second = predict();
  assert.equal(tf.memory().numTensors, numTensors);
  assert.deepEqual(second, first);
  close(second, await oracle(model, convolutional, x.dataSync() as Float32Array, x.shape));
});

test('new weights count at once, a bias that was 0 when the pass was recorded among them', async () => {
  const model = convolutional();
  const x = picture([3, 8, 8, 3]);
  const values = x.dataSync() as Float32Array;
  for (let i = 0; i < 5; i++) (model.predict(x) as tf.Tensor).dataSync();
  model.setWeights(model.getWeights().map((weight, i) => tf.fill(weight.shape, 0.1 + i / 20)));
  close((model.predict(x) as tf.Tensor).dataSync(), await oracle(model, convolutional, values, x.shape));
  model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
  await model.fit(x, tf.tensor2d([[0], [1], [0]]), { epochs: 3, verbose: 0 });
  close((model.predict(x) as tf.Tensor).dataSync(), await oracle(model, convolutional, values, x.shape));
});

test('batches of several sizes, a rest, one picture, and pending input', async () => {
  const model = convolutional();
  const x = picture([7, 8, 8, 3]);
  const expected = await oracle(model, convolutional, x.dataSync() as Float32Array, x.shape);
  for (const batchSize of [1, 2, 3, 7, 32]) {
    close((model.predict(x, { batchSize }) as tf.Tensor).dataSync(), expected);
    close((model.predict(x.mul(2).div(2), { batchSize }) as tf.Tensor).dataSync(), expected);
  }
  close((model.predictOnBatch(x) as tf.Tensor).dataSync(), expected);
  assert.throws(() => model.predict(picture([2, 8, 8, 1])), /expected .*3|shape/i);
});

test('a changed property of a layer is seen', () => {
  const model = convolutional();
  const x = picture([2, 8, 8, 3]);
  const before = (model.predict(x) as tf.Tensor).dataSync();
  const last = model.layers.at(-1) as unknown as { activation: unknown };
  const linear = layers.activation({ activation: 'linear' }) as unknown as { activation: unknown };
  last.activation = linear.activation;
  const logits = (model.predict(x) as tf.Tensor).dataSync();
  close(
    before,
    Array.from(logits, (z) => 1 / (1 + Math.exp(-z))),
  );
  assert.ok(Math.abs(Number(before[0]) - Number(logits[0])) > 1e-3);
});

test('a layer that nobody vouches for is asked at every call', () => {
  const state = { factor: 2 };
  class Scaled extends layers.Layer {
    static readonly className = 'ReplayTestScaled';
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const [x] = [inputs].flat();
      return tf.mul(x ?? [], state.factor);
    }
  }
  const input = tf.input({ shape: [2] });
  const model = tf.model({ inputs: input, outputs: new Scaled({}).apply(input) as tf.SymbolicTensor });
  const predict = () => Array.from((model.predict(tf.tensor2d([[1, 2]])) as tf.Tensor).dataSync());
  for (let i = 0; i < 4; i++) assert.deepEqual(predict(), [2, 4]);
  state.factor = 10;
  assert.deepEqual(predict(), [10, 20]);
});

test('several inputs and outputs, models in models, a layer used twice, outputs that are inputs', () => {
  const inner = tf.sequential({ layers: [layers.dense({ units: 2, useBias: false, inputShape: [2] })] });
  inner.setWeights([
    tf.tensor2d([
      [0, 1],
      [1, 0],
    ]),
  ]);
  const [a, b] = [tf.input({ shape: [2] }), tf.input({ shape: [2], dtype: 'int32' })];
  const once = inner.apply(a) as tf.SymbolicTensor;
  const twice = inner.apply(once) as tf.SymbolicTensor;
  const sum = layers.add().apply([once, b]) as tf.SymbolicTensor;
  const model = tf.model({ inputs: [a, b], outputs: [sum, twice] });
  for (let i = 0; i < 5; i++) {
    const x = tf.tensor2d([[1 + i, 2]]);
    const [first, second] = model.predict([x, tf.tensor2d([[10, 20]], [1, 2], 'int32')]) as tf.Tensor[];
    assert.deepEqual(Array.from(first?.dataSync() ?? []), [12, 21 + i]);
    assert.deepEqual(Array.from(second?.dataSync() ?? []), [1 + i, 2]);
  }
  const same = tf.model({ inputs: a, outputs: layers.dropout({ rate: 0.5 }).apply(a) as tf.SymbolicTensor });
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(Array.from((same.predict(tf.tensor2d([[i, 4]])) as tf.Tensor).dataSync()), [i, 4]);
  }
});

test('two outputs that are the same values', () => {
  const input = tf.input({ shape: [2] });
  const sum = layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }).apply(input);
  const same = layers.dropout({ rate: 0.5 }).apply(sum);
  const model = tf.model({ inputs: input, outputs: [sum, same] as tf.SymbolicTensor[] });
  for (let i = 0; i < 3; i++) {
    const outputs = model.predict(tf.tensor2d([[i, 2]])) as tf.Tensor[];
    assert.deepEqual(
      outputs.map((output) => Array.from(output.dataSync())),
      [[i + 2], [i + 2]],
    );
  }
});

test('models of equal structure share their compiled graphs, each with its own weights', () => {
  const { executor } = tf.backend() as unknown as { executor: { counts: { compiled: number } } };
  const build = (value: number) => {
    const model = tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [11], useBias: false })] });
    model.setWeights([tf.fill([11, 3], value)]);
    return model;
  };
  const x = tf.ones([1, 11]);
  const answer = (model: tf.LayersModel) => (model.predict(x) as tf.Tensor).dataSync()[0];
  assert.equal(answer(build(1)), 11);
  const { compiled } = executor.counts;
  assert.equal(answer(build(2)), 22);
  assert.equal(executor.counts.compiled, compiled);
});

test('pictures whose activations exceed the cache are computed in smaller batches, with the same result', () => {
  const build = () => {
    const model = tf.sequential();
    model.add(
      layers.conv2d({
        filters: 16,
        kernelSize: 3,
        padding: 'same',
        inputShape: [256, 256, 3],
        kernelInitializer: seeded(3),
      }),
    );
    model.add(layers.globalAveragePooling2d({}));
    return model;
  };
  const model = build();
  const x = picture([16, 256, 256, 3]);
  const { executor } = tf.backend() as unknown as { executor: { counts: { runs: number } } };
  (model.predict(x) as tf.Tensor).dataSync();
  const start = executor.counts.runs;
  const whole = (model.predict(x, { batchSize: 16 }) as tf.Tensor).dataSync();
  // 256 * 256 * 16 * 4 bytes read and as many written: 8 MiB a picture
  assert.ok(
    executor.counts.runs - start >= 4,
    `expected 4 batches of 4, counted ${executor.counts.runs - start}`,
  );
  const one = (model.predict(tf.slice(x, 9, 1)) as tf.Tensor).dataSync();
  close(whole.slice(9 * 16, 10 * 16), one, 1e-7);
});

test('gradients flow through predictions, and disposed models say so', () => {
  const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2], useBias: false })] });
  model.setWeights([tf.tensor2d([[3], [5]])]);
  const x = tf.tensor2d([[1, 1]]);
  for (let i = 0; i < 3; i++) (model.predict(x) as tf.Tensor).dataSync();
  const gradient = tf.grad((input: tf.Tensor) => (model.predict(input) as tf.Tensor).sum())(x);
  assert.deepEqual(Array.from(gradient.dataSync()), [3, 5]);
  model.dispose();
  assert.throws(() => model.predict(x), /disposed/);
});
