import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import { SeededDropout } from '../../../lib/models/index';
import { kernelCalls } from './support/kernel-calls';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

const { layers } = tf;
const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
const STEPS = 6;

interface Parts {
  dropout?: number;
  optimizer?: () => tf.Optimizer;
  metrics?: string[];
  /** False: a loss that is a function, which is never replayed. */
  replayed?: boolean;
}

function classifier({
  dropout = 0,
  optimizer = () => tf.train.adam(0.01),
  metrics = ['accuracy'],
  replayed = true,
}: Parts = {}) {
  const model = tf.sequential();
  model.add(
    layers.conv2d({
      filters: 4,
      kernelSize: 3,
      padding: 'same',
      useBias: false, // before a batch norm its gradient is rounding only, which Adam makes steps of
      inputShape: [8, 8, 3],
      kernelInitializer: seeded(1),
    }),
  );
  model.add(layers.batchNormalization({}));
  model.add(layers.activation({ activation: 'relu' }));
  model.add(layers.maxPooling2d({ poolSize: 2 }));
  model.add(layers.globalAveragePooling2d({}));
  if (dropout > 0) model.add(new SeededDropout({ rate: dropout, seed: 5 }));
  model.add(layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(2) }));
  const loss = replayed ? 'categoricalCrossentropy' : tf.metrics.categoricalCrossentropy;
  model.compile({ optimizer: optimizer(), loss, metrics });
  return model;
}

/** Batch `step` of a stream that never repeats, and its one-hot labels. */
function batch(step: number, rows = 5): { x: tf.Tensor; y: tf.Tensor } {
  const x = Float32Array.from({ length: rows * 192 }, (_, i) => Math.sin(i * 0.37 + step * 1.7));
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: rows }, (_, i) => (i + step) % 3),
      'int32',
    ),
    3,
  );
  return { x: tf.tensor4d(x, [rows, 8, 8, 3]), y: y.toFloat() };
}

/** Losses and metrics of each step, and the weights after the last. */
async function train(
  model: tf.LayersModel,
  between: (step: number) => void = () => undefined,
): Promise<number[][]> {
  const history: number[][] = [];
  for (let step = 0; step < STEPS; step++) {
    between(step);
    const { x, y } = batch(step, step === 3 ? 4 : 5);
    history.push([(await model.trainOnBatch(x, y)) as number | number[]].flat());
  }
  return [...history, ...model.getWeights().map((weight) => Array.from(weight.dataSync()))];
}

function close(actual: number[][], expected: number[][], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((row, i) => {
    assert.equal(row.length, expected[i]?.length);
    row.forEach((value, k) => {
      const wanted = Number(expected[i]?.[k]);
      assert.ok(
        Object.is(value, wanted) || Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted)),
        `row ${i}, element ${k}: ${value} against ${wanted}`,
      );
    });
  });
}

const setRate = (model: tf.LayersModel, rate: number) => {
  (model.optimizer as unknown as { learningRate: number }).learningRate = rate;
};

test('a step that was recorded calls no layer', async () => {
  const model = classifier();
  const { x, y } = batch(0);
  for (let i = 0; i < 2; i++) await model.trainOnBatch(x, y);
  const calls = kernelCalls(() => void model.trainOnBatch(x, y));
  assert.ok(calls <= 2, `expected no kernels of layers, gradients or updates, counted ${calls}`);
});

const optimizers = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  'momentum, Nesterov': () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01),
  'rmsprop, centered': () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-4, true),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(0.5),
};
for (const [name, optimizer] of Object.entries(optimizers)) {
  test(`replayed steps of ${name} give what recorded ones give, and the cpu backend`, async () => {
    const replayed = await train(classifier({ optimizer }));
    const recorded = await train(classifier({ optimizer, replayed: false }));
    close(replayed, recorded, 1e-6);
    await tf.setBackend('cpu');
    try {
      close(replayed, await train(classifier({ optimizer })), 1e-4);
    } finally {
      await tf.setBackend('onnxruntime');
    }
  });
}

