import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import {
  type OnnxGraph,
  openOnnx,
  optimizeOnnx,
  readOnnx,
  startEngine,
  writeOnnx,
} from '../../lib/engine/index';
import {
  type Backbone,
  featureRecipe,
  loadNetworks,
  pooledFeatures,
  preprocessPixels,
  quantizeBackbone,
  quantizedFiles,
  recipeHash,
  weightBitsOf,
  weightRecord,
} from '../../lib/models/index';
import { correctBiases } from '../../lib/models/quantize/correct-biases';
import { measureNoise } from '../../lib/models/quantize/measure-noise';
import { narrowWeights } from '../../lib/models/quantize/narrow-weights';
import { networkGraph, producersOf } from '../../lib/models/quantize/network-graph';
import { planQuantization } from '../../lib/models/quantize/plan-quantization';
import { quantizeGraph } from '../../lib/models/quantize/quantize-graph';
import { activationScale, quantizeWeights, roundEven } from '../../lib/models/quantize/quantize-values';
import { entropyRange, percentileRange, type Range } from '../../lib/models/quantize/ranges';
import { temporaryFolder } from '../support/temporary-folder';
import { fillModel } from './support/generated-weights';

interface Golden {
  ranges: Record<string, [number, number]>;
  float: number[];
  7: Quantized;
  8: Quantized;
}
interface Quantized {
  features: number[];
  constants: Record<string, { shape: number[]; type: string; base64: string }>;
}

/** test/golden/models/quantize.py: what onnxruntime's own tool makes of the same graph and ranges. */
const path = (name: string) => new URL(`../golden/models/${name}`, import.meta.url);
const golden = JSON.parse(readFileSync(path('quantize.json'), 'utf8')) as Golden;
const graph = readOnnx(readFileSync(path('quantize.onnx')));
const ranges = new Map<string, Range>(
  Object.entries(golden.ranges).map(([name, [min, max]]) => [name, { min, max }]),
);
// the tool gives an average the scale of what goes in, `quantizeGraph` its own: with one range they are the same
for (const { type, inputs, outputs } of graph.nodes)
  if (type === 'AveragePool') ranges.set(outputs[0] ?? '', ranges.get(inputs[0] ?? '') ?? { min: 0, max: 0 });
const pixels = Float32Array.from({ length: 4 * 12 * 12 * 3 }, (_, i) => Math.sin(i * 0.37));

before(() => startEngine({ backend: 'onnxruntime' }));

async function run(model: OnnxGraph): Promise<Float32Array> {
  const runner = await openOnnx(writeOnnx(model), { threads: 1 });
  const { features = new Float32Array() } = await runner.run(pixels, [4, 12, 12, 3]);
  await runner.dispose();
  return features;
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - elementAt(b, i))));

test('a graph that is read and written again computes the same', async () => {
  assert.ok(largest(await run(readOnnx(writeOnnx(graph))), golden.float) < 1e-5);
  const optimized = readOnnx(await optimizeOnnx(writeOnnx(graph)));
  assert.equal(optimized.nodes.filter(({ type }) => type === 'Conv').length, 6);
  assert.throws(() => readOnnx(writeOnnx(graph).subarray(0, 900)), /cut off or damaged/);
});

for (const weightBits of [8, 7] as const) {
  const expected = golden[weightBits];
  test(`${weightBits}-bit weights: bytes, scales and answers are those of onnxruntime.quantization`, async () => {
    const quantized = quantizeGraph(graph, ranges, { weightBits });
    let compared = 0;
    for (const [name, { shape, base64 }] of Object.entries(expected.constants)) {
      const own = name
        .replace(/_quantized_scale$/, '_scale')
        .replace(/_zero_point$/, '_zero')
        .replace(/_quantized$/, '_q');
      const found = quantized.constants.get(own);
      if (name.endsWith('_quantized_zero_point')) continue; // of biases: 0, left out
      assert.ok(found, `${name}: ${own} is missing`);
      assert.deepEqual(found.shape, shape, name);
      const { buffer, byteOffset, byteLength } = found.data;
      assert.equal(
        Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64'),
        base64,
        name,
      );
      compared++;
    }
    assert.ok(compared >= 40, `${compared} constants`);
    // the runtimes' versions differ: one step of the last tensor
    assert.ok(largest(await run(quantized), expected.features) < 0.02);
  });
}

test('a processor with VNNI takes 8 bits, others 7', () => {
  assert.equal(weightBitsOf('sse avx2 fma'), 7);
  assert.equal(weightBitsOf('avx512f avx512_vnni'), 8);
  assert.equal(weightBitsOf('avx2 avx_vnni'), 8);
  assert.equal(weightBitsOf(''), 7);
});

