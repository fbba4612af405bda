import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../../lib/base/index';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import { watchGraphs } from './support/opened-graphs';

const opened = watchGraphs();
before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
});

/** How often an operator stands in a graph. */
const count = (graph: string, operator: string) => graph.split(operator).length - 1;

/** Ten dense layers, whose twenty variables an optimizer updates alike. */
function tower(): tf.Sequential {
  const layers = Array.from({ length: 10 }, (_, i) =>
    tf.layers.dense({
      units: 5 + i,
      ...(i === 0 ? { inputShape: [4] } : {}),
      activation: 'tanh',
      kernelInitializer: tf.initializers.glorotNormal({ seed: i + 1 }),
      biasInitializer: tf.initializers.randomNormal({ seed: i + 20, stddev: 0.1 }),
    }),
  );
  return tf.sequential({ layers: [...layers, tf.layers.dense({ units: 1, kernelInitializer: 'ones' })] });
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9, true),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.005, 0.9, 0.5, 1e-4),
  adagrad: () => tf.train.adagrad(0.05),
};

for (const [name, optimizer] of Object.entries(OPTIMIZERS))
  test(`${name}: updates of alike variables are joined, and six steps give TF.js's weights`, async () => {
    const weights = async (backend: string) => {
      await tf.setBackend(backend);
      const model = tower();
      model.compile({ optimizer: optimizer(), loss: 'meanSquaredError' });
      const xs = tf.tensor2d(
        Array.from({ length: 48 }, (_, i) => Math.sin(i * 1.3)),
        [12, 4],
      );
      const ys = tf.tensor2d(
        Array.from({ length: 12 }, (_, i) => Math.cos(i)),
        [12, 1],
      );
      await model.fit(xs, ys, { epochs: 3, batchSize: 6, shuffle: false, verbose: 0 });
      const values = model.getWeights().map((weight) => [...weight.dataSync()]);
      model.dispose();
      return values;
    };
    opened.length = 0;
    const [actual, expected] = [await weights('onnxruntime'), await weights('cpu')];
    const joined = opened.filter((graph) => count(graph, 'Concat') > 0 && count(graph, 'Split') > 0);
    assert.ok(joined.length > 0, 'expected updates to be joined');
    if (name === 'adam') {
      const roots = Math.min(...joined.map((graph) => count(graph, 'Sqrt')));
      assert.ok(roots < 5, `expected one root for all variables, found ${roots}`);
    }
    for (const [i, values] of expected.entries())
      for (const [j, value] of values.entries())
        assert.ok(
          Math.abs((actual[i]?.[j] ?? Number.NaN) - value) <= 1e-4 * Math.max(1, Math.abs(value)),
          `weight ${i}, ${j}`,
        );
  });

test('a number that is fed is no constant: each tensor keeps its own, though they were equal once', async () => {
  await tf.setBackend('onnxruntime');
  const random = createRandom(7);
  for (let round = 0; round < 6; round++) {
    const tensors = Array.from({ length: 6 }, (_, i) => Array.from({ length: 3 + i }, () => random.next()));
    const factors = tensors.map((_, i) => (round < 3 ? 2 : 2 + i + round));
    const results = tf.tidy(() =>
      tensors
        .map((values, i) =>
          tf
            .tensor1d(values)
            .mul(tf.scalar(factors[i] ?? 0))
            .add(1)
            .sqrt(),
        )
        .map((tensor) => [...tensor.dataSync()]),
    );
    for (const [i, values] of tensors.entries())
      for (const [j, value] of values.entries())
        assert.ok(
          Math.abs((results[i]?.[j] ?? 0) - Math.sqrt(value * (factors[i] ?? 0) + 1)) < 1e-5,
          `round ${round}, ${i}`,
        );
  }
});

test('a number of more axes than a row has (a gate of one picture) is one for each tensor', async () => {
  const answers = async (backend: string, batch: number) => {
    await tf.setBackend(backend);
    const input = tf.input({ shape: [4] });
    const kernelInitializer = tf.initializers.glorotNormal({ seed: 3 });
    const gate = tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer }).apply(input);
    const outputs = [3, 4, 5].map((units) => {
      const own = tf.layers.dense({ units, kernelInitializer }).apply(input);
      return tf.layers.multiply().apply([own, gate] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
    });
    const model = tf.model({ inputs: input, outputs });
    const x = tf.tensor2d(
      Array.from({ length: 4 * batch }, (_, i) => Math.sin(i)),
      [batch, 4],
    );
    const plain = [2, 3, 4].map((size) => tf.ones([size, size + 1]).mul(tf.tensor2d([[0.5]])));
    const results = [...(model.predict(x) as tf.Tensor[]), ...plain].map((tensor) => [...tensor.dataSync()]);
    model.dispose();
    return results;
  };
  for (const batch of [1, 2]) {
    const actual = await answers('onnxruntime', batch);
    for (const [i, values] of (await answers('cpu', batch)).entries())
      for (const [j, value] of values.entries())
        assert.ok(Math.abs(value - (actual[i]?.[j] ?? 9)) < 1e-5, `batch ${batch}, output ${i}`);
  }
});

test('tensors of no element, tensors that are read elsewhere, and those that differ in dtype are right', async () => {
  await tf.setBackend('onnxruntime');
  const compute = () =>
    tf.tidy(() => {
      const inputs = [[0], [3], [2, 2], [3], [1], [4]].map((shape, i) =>
        tf
          .range(
            0,
            shape.reduce((a, b) => a * b, 1),
            1,
            i % 2 ? 'float32' : 'int32',
          )
          .reshape(shape),
      );
      const updated = inputs.map((x) => x.toFloat().mul(0.5).add(1));
      const total = (updated[1] as tf.Tensor).sum();
      return [...updated, total, ...inputs.map((x) => x.toFloat().neg().exp())].map((tensor) => [
        ...tensor.dataSync(),
      ]);
    });
  const actual = compute();
  await tf.setBackend('cpu');
  compute().forEach((values, i) => {
    assert.equal(values.length, actual[i]?.length);
    for (const [j, value] of values.entries()) assert.ok(Math.abs(value - (actual[i]?.[j] ?? 9)) < 1e-5);
  });
});
