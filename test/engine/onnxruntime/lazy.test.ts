import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

interface Counts {
  runs: number;
  compiled: number;
}
const counts = () => (tf.backend() as unknown as { executor: { counts: Counts } }).executor.counts;

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

test('a chain of operations runs as one graph when it is read, and is compiled once', () => {
  const step = (seed: number) =>
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, seed], [2, 2]);
      return Array.from(tf.sum(tf.relu(tf.sub(tf.matMul(x, x), 5)), 0).dataSync());
    });
  const start = { ...counts() };
  // [[1, 2], [3, s]]^2 - 5 = [[2, 2s - 3], [3s - 2, s^2 + 1]], columns summed after relu
  assert.deepEqual(step(4), [2 + 10, 5 + 17]);
  assert.deepEqual(step(5), [2 + 13, 7 + 26]);
  assert.equal(counts().runs - start.runs, 2);
  assert.equal(counts().compiled - start.compiled, 1);
});

test('what is pending is computed at the next await, so that each step of a loop is one graph', async () => {
  const start = counts().runs;
  const x = tf.add(tf.tensor1d([1, 2]), 1);
  await Promise.resolve();
  assert.equal(counts().runs - start, 1);
  assert.deepEqual(Array.from(x.dataSync()), [2, 3]);
  assert.equal(counts().runs - start, 1);
  x.dispose();
});

test('a disposed tensor still feeds the pending ones made of it, and is not computed for itself', () => {
  const a = tf.square(tf.tensor1d([3, 4]));
  const b = tf.add(a, 1);
  a.dispose();
  assert.deepEqual(Array.from(b.dataSync()), [10, 17]);
  const c = tf.square(b);
  c.dispose();
  const start = counts().runs;
  b.dataSync();
  assert.equal(counts().runs, start);
  b.dispose();
});

test('weights built into a graph are noticed when they change', () => {
  const x = tf.tensor2d([1, 2], [1, 2]);
  const w = tf.variable(tf.tensor2d([1, 0, 0, 1], [2, 2]));
  const predict = () => tf.tidy(() => Array.from(tf.matMul(tf.mul(x, 1), w).dataSync()));
  const compiled = counts().compiled;
  for (let i = 0; i < 6; i++) assert.deepEqual(predict(), [1, 2]);
  assert.ok(counts().compiled - compiled >= 2, 'expected the steady weights to be built in');
  w.assign(tf.tensor2d([2, 0, 0, 3], [2, 2]));
  assert.deepEqual(predict(), [2, 6]);
  assert.deepEqual(predict(), [2, 6]);
  w.dispose();
  x.dispose();
});

test('memory() and tidy() count as with any backend', () => {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const kept = tf.tidy(() => {
    const x = tf.ones([10, 10]);
    return tf.reshape(tf.add(x, x), [100]);
  });
  assert.equal(tf.memory().numTensors - numTensors, 1);
  assert.equal(tf.memory().numDataBuffers - numDataBuffers, 1);
  assert.equal(tf.memory().numBytes - numBytes, 400);
  kept.dispose();
  assert.equal(tf.memory().numTensors, numTensors);
});

test('a long chain without a read is cut before it eats memory', () => {
  const start = counts().runs;
  const result = tf.tidy(() => {
    let x: tf.Tensor = tf.tensor1d([0]);
    for (let i = 0; i < 2_000; i++) x = tf.add(x, 1);
    return x;
  });
  assert.ok(counts().runs > start);
  assert.deepEqual(Array.from(result.dataSync()), [2_000]);
  result.dispose();
});

test('gradients, also custom ones, flow through the graph', () => {
  const value = tf.tidy(() =>
    Array.from(
      tf
        .grad((x: tf.Tensor) => tf.sum(tf.pow(x, 3)))(tf.tensor1d([1, 2]))
        .dataSync(),
    ),
  );
  assert.deepEqual(value, [3, 12]);
  const clipped = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => ({
    value: tf.square(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, 7),
  }));
  const custom = tf.tidy(() =>
    Array.from(
      tf
        .grad((x: tf.Tensor) => tf.sum(clipped(x)))(tf.tensor1d([1, 2]))
        .dataSync(),
    ),
  );
  assert.deepEqual(custom, [7, 7]);
});

test('NaN and infinity pass through; casts and integer division are those of TF.js', () => {
  const list = (x: tf.Tensor) => Array.from(x.dataSync());
  tf.tidy(() => {
    assert.deepEqual(list(tf.relu(tf.tensor1d([Number.NaN, -1, Infinity]))), [Number.NaN, 0, Infinity]);
    assert.deepEqual(list(tf.max(tf.tensor1d([1, Number.NaN, 2]))), [Number.NaN]);
    assert.deepEqual(list(tf.cast(tf.tensor1d([1.9, -1.9]), 'int32')), [1, -1]);
    assert.deepEqual(list(tf.floorDiv(tf.tensor1d([7, -7], 'int32'), tf.scalar(2, 'int32'))), [3, -4]);
    assert.deepEqual(list(tf.tensor1d([true, false], 'bool').logicalNot()), [0, 1]);
  });
});

test('registering again, as an edited module does, returns what runs', async () => {
  const info = await registerOnnxruntimeBackend({ threads: 1 });
  const { version } = require('onnxruntime-node/package.json');
  assert.deepEqual(info, { version, provider: 'cpu', threads: 2 });
});

test('a kernel that is not there says its name and what to do', () => {
  assert.throws(
    () => tf.engine().runKernel('Draw', { image: tf.zeros([2, 2, 3]) }),
    /received Draw: run this part after tf\.setBackend\('cpu'\)|Draw.*not registered/,
  );
});
