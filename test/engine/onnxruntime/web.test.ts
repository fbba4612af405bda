import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

test('onnxruntime-web runs the same graphs, synchronously, where there is no native binary', async () => {
  const info = await registerOnnxruntimeBackend({ runtime: 'web', threads: 1 });
  assert.deepEqual(info, { version: '1.30.0', provider: 'wasm', threads: 1 });
  const compute = () =>
    tf.tidy(() => {
      const x = tf.tensor4d(
        Array.from({ length: 48 }, (_, i) => ((i * 7) % 11) - 5),
        [1, 4, 4, 3],
      );
      const w = tf.tensor4d(
        Array.from({ length: 54 }, (_, i) => ((i * 5) % 7) - 3),
        [3, 3, 3, 2],
      );
      const loss = (filter: tf.Tensor) =>
        tf.sum(tf.relu(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same'))) as tf.Scalar;
      return Array.from(tf.grad(loss)(w).dataSync());
    });
  await tf.setBackend('cpu');
  const expected = compute();
  await tf.setBackend('onnxruntime');
  assert.deepEqual(compute(), expected); // small integers: exact
});