test('rounding, scales and ranges', () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 2.4].map(roundEven).map(Math.abs), [0, 2, 2, 0, 2, 2]);
  assert.deepEqual(activationScale({ min: 0.5, max: 2.55 }), { scale: Math.fround(0.01), zero: 0 });
  assert.equal(activationScale({ min: -1, max: 1 }).zero, 128);
  assert.deepEqual(activationScale({ min: 0, max: 0 }), { scale: 1, zero: 0 });
  assert.deepEqual([...quantizeWeights(Float32Array.of(1, -0.5, 0, 0), 2, 8).bytes], [127, -64, 0, 0]);
  assert.deepEqual([...quantizeWeights(Float32Array.of(1, -0.5, 0, 0), 2, 7).bytes], [64, -32, 0, 0]);
  const counts = Float64Array.from({ length: 1000 }, (_, bin) => (bin < 500 ? 10 : 0));
  counts[999] = 1; // one value far away
  assert.deepEqual(percentileRange({ min: 0, max: 10, counts }, 0.999), { min: 0, max: 5 });
  assert.deepEqual(percentileRange({ min: 0, max: 10, counts }, 1), { min: 0, max: 10 });
  const { min, max } = entropyRange({ min: 0, max: 10, counts });
  assert.ok(min === 0 && max < 6, `0 to ${max}: the far value is given up`);
});

test('corrected biases take back the mean error, and 7 bits made of 8 stay near', async () => {
  const means = new Map<string, Float64Array>();
  const names = [
    ...new Set(graph.nodes.flatMap(({ type, inputs }) => (type === 'Conv' ? inputs.slice(0, 1) : []))),
  ];
  for (const name of names) means.set(name, new Float64Array(12).fill(0.25));
  const corrected = correctBiases(graph, means, 7);
  const [conv] = graph.nodes.filter(({ type }) => type === 'Conv');
  const [, w = '', b = ''] = conv?.inputs ?? [];
  const [weights, before, after] = [
    graph.constants.get(w),
    graph.constants.get(b),
    corrected.constants.get(b),
  ];
  assert.ok(weights && before && after);
  const { bytes, scales } = quantizeWeights(weights.data as Float32Array, 8, 7);
  for (let channel = 0; channel < 8; channel++) {
    let error = 0;
    for (let i = channel * 27; i < channel * 27 + 27; i++)
      error +=
        elementAt(bytes, i) * elementAt(scales, channel) - Number(elementAt(weights.data as Float32Array, i));
    const moved = Number(after.data[channel]) - Number(before.data[channel]);
    assert.ok(Math.abs(moved + 0.25 * error) < 1e-6, `channel ${channel}`);
  }
  const wide = quantizeGraph(graph, ranges, { weightBits: 8 });
  const narrow = narrowWeights(wide);
  for (const { type, data } of narrow.constants.values())
    if (type === 'int8') assert.ok((data as Int8Array).every((byte) => Math.abs(byte) <= 64));
  assert.ok(largest(await run(narrow), await run(wide)) < 0.2);
});

test('each convolution has its own noise, and what is named stays in float', async () => {
  const noise = await measureNoise(graph, ranges, 8, [{ data: pixels, shape: [4, 12, 12, 3] }]);
  assert.equal(noise.size, 6);
  for (const [name, share] of noise) assert.ok(share > 0 && share < 0.01, `${name}: ${share}`);
  const coarse = await measureNoise(graph, ranges, 7, [{ data: pixels, shape: [4, 12, 12, 3] }]);
  const sum = (map: Map<string, number>) => [...map.values()].reduce((a, b) => a + b, 0);
  assert.ok(sum(coarse) > sum(noise), '7 bits lose more than 8');
  const kept = quantizeGraph(graph, ranges, { weightBits: 8, keepFloat: new Set(noise.keys()) });
  assert.ok(![...kept.constants.keys()].some((name) => /_W_.*_q$/.test(name)), 'no weights are rounded');
});

/** A few layers of the kinds that networks have. */
function smallBackbone(): Backbone {
  const { layers } = tf;
  const record = weightRecord('mobilenetv2');
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.batchNormalization({ axis: -1 }),
      layers.activation({ activation: 'relu6' }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
      layers.activation({ activation: 'relu' }),
      layers.conv2d({ filters: 12, kernelSize: 1, activation: 'relu' }),
      layers.globalAveragePooling2d({}),
    ],
  });
  fillModel(model);
  return {
    ...{ name: 'mobilenetv2', record, model, classifier: null, inputSize: 32, featureSize: 12 },
    ...{ inputScaling: 'correct', weightsPath: __filename },
    preprocess: (batch) => preprocessPixels(batch, record),
    dispose: () => model.dispose(),
  };
}

