import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

/** The project's scratch CNN in small. */
function scratchCnn(size: number): tf.Sequential {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential();
  for (const [i, filters] of [4, 8, 16].entries()) {
    const inputShape = i === 0 ? { inputShape: [size, size, 3] } : {};
    model.add(
      tf.layers.conv2d({
        filters,
        kernelSize: 4,
        padding: 'same',
        kernelInitializer: seeded(i),
        ...inputShape,
      }),
    );
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.reLU());
    if (i < 2) model.add(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }));
  }
  model.add(tf.layers.globalAveragePooling2d({}));
  model.add(tf.layers.dropout({ rate: 0.2, seed: 5 }));
  model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: seeded(9) }));
  model.add(tf.layers.dense({ units: 5, activation: 'softmax', kernelInitializer: seeded(10) }));
  return model;
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  adam: () => tf.train.adam(1e-3),
  rmsprop: () => tf.train.rmsprop(1e-3),
};

async function losses(backend: string, optimizer: tf.Optimizer, epochs: number): Promise<number[]> {
  await tf.setBackend(backend);
  const model = scratchCnn(11);
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const xs = tf.randomUniform([24, 11, 11, 3], 0, 1, 'float32', 1);
  const ys = tf.tidy(() =>
    tf
      .oneHot(
        tf.tensor1d(
          Array.from({ length: 24 }, (_, i) => i % 5),
          'int32',
        ),
        5,
      )
      .toFloat(),
  );
  const { history } = await model.fit(xs, ys, { epochs, batchSize: 8, shuffle: false, verbose: 0 });
  tf.dispose([xs, ys]);
  model.dispose();
  optimizer.dispose();
  return history.loss as number[];
}

before(async () => {
  await registerOnnxruntimeBackend();
});

for (const [name, make] of Object.entries(OPTIMIZERS)) {
  test(`the scratch CNN trains with ${name} as on TF.js's cpu backend`, async () => {
    const expected = await losses('cpu', make(), 3);
    const actual = await losses('onnxruntime', make(), 3);
    assert.equal(actual.length, expected.length);
    expected.forEach((loss, i) => {
      assert.ok(
        Math.abs(Number(actual[i]) - loss) <= 1e-4 * loss,
        `epoch ${i}: expected ${loss}, received ${actual[i]}`,
      );
    });
  });
}

test('training and prediction leave no tensor behind and stop compiling', async () => {
  await tf.setBackend('onnxruntime');
  const model = scratchCnn(8);
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const xs = tf.randomUniform([40, 8, 8, 3], 0, 1, 'float32', 1);
  const ys = tf.tensor1d(Array.from({ length: 40 }, (_, i) => i % 5));
  const { executor } = tf.backend() as unknown as { executor: { counts: { compiled: number } } };
  const round = async () => {
    await model.fit(xs, ys, { epochs: 4, batchSize: 8, verbose: 0, validationData: [xs, ys] });
    for (let i = 0; i < 20; i++) tf.dispose(model.predict(xs, { batchSize: 8 }));
    for (const value of model.evaluate(xs, ys, { batchSize: 8 }) as tf.Scalar[]) value.dispose();
  };
  await round();
  await round();
  const { numTensors } = tf.memory();
  const { compiled } = executor.counts;
  for (let i = 0; i < 5; i++) await round();
  assert.equal(tf.memory().numTensors, numTensors);
  assert.ok(
    executor.counts.compiled - compiled <= 5,
    `compiled ${executor.counts.compiled - compiled} graphs again`,
  );
  tf.dispose([xs, ys]);
  model.dispose();
});
