import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { Normalization } from '../../lib/models/backbones/channel-layers';
import { assignWeights, buildHead, currentLayerName, readWeights, saveModel } from '../../lib/models/index';
import { generatedWeight, uniform } from './support/generated-weights';
import { goldenFolder, readGolden, relativeError } from './support/golden';

let folder: string;
before(async () => {
  await startEngine({ backend: 'cpu' });
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-weights-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The same layers as `narrow` of make.py; `conv2d` has an automatic name, as Xception's shortcuts. */
function buildNarrow(): tf.LayersModel {
  const input = tf.input({ shape: [9, 9, 3], name: 'input_layer' });
  const layers = [
    new Normalization({ name: 'normalization' }),
    tf.layers.conv2d({ filters: 4, kernelSize: 3, name: 'stem_conv' }),
    tf.layers.batchNormalization({ name: 'stem_bn' }),
    tf.layers.depthwiseConv2d({ kernelSize: 3, useBias: false, padding: 'same', name: 'dwconv' }),
    tf.layers.separableConv2d({
      filters: 6,
      kernelSize: 3,
      useBias: false,
      depthMultiplier: 1,
      name: 'sepconv',
    }),
    tf.layers.conv2d({ filters: 5, kernelSize: 1, strides: 2, useBias: false, name: 'conv2d' }),
    tf.layers.globalAveragePooling2d({ name: 'avg_pool' }),
    tf.layers.dense({ units: 3, activation: 'softmax', name: 'predictions' }),
  ];
  const output = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output });
}

const golden = readGolden().narrow;
const files = {
  'keras3-legacy.h5': golden.outputs,
  'keras3.weights.h5': golden.outputs,
  'keras3-model.h5': golden.outputs,
  'keras3-nested.h5': golden.outputs,
  'keras2-legacy.h5': golden.keras2Outputs,
};
for (const [file, outputs] of Object.entries(files))
  test(`weights of ${file} are read, and give Keras' outputs`, async () => {
    const model = buildNarrow();
    const map = await readWeights(join(goldenFolder, file));
    const stem = map.layers.get('stem_conv') ?? [];
    assert.deepEqual(stem.map(({ shape }) => shape), [[3, 3, 3, 4], [4]]); // biome-ignore format: one line
    assert.deepEqual(stem[0]?.values, generatedWeight('stem_conv', 'kernel', [3, 3, 3, 4]));
    assignWeights(model, map);
    const input = tf.tensor4d(
      Float32Array.from(uniform('pixels', 243), (x) => Math.floor(256 * x) / 255),
      [1, 9, 9, 3],
    );
    const output = model.predict(input) as tf.Tensor;
    const error = relativeError(await output.data(), outputs);
    assert.ok(error < 1e-6, `relative error ${error}`);
    tf.dispose([input, output]);
    model.dispose();
  });

test('a TF.js layers model is read by layer name', async () => {
  const head = buildHead({ featureSize: 3, classes: 2, hidden: 4, seed: 1 });
  await saveModel(head, join(folder, 'head'), {});
  const { layers } = await readWeights(join(folder, 'head'));
  assert.deepEqual([...layers.keys()], ['dense', 'dense_1']);
  const [kernel] = layers.get('dense_1') ?? [];
  assert.deepEqual(kernel?.shape, [4, 2]);
  assert.deepEqual(kernel.values, await elementAt(head.getWeights(), 2).data());
  await truncate(join(folder, 'head', 'weights.bin'), 12);
  await assert.rejects(
    readWeights(join(folder, 'head')),
    /is damaged: its shards end in dense\/kernel, after 12 bytes/,
  );
  head.dispose();
});

test('layer names of old Keras are found under their new names', () => {
  const names = {
    conv1: 'conv1_conv',
    bn_conv1: 'conv1_bn',
    res2a_branch1: 'conv2_block1_0_conv',
    bn3d_branch2a: 'conv3_block4_1_bn',
    res4f_branch2b: 'conv4_block6_2_conv',
    bn5c_branch2c: 'conv5_block3_3_bn',
    fc1000: 'predictions',
    conv5_block3_3_bn: 'conv5_block3_3_bn',
  };
  for (const [old, current] of Object.entries(names))
    assert.equal(currentLayerName('resnet50', old), current);
  assert.equal(currentLayerName('vgg19', 'conv1'), 'conv1');
});

test('damaged and foreign files end in a message that says what is wrong', async () => {
  const whole = join(goldenFolder, 'keras3-legacy.h5');
  const cut = join(folder, 'cut.h5');
  await copyFile(whole, cut);
  await truncate(cut, 20000);
  const size = (await readFile(whole)).length;
  await assert.rejects(
    readWeights(cut),
    new RegExp(`cut.h5 is truncated: expected ${size} bytes, found 20000`),
  );
  const text = join(folder, 'text.h5');
  await writeFile(text, '<!DOCTYPE html><title>404 Not Found</title> and so on for a while');
  await assert.rejects(readWeights(text), /expected an HDF5 file \(\.h5\), .*text\.h5 is something else/);
  await assert.rejects(readWeights(join(folder, 'none.h5')), /expected weights .* found nothing there/);
});

test('weights of another architecture are refused, by layer and shape', async () => {
  const map = await readWeights(join(goldenFolder, 'keras3-legacy.h5'));
  const other = tf.sequential({
    layers: [tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [9, 9, 3], name: 'stem_conv' })],
  });
  assert.throws(
    () => assignWeights(other, map),
    /expected weights \[3, 3, 3, 8\] \[8\] for layer stem_conv, found \[3, 3, 3, 4\] \[4\] in .*another architecture/,
  );
  const missing = tf.sequential({
    layers: [tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [9, 9, 3], name: 'block9_conv' })],
  });
  assert.throws(() => assignWeights(missing, map), /for layer block9_conv in .*, found no such layer/);
});