test('a learning rate that changes with every step counts at every step', async () => {
  for (const optimizer of [optimizers.adam, optimizers.rmsprop, optimizers.adagrad]) {
    const schedule = (model: tf.LayersModel) => (step: number) => setRate(model, 0.05 / (step + 1));
    const [one, other] = [classifier({ optimizer }), classifier({ optimizer, replayed: false })];
    close(await train(one, schedule(one)), await train(other, schedule(other)), 1e-6);
  }
  const sgd = (model: tf.LayersModel) => (step: number) =>
    (model.optimizer as tf.SGDOptimizer).setLearningRate(0.3 / (step + 1));
  const optimizer = optimizers.sgd;
  const [one, other] = [classifier({ optimizer }), classifier({ optimizer, replayed: false })];
  close(await train(one, sgd(one)), await train(other, sgd(other)), 1e-6);
});

test('masks differ from step to step and are those of recorded steps', async () => {
  const [one, other] = [classifier({ dropout: 0.5 }), classifier({ dropout: 0.5, replayed: false })];
  close(await train(one), await train(other), 1e-6);
  const draws = (model: tf.LayersModel) =>
    Number(model.layers.find((layer) => layer instanceof SeededDropout)?.draws);
  assert.equal(draws(one), STEPS);
  assert.equal(draws(other), STEPS);

  const noisy = tf.sequential({ layers: [layers.dropout({ rate: 0.5, inputShape: [64] })] });
  noisy.add(layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }));
  noisy.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
  const losses = new Set<number>();
  for (let i = 0; i < 6; i++)
    losses.add((await noisy.trainOnBatch(tf.ones([4, 64]), tf.zeros([4, 1]))) as number);
  assert.ok(losses.size >= 5, `expected another mask at each step, saw losses ${[...losses]}`);
});

test('weights and state that are set between steps count', async () => {
  const set = (model: tf.LayersModel) => (step: number) => {
    if (step === 3) model.setWeights(model.getWeights().map((weight) => weight.mul(0.5)));
    if (step === 5) model.layers[1]?.setWeights([2, 1, 0, 3].map((value) => tf.fill([4], value)));
  };
  const [one, other] = [classifier(), classifier({ replayed: false })];
  close(await train(one, set(one)), await train(other, set(other)), 1e-6);
});

test('a changed layer, another optimizer, and frozen layers are seen', async () => {
  const change = (model: tf.LayersModel, replayed: boolean) => (step: number) => {
    if (step === 2) (model.layers[1] as unknown as { momentum: number }).momentum = 0.5;
    const loss = replayed ? 'categoricalCrossentropy' : tf.metrics.categoricalCrossentropy;
    if (step === 3) model.compile({ optimizer: tf.train.momentum(0.1, 0.5), loss, metrics: ['accuracy'] });
    if (step === 4) (model.optimizer as unknown as { useNesterov: boolean }).useNesterov = true;
    const [first] = model.layers;
    if (first && step === 5) first.trainable = false;
  };
  const [one, other] = [classifier(), classifier({ replayed: false })];
  close(await train(one, change(one, true)), await train(other, change(other, false)), 1e-6);
});

test('a loss, a layer or a regularizer of somebody’s own is asked at every step', async () => {
  let asked = 0;
  const loss = (wanted: tf.Tensor, given: tf.Tensor) => {
    asked++;
    return tf.losses.meanSquaredError(wanted, given);
  };
  const dense = (options: object = {}) => layers.dense({ units: 1, inputShape: [2], ...options });
  const own = tf.sequential({ layers: [dense()] });
  own.compile({ optimizer: 'sgd', loss });
  const [x, y] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[1]])];
  for (let i = 0; i < 4; i++) await own.trainOnBatch(x, y);
  assert.equal(asked, 4);
  const regularized = tf.sequential({
    layers: [dense({ kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }), kernelInitializer: 'ones' })],
  });
  regularized.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
  for (let i = 0; i < 4; i++) {
    assert.equal((await regularized.trainOnBatch(x, tf.tensor2d([[3]]))) as number, 1); // 0 + 0.5 * (1 + 1)
  }
});

