import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';

/** Deterministic values in -1..1 that repeat nowhere, so that pooling windows have one maximum. */
const wave = (shape: number[], phase: number): number[] =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + phase));

/** Runs `compute` on the wasm backend and on the cpu oracle and compares every output. */
async function assertSameAsCpu(compute: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const results: Float32Array[][] = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    await startEngine({ backend });
    const outputs = tf.tidy(compute);
    results.push(await Promise.all(outputs.map((output) => output.data() as Promise<Float32Array>)));
    tf.dispose(outputs);
  }
  const [wasm = [], cpu = []] = results;
  assert.equal(wasm.length, cpu.length);
  wasm.forEach((values, output) => {
    const expected = cpu[output] ?? new Float32Array();
    assert.equal(values.length, expected.length);
    const scale = Math.max(...expected.map(Math.abs), 1);
    values.forEach((value, i) => {
      assert.ok(
        Math.abs(value - Number(expected[i])) <= tolerance * scale,
        `output ${output}[${i}]: wasm ${value}, cpu ${expected[i]}`,
      );
    });
  });
}

before(() => startEngine({ backend: 'wasm' }));

describe('wasm MaxPoolGrad', () => {
  it('sends the gradient to the maximum where all values are below 0', async () => {
    await startEngine({ backend: 'wasm' });
    const x = tf.tensor4d([-4, -1, -3, -2], [1, 2, 2, 1]);
    const gradient = tf.grad((v: tf.Tensor) => tf.maxPool(v as tf.Tensor4D, 2, 2, 'valid'))(x);
    assert.deepEqual([...(await gradient.data())], [0, 1, 0, 0]);
    tf.dispose([x, gradient]);
  });

  for (const [size, strides, pad] of [
    [2, 2, 'same'],
    [3, 2, 'same'],
    [3, 1, 'valid'],
    [2, 3, 1],
  ] as const)
    it(`agrees with cpu: window ${size}, stride ${strides}, pad ${pad}`, () =>
      assertSameAsCpu(() => {
        const x = tf.tensor4d(wave([2, 7, 9, 3], 0.3), [2, 7, 9, 3]);
        const y = tf.maxPool(x, size, strides, pad, pad === 1 ? 'floor' : undefined);
        const dy = tf.tensor4d(wave(y.shape, 2), y.shape);
        return [
          tf.grad((v: tf.Tensor) =>
            tf.maxPool(v as tf.Tensor4D, size, strides, pad, pad === 1 ? 'floor' : undefined),
          )(x, dy),
        ];
      }));
});

describe('wasm convolution gradients', () => {
  for (const [kernel, strides, pad] of [
    [4, 1, 'same'],
    [3, 1, 'valid'],
    [3, 2, 'same'],
    [4, 3, 'valid'],
    [1, 2, 'valid'],
    [3, [2, 1], 'same'],
    [3, 1, 3],
  ] as const)
    it(`agrees with cpu: kernel ${kernel}, stride ${strides}, pad ${pad}`, () =>
      assertSameAsCpu(() => {
        const x = tf.tensor4d(wave([2, 11, 9, 3], 0.1), [2, 11, 9, 3]);
        const filter = tf.tensor4d(wave([kernel, kernel, 3, 5], 1), [kernel, kernel, 3, 5]);
        const convolve = (a: tf.Tensor, b: tf.Tensor) =>
          tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides as number, pad);
        const y = convolve(x, filter);
        return tf.grads(convolve)([x, filter], tf.tensor(wave(y.shape, 2), y.shape));
      }));

  it('refuses NCHW with what to do', async () => {
    await startEngine({ backend: 'wasm' });
    const x = tf.zeros([1, 3, 5, 5]);
    const dy = tf.zeros([1, 2, 5, 5]);
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 3, 2] };
    assert.throws(
      () => tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attrs),
      /expected dataFormat NHWC on the wasm backend, received NCHW/,
    );
    tf.dispose([x, dy]);
  });
});

describe('wasm Tile', () => {
  it('agrees with cpu for float32, int32 and bool, several axes', () =>
    assertSameAsCpu(() => {
      const x = tf.tensor3d(wave([2, 3, 4], 0), [2, 3, 4]);
      const positive = x.greater(0);
      return [
        x.tile([1, 1, 1]),
        x.tile([3, 1, 2]),
        x.tile([2, 5, 3]),
        x.mul(10).toInt().tile([1, 4, 1]),
        positive.tile([2, 2, 2]).toFloat(),
        tf.zeros([0, 2]).tile([2, 2]),
      ];
    }));
});

describe('training on wasm', () => {
  it('gives the losses of the cpu oracle and leaks no tensor', async () => {
    const losses: number[][] = [];
    for (const backend of ['wasm', 'cpu'] as const) {
      await startEngine({ backend });
      const before = tf.memory().numTensors;
      const model = tf.sequential();
      const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
      model.add(
        tf.layers.conv2d({
          filters: 4,
          kernelSize: 4,
          padding: 'same',
          inputShape: [12, 12, 3],
          ...seeded(1),
        }),
      );
      model.add(tf.layers.batchNormalization());
      model.add(tf.layers.activation({ activation: 'relu' }));
      model.add(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }));
      model.add(tf.layers.conv2d({ filters: 8, kernelSize: 4, padding: 'same', ...seeded(2) }));
      model.add(tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }));
      model.add(tf.layers.dense({ units: 3, activation: 'softmax', ...seeded(3) }));
      const optimizer = tf.train.adam(0.01);
      model.compile({ optimizer, loss: 'categoricalCrossentropy' });
      const x = tf.tensor4d(wave([8, 12, 12, 3], 0.5), [8, 12, 12, 3]);
      const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
      const history = await model.fit(x, y, { epochs: 6, batchSize: 4, shuffle: false, verbose: 0 });
      losses.push(history.history.loss as number[]);
      model.dispose();
      optimizer.dispose();
      tf.dispose([x, y]);
      assert.ok(tf.memory().numTensors <= before + 1, `leaked ${tf.memory().numTensors - before} tensors`);
    }
    const [wasm = [], cpu = []] = losses;
    assert.ok(Number(cpu[5]) < Number(cpu[0]));
    wasm.forEach((loss, epoch) => {
      const expected = Number(cpu[epoch]);
      assert.ok(Math.abs(loss - expected) < 1e-4 * expected, `epoch ${epoch}: ${loss} and ${expected}`);
    });
  });
});