test('a quantized backbone answers nearly as float does, at any batch, and is a recipe of its own', async (t) => {
  const images = Array.from({ length: 12 }, (_, photo) => {
    const data = Uint8Array.from(
      { length: 32 * 32 * 3 },
      (_, i) => 128 + 100 * Math.sin(i * 0.003 * (photo + 1)),
    );
    return { data, width: 32, height: 32 };
  });
  const backbone = smallBackbone();
  const { input } = featureRecipe(backbone, { views: 'flip' });
  const { backbone: int8, report } = await quantizeBackbone(backbone, images, input);
  assert.equal(report.photos, 12);
  assert.ok(report.convolutions > 0 && report.noise.largest < 0.5);
  const tensors = tf.memory().numTensors;
  for (const batch of [1, 3]) {
    const [a, b] = tf.tidy(() => {
      const photos = tf.tensor4d(Float32Array.from(images.slice(0, batch).flatMap(({ data }) => [...data])), [
        batch,
        32,
        32,
        3,
      ]);
      return [backbone, int8].map((each) => pooledFeatures(photos, each, input));
    }) as [tf.Tensor2D, tf.Tensor2D];
    const [expected, found] = [await a.data(), await b.data()];
    tf.dispose([a, b]);
    const norm = Math.max(...Array.from(expected, Math.abs));
    assert.ok(largest(expected, found) < 0.1 * norm, `${largest(expected, found)} of ${norm}`);
  }
  assert.equal(tf.memory().numTensors, tensors);
  const [float, own] = [featureRecipe(backbone), featureRecipe(int8)];
  assert.notEqual(recipeHash(float), recipeHash(own));
  assert.equal(own.networks[0]?.precision, 'int8');
  assert.ok(!('precision' in elementAt(float.networks, 0)), 'recipes of float networks are as they were');

  const folder = await temporaryFolder(t);
  const load = async () => backbone;
  await assert.rejects(loadNetworks(own, { load, folder }), /8-bit network.*found none.*dogbreeds quantize/s);
  for (const [name, bytes] of Object.entries(quantizedFiles([int8])))
    writeFileSync(`${folder}/${name}`, bytes);
  const [again] = await loadNetworks(own, { load, folder });
  assert.equal(again?.quantized?.identity, int8.quantized?.identity);
  for (const name of Object.keys(quantizedFiles([int8]))) {
    const bytes = quantizedFiles([int8])[name] ?? new Uint8Array();
    const other = Uint8Array.from(bytes);
    other[other.length - 12] = elementAt(other, other.length - 12) ^ 1;
    writeFileSync(`${folder}/${name}`, other);
  }
  await assert.rejects(loadNetworks(own, { load, folder }));
  backbone.dispose();
});

test('an average goes behind the 1 x 1 convolution that alone reads it, where that is less work, and changes nothing', async () => {
  const size = 12;
  type Block = { pool: object; conv: object; twice?: boolean; moves: boolean };
  const same = { poolSize: 3, strides: 1, padding: 'same' } as const;
  const narrow = { filters: 4, kernelSize: 1 } as const;
  const blocks: Block[] = [
    { pool: same, conv: narrow, moves: true },
    { pool: { ...same, padding: 'valid' }, conv: { ...narrow, useBias: false }, moves: true },
    { pool: { ...same, strides: 2 }, conv: narrow, moves: false },
    { pool: same, conv: { ...narrow, strides: 2 }, moves: false },
    { pool: same, conv: { ...narrow, kernelSize: 3, padding: 'same' }, moves: false },
    { pool: same, conv: { ...narrow, filters: 16 }, moves: false },
    { pool: same, conv: narrow, twice: true, moves: false },
  ];
  for (const [i, { pool, conv, twice, moves }] of blocks.entries()) {
    const input = tf.input({ shape: [size, size, 3] });
    const options = {
      kernelInitializer: tf.initializers.glorotNormal({ seed: i }),
      biasInitializer: 'ones',
    } as const;
    const first = tf.layers
      .conv2d({ ...options, filters: 16, kernelSize: 3, activation: 'relu' })
      .apply(input);
    const pooled = tf.layers.averagePooling2d(pool).apply(first) as tf.SymbolicTensor;
    const thin = tf.layers.conv2d({ ...options, ...narrow, ...conv, activation: 'relu' }).apply(pooled);
    const both = twice ? tf.layers.concatenate().apply([thin as tf.SymbolicTensor, pooled]) : thin;
    const features = tf.layers.globalAveragePooling2d({}).apply(both) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: features });
    const made = await networkGraph({ model, inputSize: size } as Backbone);
    const producers = producersOf(made);
    const [average] = made.nodes.filter(({ type }) => type === 'AveragePool');
    const before = producers.get(average?.inputs[0] ?? '');
    assert.equal(before?.type === 'Conv', moves, `block ${i}: an average behind ${before?.type}`);
    const expected = tf.tidy(() => model.predict(tf.tensor4d(pixels, [4, size, size, 3])) as tf.Tensor);
    assert.ok(largest(await run(made), await expected.data()) < 1e-5, `block ${i}`);
    // a ReLU behind an average costs nothing either
    const known = new Map<string, Range>();
    for (const name of planQuantization(made).tensors) known.set(name, { min: -4, max: 4 });
    for (const name of planQuantization(made).absorbed.values()) known.set(name, { min: 0, max: 4 });
    const quantized = quantizeGraph(made, known, { weightBits: 8 });
    if (!twice) assert.ok(!quantized.nodes.some(({ type }) => type === 'Relu'), `block ${i}`);
    assert.ok(largest(await run(quantized), await expected.data()) < 0.1, `block ${i}, 8 bits`);
    expected.dispose();
    model.dispose();
  }
});
