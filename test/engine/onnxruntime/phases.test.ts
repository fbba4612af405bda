import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../../lib/base/index';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';
import { NativeSessionFactory } from '../../../lib/engine/onnxruntime/run/binding';
import { channelBlockOf } from '../../../lib/engine/onnxruntime/run/probe';
import { watchGraphs } from './support/opened-graphs';

const graphs = watchGraphs();
/** True if an operator stands in a graph that was opened. */
const isOpened = (operator: string) => graphs.some((graph) => graph.includes(operator));
let block = 0;
before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  block = channelBlockOf(new NativeSessionFactory({ executionProviders: ['cpu'], logSeverityLevel: 4 }));
});

const random = createRandom(20261128);
const pick = <T>(...of: T[]): T => of[Math.floor(random.next() * of.length)] as T;

/** Numbers in [-most, most]; multiples of a quarter have exact sums, so that windows have equal maxima. */
function numbers(shape: number[], areQuarters: boolean, most = 2): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const number = () => (random.next() * 2 - 1) * most;
  return tf.tensor(
    Float32Array.from({ length: size }, () => (areQuarters ? Math.round(number() * 4) / 4 : number())),
    shape,
  );
}

/** A convolution, what may stand behind it, and a max pooling, of pictures large enough to be taken apart. */
interface Stack {
  batch: number;
  height: number;
  width: number;
  channels: number;
  filters: number;
  kernel: [number, number];
  pad: 'same' | 'valid';
  bias: boolean;
  norm: boolean;
  activation: 'relu' | 'elu' | 'none';
  /** A second convolution before the pooling. */
  twice: boolean;
  /** The image's gradient is wanted, as of a layer that is not the first. */
  inner: boolean;
}

function randomStack(): Stack {
  const filters = pick(1, 3, 4, 8, 16, 17);
  const [height, width] = [pick(12, 16, 26, 15), pick(14, 20, 32)];
  const batch = Math.ceil((1 << 14) / ((height - 6) * (width - 6) * filters)) + 1;
  return {
    ...{ batch, height, width, filters, channels: pick(1, 2, 3, 8) },
    kernel: [pick(1, 2, 3, 4, 5), pick(1, 2, 3, 4, 7)],
    ...{ pad: pick('same', 'same', 'valid'), bias: pick(true, false), norm: pick(true, false) },
    ...{ activation: pick('relu', 'relu', 'elu', 'none'), twice: pick(true, false, false) },
    inner: pick(true, false),
  };
}

/**
 * The loss of a stack, and its gradients by the image and by everything that is trained.
 * @param isRead reads what is pooled, which therefore has to be there as whole pictures
 */
function gradientsOf(stack: Stack, inputs: tf.Tensor[], weights: tf.Tensor, isRead = false) {
  const loss = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor, gamma: tf.Tensor, again: tf.Tensor) => {
    let y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, stack.pad) as tf.Tensor;
    if (stack.bias) y = y.add(b);
    if (stack.norm) {
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      y = tf.batchNorm(
        y as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        b as tf.Tensor1D,
        gamma as tf.Tensor1D,
        0.01,
      );
    }
    if (stack.activation === 'relu') y = y.relu();
    if (stack.activation === 'elu') y = y.elu();
    if (stack.twice) y = tf.conv2d(y as tf.Tensor4D, again as tf.Tensor4D, 1, 'same');
    if (isRead) y.dataSync();
    const pooled = tf.maxPool(y as tf.Tensor4D, 2, 2, 'same');
    const weighted = pooled.mul(
      weights.slice([0, 0, 0, 0], pooled.shape as [number, number, number, number]),
    );
    return tf.addN([weighted, b, gamma, again].map((each) => each.mean())) as tf.Scalar;
  };
  if (stack.inner) {
    const { value, grads } = tf.valueAndGrads(loss)(inputs);
    return [value, ...grads];
  }
  const [image, ...trained] = inputs as [tf.Tensor, ...tf.Tensor[]];
  const ofTrained = (...rest: tf.Tensor[]) =>
    loss(image, ...(rest as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]));
  const { value, grads } = tf.valueAndGrads(ofTrained)(trained);
  return [value, ...grads];
}

async function on(backend: string, compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => compute().map((tensor) => tensor.dataSync() as Float32Array));
}

function compare(actual: Float32Array[], expected: Float32Array[], what: string): void {
  expected.forEach((values, at) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = actual[at]?.reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] ?? 0))), 0);
    assert.ok(
      (off ?? 1) <= 2e-4 * largest + 1e-9,
      `${what}, result ${at}: off by ${off}, largest value ${largest}`,
    );
  });
}

test('convolutions of many channels, or of single pixels, stay whole', async () => {
  for (const [channels, filters, size] of [
    [16, 32, 3],
    [3, 4, 1],
  ] as const) {
    await tf.setBackend('onnxruntime');
    const stack: Stack = {
      ...{ batch: 8, height: 32, width: 32, channels, filters, kernel: [size, size], pad: 'same' },
      ...{ bias: true, norm: true, activation: 'relu', twice: false, inner: true },
    };
    const inputs = [[8, 32, 32, channels], [size, size, channels, filters], [filters], [filters]];
    graphs.length = 0;
    await on('onnxruntime', () =>
      gradientsOf(
        stack,
        [...inputs, [3, 3, filters, filters]].map((shape) => numbers(shape, true)),
        numbers([8, 32, 32, filters], true),
      ),
    );
    assert.ok(isOpened('MaxPool') && !isOpened('ReduceMax'));
  }
});

test('convolutions before a max pooling that are taken apart into phases: gradients of random stacks', async () => {
  const met = { phases: 0, blocks: 0 };
  for (let round = 0; round < 120; round++) {
    const stack = randomStack();
    const { batch, height, width, channels, filters, kernel } = stack;
    await tf.setBackend('onnxruntime');
    // a second convolution of inexact numbers would make equal maxima unequal, in one order of summing and not in another
    const isExact = !stack.twice || (!stack.norm && stack.activation !== 'elu');
    const inputs = [
      numbers([batch, height, width, channels], isExact),
      numbers([...kernel, channels, filters], isExact, 1),
      numbers([filters], isExact),
      numbers([filters], isExact).add(3),
      numbers([3, 3, filters, filters], isExact, 1),
    ];
    const weights = numbers([batch, height, width, filters], isExact);
    graphs.length = 0;
    const actual = await on('onnxruntime', () => gradientsOf(stack, inputs, weights));
    if (isOpened('ReduceMax')) met.phases++; // of the pooling: the losses have no other
    if (isOpened('com.microsoft.nchwc')) met.blocks++;
    // nothing is taken apart there; that is compared with TF.js's backend in the other tests, and here now and then
    compare(
      actual,
      await on('onnxruntime', () => gradientsOf(stack, inputs, weights, true)),
      JSON.stringify(stack),
    );
    if (round % 4 === 0)
      compare(actual, await on('cpu', () => gradientsOf(stack, inputs, weights)), JSON.stringify(stack));
    tf.dispose([...inputs, weights]);
  }
  assert.ok(met.phases >= 20, `expected most stacks to be taken apart, were ${met.phases}`);
  assert.ok(
    block === 0 || met.blocks >= 20,
    `expected stacks in blocks of ${block} channels, were ${met.blocks}`,
  );
});
