import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
});

const list = (x: tf.Tensor) => Array.from(x.dataSync());
const computed = (values: number[]) => tf.sub(tf.tensor1d(values, 'int32'), tf.scalar(0, 'int32'));

/** Calls that the cpu backend or TensorFlow refuses when they are made, or that do not fit memory. */
const FAILURES: [name: string, message: RegExp, call: () => tf.Tensor][] = [
  [
    'a product that does not fit memory',
    /BatchMatMul of float32\[150000,1\].*(does not fit into memory|needs about 90\.0 GB at once)/,
    () => tf.matMul(tf.ones([150_000, 1]), tf.ones([1, 150_000])),
  ],
  ['gather', /index value 3 is not in \[0, 2\]/, () => tf.gather(tf.tensor1d([1, 2, 3]), computed([0, 3]))],
  [
    'gather of negative indices',
    /index value -1 is not in \[0, 2\]/,
    () => tf.gather(tf.tensor1d([1, 2, 3]), computed([0, -1])),
  ],
  [
    'gather of negative indices in each row',
    /GatherV2 .* failed/,
    () =>
      tf.gather(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        tf.reshape(computed([0, -1]), [2, 1]),
        1,
        1,
      ),
  ],
  [
    'gatherND',
    /index value 1,2 is not in the shape \[2,2\]/,
    () => tf.gatherND(tf.ones([2, 2]), tf.reshape(computed([1, 2]), [1, 2])),
  ],
  [
    'scatterND',
    /index value -1 is not in \[0, 2\]/,
    () => tf.scatterND(tf.reshape(computed([-1]), [1, 1]), tf.tensor1d([5]), [3]),
  ],
  [
    'tensorScatterUpdate',
    /index value -1 is not in \[0, 2\]/,
    () => tf.tensorScatterUpdate(tf.zeros([3]), tf.reshape(computed([-1]), [1, 1]), tf.tensor1d([5])),
  ],
  [
    'sparseToDense',
    /index value 5 is not in \[0, 4\]/,
    () => tf.sparseToDense(computed([5]), tf.tensor1d([9]), [5]),
  ],
];

for (const [name, message, call] of FAILURES) {
  test(`${name}: the error belongs to the tensors that need it`, async () => {
    const earlier = tf.mul(tf.tensor1d([1, 2, 3]), 2);
    const bad = call();
    const needsIt = tf.add(tf.sum(bad), 1);
    const later = tf.add(tf.tensor1d([1, 2]), 1);
    await Promise.resolve();
    assert.deepEqual(list(later), [2, 3]);
    assert.deepEqual(list(earlier), [2, 4, 6]);
    assert.throws(() => bad.dataSync(), message);
    assert.throws(() => needsIt.dataSync(), message);
    assert.throws(() => tf.neg(bad).dataSync(), message);
    await assert.rejects(needsIt.data(), message);
    tf.dispose([earlier, bad, needsIt, later]);
    assert.deepEqual(list(tf.add(tf.scalar(1), 1)), [2]);
  });
}

test('of many pending values only those that need the failed node fail', () => {
  const good: tf.Tensor[] = [];
  const bad: tf.Tensor[] = [];
  tf.tidy(() => {
    const broken = tf.gather(tf.tensor1d([1, 2]), computed([7]));
    for (let i = 0; i < 20; i++) {
      good.push(tf.keep(tf.add(tf.tensor1d([i]), i)));
      bad.push(tf.keep(tf.add(broken, good[i] as tf.Tensor)));
    }
    for (const [i, tensor] of good.entries()) assert.deepEqual(list(tensor), [2 * i]);
  });
  for (const tensor of bad) assert.throws(() => tensor.dataSync(), /index value 7/);
  tf.dispose([...good, ...bad]);
});

test('an unread failure is nobody else’s', async () => {
  tf.tidy(() => void tf.gather(tf.tensor1d([1]), computed([1])));
  const kept = tf.gather(tf.tensor1d([1]), computed([1]));
  await Promise.resolve();
  assert.deepEqual(list(tf.add(tf.scalar(2), 1)), [3]);
  kept.dispose();
});

test('predictions fail by themselves, and say which layer', () => {
  const layer = tf.layers.embedding({ inputDim: 4, outputDim: 1, inputLength: 2, name: 'breeds' });
  const model = tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor2d([10, 11, 12, 13], [4, 1])]);
  const ids = (a: number, b: number) => tf.tensor2d([[a, b]], [1, 2]);
  const predict = (x: tf.Tensor) => tf.tidy(() => list(model.predict(x) as tf.Tensor));
  assert.deepEqual(predict(ids(0, 3)), [10, 13]);
  for (const id of [-1, 4]) {
    const message = new RegExp(`in the layer "breeds" failed: the index value ${id} is not in \\[0, 3\\]`);
    assert.throws(() => predict(ids(0, id)), message);
    assert.deepEqual(predict(ids(2, 1)), [12, 11]);
  }
});
