import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

const list = (x: tf.Tensor) => Array.from(x.dataSync());
const weightsOf = (model: tf.LayersModel) => model.getWeights().map(list);

function embedder(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.embedding({ inputDim: 4, outputDim: 2, inputLength: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' });
  return model;
}

/** Runs `fit` on the cpu backend and here, from the same weights. */
async function fitOnBoth(fit: (model: tf.LayersModel) => Promise<unknown>): Promise<number[][][]> {
  await tf.setBackend('onnxruntime');
  const initial = embedder()
    .getWeights()
    .map((w) => w.arraySync());
  const ends: number[][][] = [];
  for (const backend of ['cpu', 'onnxruntime']) {
    await tf.setBackend(backend);
    const model = embedder();
    model.setWeights(initial.map((w) => tf.tensor(w)));
    await fit(model);
    ends.push(weightsOf(model));
    // The model works as before.
    assert.equal((model.predict(tf.tensor2d([[0, 1]], [1, 2])) as tf.Tensor).dataSync().length, 3);
    let bytes = 0;
    await model.save(
      tf.io.withSaveHandler(async ({ weightData }) => {
        bytes = (weightData as ArrayBuffer).byteLength;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    assert.ok(bytes > 0);
  }
  return ends;
}

function assertClose(actual: number[][], expected: number[][]): void {
  for (const [i, values] of actual.entries())
    for (const [k, value] of values.entries())
      assert.ok(
        Math.abs(value - (expected[i]?.[k] ?? Number.NaN)) < 1e-5,
        `${values} against ${expected[i]}`,
      );
}

test('a batch of fit that fails leaves the weights of the last good batch', async () => {
  const x = [
    [0, 3],
    [1, 2],
    [2, 2],
    [0, 9],
    [1, 1],
    [3, 3],
  ];
  const [cpu, here] = await fitOnBoth(async (model) => {
    await model.fit(tf.tensor2d(x.slice(0, 3), [3, 2]), tf.tensor1d([0, 1, 2]), {
      epochs: 3,
      shuffle: false,
      batchSize: 1,
      verbose: 0,
    });
    await assert.rejects(
      model.fit(tf.tensor2d(x, [6, 2]), tf.tensor1d([0, 1, 2, 0, 1, 2]), {
        epochs: 1,
        batchSize: 1,
        shuffle: false,
        verbose: 0,
      }),
      /9 is not in \[0, 3\]/,
    );
  });
  assertClose(here as number[][], cpu as number[][]);
});

test('a failure in the first step ever leaves the initial weights', async () => {
  const [cpu, here] = await fitOnBoth(async (model) => {
    await assert.rejects(model.trainOnBatch(tf.tensor2d([[0, 4]], [1, 2]), tf.tensor1d([0])), /4 is not in/);
    await model.trainOnBatch(tf.tensor2d([[0, 1]], [1, 2]), tf.tensor1d([0]));
  });
  assertClose(here as number[][], cpu as number[][]);
});

test('a loop of minimize keeps the steps before the one that fails, and none of its parts', () => {
  const table = tf.variable(tf.tensor2d([1, 2, 3], [3, 1]));
  const bias = tf.variable(tf.scalar(1));
  const optimizer = tf.train.momentum(0.1, 0.9);
  const step = (id: number) =>
    optimizer.minimize(
      () => {
        const ids = tf.sub(tf.tensor1d([id + 1], 'int32'), tf.scalar(1, 'int32'));
        return tf.add(tf.sum(tf.gather(table, ids)), tf.mul(bias, 2)) as tf.Scalar;
      },
      true,
      [table, bias],
    ) as tf.Scalar;
  const costs = [0, 1, 5, 0].map(step);
  assert.deepEqual(
    list(bias).map((v) => v.toFixed(4)),
    ['0.4200'],
  ); // 1 - 0.2 - 0.38
  assert.deepEqual(
    list(table).map((v) => v.toFixed(4)),
    ['0.8100', '1.9000', '3.0000'],
  );
  assert.equal(costs[1]?.dataSync().length, 1);
  for (const cost of costs.slice(2)) assert.throws(() => cost.dataSync(), /index value 5/);
  assert.equal(list(step(2)).length, 1);
  tf.dispose([table, bias, ...costs]);
});

test('a variable that is assigned what cannot be computed keeps its value', async () => {
  const warnings: Error[] = [];
  const collect = (warning: Error) => warnings.push(warning);
  process.on('warning', collect);
  const v = tf.variable(tf.tensor1d([1, 2]));
  const other = tf.variable(tf.tensor1d([3]));
  const bad = tf.gather(tf.tensor1d([1, 2]), tf.add(tf.tensor1d([1, 1], 'int32'), tf.scalar(1, 'int32')));
  v.assign(bad as tf.Tensor1D);
  other.assign(tf.add(other, 1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', collect);
  assert.deepEqual(list(v), [1, 2]);
  assert.deepEqual(list(other), [4]);
  assert.throws(() => bad.dataSync(), /index value 2/);
  assert.match(warnings.map(String).join(), /variables keep what they held.*index value 2/);
  tf.dispose([v, other, bad]);
});