test('replaced methods and call hooks are called at every step', async () => {
  const [x, y] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[1]])];
  const clipped = tf.sequential({
    layers: [layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones', useBias: false })],
  });
  clipped.compile({ optimizer: tf.train.sgd(1), loss: 'meanSquaredError' });
  for (let i = 0; i < 3; i++) await clipped.trainOnBatch(x, tf.tensor2d([[3]])); // no error, no change
  const { optimizer } = clipped;
  let applied = 0;
  optimizer.applyGradients = function (gradients) {
    applied++;
    const named = gradients as { name: string; tensor: tf.Tensor }[];
    Object.getPrototypeOf(this).applyGradients.call(
      this,
      named.map(({ name, tensor }) => ({ name, tensor: tensor.clipByValue(-0.5, 0.5) })),
    );
  };
  for (let i = 0; i < 3; i++) await clipped.trainOnBatch(x, y);
  assert.equal(applied, 3);

  const hooked = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
  hooked.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  for (let i = 0; i < 3; i++) await hooked.trainOnBatch(x, y);
  let calls = 0;
  hooked.layers[0]?.setCallHook(() => {
    calls++;
  });
  for (let i = 0; i < 3; i++) await hooked.trainOnBatch(x, y);
  hooked.predict(x);
  hooked.predict(x);
  assert.equal(calls, 5);
});

test('fit and fitDataset: several inputs, outputs and metrics, and weights of classes', async () => {
  const build = (replayed: boolean) => {
    const [a, b] = [tf.input({ shape: [2] }), tf.input({ shape: [3] })];
    const both = layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
    const outputs = [1, 2].map(
      (units) =>
        layers
          .dense({ units, kernelInitializer: seeded(units), name: `out${units}_${replayed}` })
          .apply(both) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: [a, b], outputs });
    const loss = replayed ? 'meanSquaredError' : tf.losses.meanSquaredError;
    model.compile({ optimizer: tf.train.adam(0.05), loss: [loss, loss] as string[], metrics: ['mse'] });
    return model;
  };
  const data = {
    xs: [tf.randomNormal([10, 2], 0, 1, 'float32', 1), tf.randomNormal([10, 3], 0, 1, 'float32', 2)],
    ys: [tf.randomNormal([10, 1], 0, 1, 'float32', 3), tf.randomNormal([10, 2], 0, 1, 'float32', 4)],
  };
  const options = { batchSize: 4, epochs: 3, shuffle: false, verbose: 0 };
  const histories = [];
  for (const replayed of [true, false]) {
    const { history } = await build(replayed).fit(data.xs, data.ys, options);
    histories.push(Object.values(history) as number[][]);
  }
  close(histories[0] ?? [], histories[1] ?? [], 1e-6);

  const model = classifier();
  const dataset = tf.data.generator(function* () {
    for (let step = 0; step < 4; step++) yield { xs: batch(step).x, ys: batch(step).y };
  });
  const { history } = await model.fitDataset(dataset, { epochs: 2, verbose: 0 });
  const twin = classifier({ replayed: false });
  const wanted = await twin.fitDataset(dataset, { epochs: 2, verbose: 0 });
  close([history.loss as number[]], [wanted.history.loss as number[]], 1e-6);

  const weighted = classifier();
  const { x, y } = batch(0, 6);
  const classWeight = { 0: 1, 1: 5, 2: 0.1 };
  const a = await weighted.fit(x, y, { ...options, classWeight });
  const b = await classifier({ replayed: false }).fit(x, y, { ...options, classWeight });
  close([a.history.loss as number[]], [b.history.loss as number[]], 1e-6);
});

test('steps leave no tensor behind, and old values stay what they were', async () => {
  const model = classifier({ dropout: 0.3 });
  const { x, y } = batch(1);
  for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  const { numTensors, numBytes } = tf.memory();
  const [kernel] = model.layers[0]?.getWeights() ?? [];
  assert.ok(kernel);
  const copy = kernel.clone();
  const values = Array.from(kernel.dataSync());
  for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y);
  assert.deepEqual(Array.from(copy.dataSync()), values);
  assert.notDeepEqual(Array.from(kernel.dataSync()), values);
  copy.dispose();
  assert.equal(tf.memory().numTensors, numTensors);
  assert.equal(tf.memory().numBytes, numBytes);
});
