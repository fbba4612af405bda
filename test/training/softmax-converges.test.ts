import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { fitSoftmaxRegression } from '../../lib/training/index';
import golden from '../golden/training/softmax.json';

before(() => startEngine());

for (const { c, probabilities } of golden.cases)
  test(`softmax regression reaches scikit-learn's optimum where the penalty is weak: C = ${c}`, async () => {
    const rows = golden.y.length;
    const size = golden.x.length / rows;
    const x = Float32Array.from(golden.x);
    const labels = golden.y.slice(0, golden.train);
    const { model, converged } = await fitSoftmaxRegression(x.slice(0, golden.train * size), labels, {
      classes: 5,
      c,
    });
    assert.ok(converged);
    const output = tf.tidy(
      () =>
        model.predict(tf.tensor2d(x.slice(golden.train * size), [rows - golden.train, size])) as tf.Tensor,
    );
    const own = (await output.data()) as Float32Array;
    tf.dispose(output);
    model.dispose();
    const furthest = own.reduce(
      (most, p, i) => Math.max(most, Math.abs(p - (probabilities[i] ?? Number.NaN))),
      0,
    );
    assert.ok(furthest < 1e-3, `a probability is ${furthest} off`);
  });
