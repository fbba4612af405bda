import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

const BUDGET = 64 * 2 ** 20;

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2, memoryBudget: BUDGET });
  await tf.setBackend('onnxruntime');
});

const executor = () =>
  (tf.backend() as unknown as { executor: { bytes: number; structures: Map<string, unknown> } }).executor;

test('compiled graphs of many shapes stay within the budget, and what they hold is counted', () => {
  const [filter, second] = [tf.ones([3, 3, 3, 16]) as tf.Tensor4D, tf.ones([3, 3, 16, 16]) as tf.Tensor4D];
  let most = 0;
  const before = process.memoryUsage().rss;
  for (let size = 64; size < 224; size += 4) {
    tf.tidy(() => {
      const x = tf.ones([1, size, size, 3]) as tf.Tensor4D;
      tf.mean(tf.conv2d(tf.relu(tf.conv2d(x, filter, 1, 'same')), second, 1, 'same')).dataSync();
    });
    if (executor().structures.size > 4) most = Math.max(most, executor().bytes);
  }
  assert.ok(most <= BUDGET, `expected at most ${BUDGET} bytes, found ${most}`);
  assert.ok(executor().structures.size >= 4);
  // 40 graphs of 6 to 80 MB each; what is dropped is given back.
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 16 * BUDGET, `expected the process to stay small, it grew by ${grown} bytes`);
  tf.dispose([filter, second]);
});

test('what would take more memory than there is is not begun', () => {
  const bad = tf.tidy(() => {
    let x = tf.ones([64, 1024, 1024, 1]) as tf.Tensor4D;
    for (let i = 0; i < 3; i++) x = tf.conv2d(x, tf.ones([3, 3, x.shape[3], 1024]) as tf.Tensor4D, 1, 'same');
    return tf.sum(x);
  });
  assert.throws(
    () => bad.dataSync(),
    /Conv2D of float32\[.*failed: it needs about .* GB at once, and there are/,
  );
  bad.dispose();
  assert.deepEqual(Array.from(tf.add(tf.scalar(1), 1).dataSync()), [2]);
});
