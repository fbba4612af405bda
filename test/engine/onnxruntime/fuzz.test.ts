import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import { fuzz } from './fuzz/run';

const SEED = 20261126;

test('a fault that is planted in a kernel is found', async () => {
  await registerOnnxruntimeBackend({ threads: 1 });
  const config = tf.getKernel('Maximum', 'onnxruntime');
  const sub = tf.getKernel('Minimum', 'onnxruntime');
  tf.unregisterKernel('Maximum', 'onnxruntime');
  tf.registerKernel({ ...config, kernelFunc: sub.kernelFunc });
  try {
    const { failure, programs } = await fuzz(400, SEED, false);
    assert.match(String(failure), /expected .*, received .* at #\d+ of/);
    assert.ok(programs < 400);
  } finally {
    tf.unregisterKernel('Maximum', 'onnxruntime');
    tf.registerKernel(config);
  }
});

test('2,000 random programs agree with the cpu backend, failures among them', async (t) => {
  const found = await fuzz(2000, SEED);
  t.diagnostic(
    `${found.programs} programs of ${found.steps} steps, seed ${SEED}; ${found.kernels} kernels and ` +
      `${found.gradients} gradients, each called at least ${found.fewest} times`,
  );
  assert.equal(found.failure, null);
  assert.deepEqual([found.rareKernels, found.rareGradients], [[], []]);
});
