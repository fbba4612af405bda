import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

const first = (x: tf.Tensor) => x.dataSync()[0];

/** What becomes of 1, 2, 3 when one array is refilled for each and the results are read at the end. */
function refill<A extends Float32Array | Int32Array | Uint8Array>(
  array: A,
  use: (array: A) => tf.Tensor,
): unknown[] {
  const results = [1, 2, 3].map((value) => {
    array.fill(value);
    return tf.tidy(() => use(array));
  });
  const values = results.map(first);
  tf.dispose(results);
  return values;
}

// Small arrays are copied, large ones are copied when they are used, or computed at once.
for (const size of [4, 102_400]) {
  const square = Math.round(Math.sqrt(size));
  const shape: [number, number] = [square, size / square];
  test(`an array of ${size} that is refilled leaves earlier results alone`, () => {
    const floats = new Float32Array(size);
    const ints = new Int32Array(size);
    const bytes = new Uint8Array(size);
    assert.deepEqual(
      refill(floats, (x) => tf.mean(tf.tensor1d(x))),
      [1, 2, 3],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.add(tf.tensor1d(x), 0)),
      [1, 2, 3],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.mul(tf.reshape(tf.tensor1d(x), [2, -1]), 2)),
      [2, 4, 6],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.slice(tf.tensor1d(x), 0, 2).add(1)),
      [2, 3, 4],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.transpose(tf.tensor(x, [size / 4, 4]))),
      [1, 2, 3],
    );
    assert.deepEqual(
      refill(ints, (x) => tf.sub(tf.tensor1d(x, 'int32'), tf.scalar(1, 'int32'))),
      [0, 1, 2],
    );
    assert.deepEqual(
      refill(bytes, (x) => tf.tensor1d(x, 'int32').add(0)),
      [1, 2, 3],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.stack([tf.tensor1d(x), tf.tensor1d(x)])),
      [1, 2, 3],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.cast(tf.tensor1d(x), 'bool')),
      [1, 1, 1],
    );
    assert.deepEqual(
      refill(floats, (x) => tf.complex(tf.tensor1d(x), tf.tensor1d(x)).mul(1)),
      [1, 2, 3],
    );
  });

  test(`variables, buffers and models with arrays of ${size}`, async () => {
    const floats = new Float32Array(size);
    const sum = tf.variable(tf.zeros([size]));
    refill(floats, (x) => {
      sum.assign(sum.add(tf.tensor1d(x)));
      return tf.scalar(0);
    });
    assert.equal(first(sum), 6);
    const buffer = tf.buffer([size], 'float32', floats);
    assert.deepEqual(
      refill(floats, () => tf.mul(buffer.toTensor(), 1)),
      [1, 2, 3],
    );
    const model = tf.sequential({
      layers: [tf.layers.globalAveragePooling1d({ inputShape: [shape[1], 1] } as never)],
    });
    const predict = (x: Float32Array) => model.predict(tf.tensor3d(x, [...shape, 1])) as tf.Tensor;
    assert.deepEqual(refill(floats, predict), [1, 2, 3]);
    assert.deepEqual(refill(floats, predict), [1, 2, 3]);
    const split = (x: Float32Array) =>
      model.predict(tf.tensor3d(x, [...shape, 1]), { batchSize: 1 }) as tf.Tensor;
    assert.deepEqual(refill(floats, split), [1, 2, 3]);
    sum.dispose();
  });
}

test('each batch of trainOnBatch is read before the next is decoded into its array', async () => {
  const ends = [];
  for (const backend of ['cpu', 'onnxruntime']) {
    await tf.setBackend(backend);
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [70_000], kernelInitializer: 'zeros' })],
    });
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(1e-8) });
    const pixels = new Float32Array(70_000);
    const losses: unknown[] = [];
    for (let step = 1; step <= 4; step++) {
      pixels.fill(step / 10);
      const loss = model.trainOnBatch(tf.tensor2d(pixels, [1, 70_000]), tf.tensor2d([step], [1, 1]));
      pixels.fill(9);
      losses.push(Number(await loss).toFixed(2));
    }
    ends.push(losses);
  }
  assert.deepEqual(ends[1], ends[0]);
});

test('an array that was read may be changed without changing what is pending', () => {
  const x = tf.tensor1d([1, 2, 3]);
  const y = tf.mul(x, 2);
  x.dataSync().fill(7);
  assert.deepEqual(Array.from(y.dataSync()), [2, 4, 6]);
  tf.dispose([x, y]);
});

test('filters that were handed over as large arrays are built into the model once they are steady', () => {
  const { counts } = (tf.backend() as unknown as { executor: { counts: { compiled: number } } }).executor;
  for (const [side, channels] of [
    [3, 96],
    [1, 300],
  ] as const) {
    const kernel = new Float32Array(side * side * channels * channels).map((_, i) => Math.sin(i) / 100);
    const layer = tf.layers.conv2d({
      filters: channels,
      kernelSize: side,
      useBias: false,
      inputShape: [6, 6, channels],
    });
    const model = tf.sequential({ layers: [layer] });
    model.setWeights([tf.tensor4d(kernel, [side, side, channels, channels])]); // first read by a prediction
    const x = tf.ones([2, 6, 6, channels]);
    const predict = () => Array.from((model.predict(x) as tf.Tensor).dataSync());
    const start = counts.compiled;
    const answers = Array.from({ length: 5 }, predict);
    const compiled = counts.compiled - start;
    assert.ok(compiled >= 2, `${side} x ${side}: compiled ${compiled} times in 5 predictions`);
    kernel.fill(0); // the model's filter is a copy of its own
    answers.push(predict());
    const [first = []] = answers;
    for (const answer of answers)
      assert.ok(
        answer.length === first.length &&
          answer.every((value, i) => Math.abs(value - (first[i] ?? 1)) < 1e-6),
      );
    tf.dispose([x]);
    model.dispose();
  }
});
