import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
});

const [inf, nan, low] = [Number.POSITIVE_INFINITY, Number.NaN, -(2 ** 31)];
// Values that are pending on this backend, so that nothing is known of them when a kernel is called.
const ints = (values: number[], shape = [values.length]) =>
  tf.add(tf.tensor(values, shape, 'int32'), tf.scalar(0, 'int32'));
const floats = (values: number[], shape = [values.length]) => tf.mul(tf.tensor(values, shape), 1);
const bools = (values: boolean[], shape = [values.length]) =>
  tf.logicalOr(tf.tensor(values, shape, 'bool'), tf.tensor(values, shape, 'bool'));

/** Calls in which this backend once differed from TF.js's cpu backend, which is the reference. */
const CALLS: Record<string, () => tf.Tensor> = {
  'int32 sums wrap around': () => tf.sum(ints([2147483647, 5])),
  'int32 sums along an axis': () => tf.sum(ints([2147483647, 5, 7, 8], [2, 2]), 1),
  'int32 products': () => tf.prod(ints([65536, 65536, 3])),
  'int32 remainders': () => tf.mod(ints([5, -5, 5, -5, 7, low, low, 0]), ints([3, 3, -3, -3, 0, 1, 7, 5])),
  'int32 remainder of the least number by -1': () => tf.mod(ints([low, 3]), ints([-1, -1])),
  'int32 division': () => tf.div(ints([7, -7, 1, low]), ints([2, 2, 0, -1])),
  'int32 floorDiv': () => tf.floorDiv(ints([7, -7, 7, 1, -1, 0, low]), ints([2, 2, -2, 0, 0, 0, -1])),
  'float floorDiv is int32': () => tf.floorDiv(floats([7, -7, 1, nan, 0]), floats([2, 2, 0, 1, 0])),
  'int32 powers': () => tf.pow(ints([2, 0, 3, -2, 2, 10]), ints([-1, -1, 2, 3, 31, 12])),
  'float remainder by infinity': () => tf.mod(floats([3, -3, inf, nan]), floats([inf, inf, 3, 1])),
  'casts to int32': () => tf.cast(floats([nan, inf, -inf, 3e9, -3e9, 1e20, 1.9, -1.9, 2 ** 31]), 'int32'),
  log1p: () => tf.log1p(floats([1e-10, -1e-10, 0, 1, -1, -2, inf, nan, 1e30, 0.5])),
  expm1: () => tf.expm1(floats([1e-10, -1e-10, 0, 1, -1, inf, -inf, nan, 88, -100, 0.5])),
  'topk of bool': () => tf.topk(bools([true, false, true]), 2).values,
  'clipByValue of bool': () => tf.clipByValue(bools([true, false]), 0, 1),
  'step of bool': () => tf.step(bools([true, false])),
  'matMul of bool': () =>
    tf.matMul(bools([true, false, false, true], [2, 2]), bools([true, false, true, true], [2, 2])),
  'neg of bool': () => tf.neg(bools([true, false])),
  'relu of bool': () => tf.relu(bools([true, false])),
  'argMax of nothing': () => tf.argMax(tf.zeros([2, 0]), 1),
  'argMin with NaN first': () => tf.argMin(floats([nan, 1, 0])),
  'argMax with NaN second': () => tf.argMax(floats([1, nan, 3])),
  'any of nothing': () => tf.any(tf.tensor1d([], 'bool')),
  'any of nothing along an axis': () => tf.any(tf.zeros([2, 0], 'bool'), 1),
  'all of nothing': () => tf.all(tf.tensor1d([], 'bool')),
  // Found by random programs.
  'int32 clipByValue without a lower bound': () => tf.clipByValue(ints([-4, 9]), -inf, 0),
  'int32 clipByValue without an upper bound': () => tf.clipByValue(ints([-4, 9]), 0, inf),
  'int32 atan2': () => tf.atan2(ints([3, -1, 0]), ints([1, 2, -1])),
  'floorDiv of bool is int32': () => tf.floorDiv(bools([true, false]), bools([true, true])),
  'a product over no elements': () =>
    tf.matMul(tf.zeros([2, 3, 0]), tf.reshape(tf.slice(floats([1, 2]), 0, 0), [2, 0, 3])),
  'the gradient of a sum of nothing': () => tf.grad((x: tf.Tensor) => tf.sum(x, 0))(tf.zeros([0, 1, 2])),
  'the gradient of a mean of nothing': () => tf.grad((x: tf.Tensor) => tf.mean(x))(tf.zeros([0, 3])),
  'int32 minimum of nothing': () => tf.min(tf.zeros([0], 'int32')),
};
for (const value of [inf, -inf, nan, -0]) {
  CALLS[`pad with ${value}`] = () => tf.pad(tf.tensor1d([5]), [[1, 1]], value);
  CALLS[`oneHot on ${value}`] = () => tf.oneHot(ints([1]), 2, value, 0, 'float32');
  CALLS[`oneHot off ${value}`] = () => tf.oneHot(ints([1]), 2, 1, value, 'float32');
  CALLS[`step to ${value}`] = () => tf.step(floats([-1, 1]), value);
  CALLS[`leakyRelu by ${value}`] = () => tf.leakyRelu(floats([-1, 1]), value);
  if (value > -inf) CALLS[`clipByValue up to ${value}`] = () => tf.clipByValue(floats([-1, 1]), -inf, value);
}

/** Elements of a result: booleans as such, whatever the cpu backend counts in them. */
async function resultOn(backend: string, call: () => tf.Tensor): Promise<unknown[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const result = call();
    const each = (value: number) => (result.dtype === 'bool' ? value !== 0 : value);
    return [result.dtype, ...result.shape, ...Array.from(result.dataSync(), each)];
  });
}

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name}: as on cpu`, async () => {
    const [expected, actual] = [await resultOn('cpu', call), await resultOn('onnxruntime', call)];
    assert.equal(actual.length, expected.length);
    for (const [i, value] of actual.entries()) {
      const wanted = expected[i];
      const close =
        typeof value === 'number' && typeof wanted === 'number'
          ? Object.is(value, wanted) || Math.abs(value - wanted) <= 1e-6 * Math.abs(wanted)
          : value === wanted;
      assert.ok(close, `expected ${expected}, received ${actual}`);
    }
  });
}

test('a filter whose reach is larger than the picture is refused when it is called', async () => {
  await tf.setBackend('onnxruntime');
  const [x, filter] = [tf.ones([1, 3, 3, 1]) as tf.Tensor4D, tf.ones([3, 3, 1, 1]) as tf.Tensor4D];
  assert.throws(() => tf.conv2d(x, filter, 1, 'valid', 'NHWC', [5, 4]), /the filter's reach.*\[1,-7,-5,1\]/);
  assert.throws(() => tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', [5, 4]), /the filter's reach/);
  assert.throws(() => tf.maxPool(x, 6, 1, 'valid'), /the filter's reach/);
  const volume = tf.ones([1, 4, 4, 4, 1]) as tf.Tensor5D;
  assert.throws(() => tf.maxPool3d(volume, 1, 2, 'same'), /strides up to the filter's size/);
  tf.dispose([x, filter]);
});
