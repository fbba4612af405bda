import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
});

/** Numbers in [-1, 1] that do not repeat. */
function waves(shape: number[], phase: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.731 + phase)),
    shape,
  );
}

function gradient<T extends tf.Tensor>(compute: (x: T) => tf.Tensor, at: tf.Tensor): tf.Tensor {
  return tf.grad(compute as (x: tf.Tensor) => tf.Tensor)(at);
}

async function on(backend: string, compute: () => tf.Tensor): Promise<Float32Array> {
  await tf.setBackend(backend);
  return tf.tidy(() => compute().dataSync()) as Float32Array;
}

/** Compares `compute` with TF.js's own backend, relative to the largest element. */
async function agrees(compute: () => tf.Tensor, tolerance = 1e-5): Promise<void> {
  const expected = await on('cpu', compute);
  const actual = await on('onnxruntime', compute);
  assert.equal(actual.length, expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - Number(expected[i]))), 0);
  assert.ok(largest > 0, 'expected a gradient that is not 0 everywhere');
  assert.ok(off <= tolerance * largest, `largest difference ${off}, largest value ${largest}`);
}

const CONVOLUTIONS: [string, number[], number[], number | [number, number], 'same' | 'valid'][] = [
  ['few channels, one group a picture', [5, 24, 20, 3], [4, 4, 3, 4], 1, 'same'],
  ['many channels, one convolution', [2, 6, 5, 16], [3, 3, 16, 24], 1, 'same'],
  ['1 x 1', [3, 7, 6, 5], [1, 1, 5, 8], 1, 'valid'],
  ['strides that leave a rest', [3, 12, 9, 3], [3, 2, 3, 4], [2, 3], 'valid'],
  ['strides and padding', [4, 15, 14, 4], [5, 3, 4, 6], 2, 'same'],
  ['one picture', [1, 9, 8, 2], [3, 3, 2, 3], 1, 'same'],
];

for (const [name, xShape, wShape, strides, pad] of CONVOLUTIONS) {
  test(`filter gradient of a convolution: ${name}`, () =>
    agrees(() => {
      const x = waves(xShape, 0) as tf.Tensor4D;
      return gradient((w: tf.Tensor4D) => tf.conv2d(x, w, strides, pad).square().sum(), waves(wShape, 1));
    }));
}

test('filter gradient of a convolution over volumes', () =>
  agrees(() => {
    const x = waves([2, 5, 6, 7, 2], 0) as tf.Tensor5D;
    const w = waves([2, 3, 3, 2, 3], 1);
    return gradient((filter: tf.Tensor5D) => tf.conv3d(x, filter, [1, 2, 1], 'same').square().sum(), w);
  }));

test('the gradient of a relu before a pooling: windows without a positive number let nothing pass', async () => {
  for (const [size, stride, height] of [
    [2, 2, 6],
    [2, 2, 7],
    [3, 2, 8],
    [3, 3, 9],
  ] as const) {
    const pooled = (x: tf.Tensor4D) => {
      const y = tf.maxPool(x.relu() as tf.Tensor4D, size, stride, 'same');
      return y.mul(waves(y.shape, 2)).sum();
    };
    await agrees(() => gradient(pooled, waves([2, height, 8, 3], 0).mul(1.4).sub(0.9).mul(4).round().div(4)));
    await agrees(() =>
      gradient((x: tf.Tensor4D) => pooled(x).add(x.relu().square().sum()), waves([2, height, 8, 3], 0)),
    );
  }
});

test('max pooling of 2 x 2 sends the gradient to the first maximum of a window, also where several are equal', async () => {
  const pooled = (x: tf.Tensor4D) => {
    const y = tf.maxPool(x, 2, 2, 'same');
    return y.mul(waves(y.shape, 2)).sum();
  };
  await agrees(() => gradient(pooled, waves([2, 6, 8, 3], 0).mul(1.4).round()));
  await agrees(() => gradient(pooled, waves([2, 7, 8, 3], 0)));
});

test('relu passes the gradient where the input is above 0, on large images too', () =>
  agrees(() => {
    const x = waves([2, 40, 40, 32], 0);
    return gradient((input: tf.Tensor4D) => tf.relu(input).mul(waves(x.shape, 3)).sum(), x);
  }));

test('a vector added to a picture of one channel is no bias: it makes channels', async () => {
  const x = () => waves([2, 5, 4, 3], 0) as tf.Tensor4D;
  const sum = (w: tf.Tensor) => tf.conv2d(x(), w as tf.Tensor4D, 1, 'same').add(waves([5], 2));
  await agrees(() => sum(waves([3, 3, 3, 1], 1)));
  await agrees(() => gradient((w) => sum(w).square().sum(), waves([3, 3, 3, 1], 1)));
});
