import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { pathOf } from '../../../lib/engine/onnxruntime/files';
import { registerOnnxruntimeBackend } from '../../../lib/engine/onnxruntime/index';

let folder = '';

before(async () => {
  await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
  folder = await mkdtemp(join(tmpdir(), 'my dogs '));
});
after(() => rm(folder, { recursive: true }));

function dogs(units = 3): tf.Sequential {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 4, inputShape: [2], activation: 'relu' }), tf.layers.dense({ units })],
  });
  model.compile({ loss: 'meanSquaredError', optimizer: 'adam' });
  return model;
}
const weightsOf = (model: tf.LayersModel) => model.getWeights().map((w) => Array.from(w.dataSync()));

test('a model is saved as tfjs-node saves it, and loaded again', async () => {
  const model = dogs();
  const { modelArtifactsInfo } = await model.save(`file://${join(folder, 'a', 'b')}`, {
    includeOptimizer: true,
  });
  assert.equal(modelArtifactsInfo.modelTopologyType, 'JSON');
  assert.deepEqual((await readdir(join(folder, 'a', 'b'))).sort(), ['model.json', 'weights.bin']);
  const json = JSON.parse(await readFile(join(folder, 'a', 'b', 'model.json'), 'utf8'));
  assert.equal(json.format, 'layers-model');
  assert.deepEqual(json.weightsManifest[0].paths, ['weights.bin']);
  assert.equal(json.weightsManifest[0].weights[0].shape.join(), '2,4');
  assert.equal(json.trainingConfig.loss, 'mean_squared_error');
  const addresses = [
    `file://${join(folder, 'a', 'b', 'model.json')}`,
    pathToFileURL(join(folder, 'a', 'b', 'model.json')).href,
    `file://${relative(process.cwd(), join(folder, 'a', 'b', 'model.json'))}`,
  ];
  for (const address of addresses) {
    const again = await tf.loadLayersModel(address);
    assert.deepEqual(weightsOf(again), weightsOf(model));
    await again.trainOnBatch(tf.ones([1, 2]), tf.ones([1, 3]));
  }
});

test('saving over a model replaces it whole, and leaves nothing else', async () => {
  const path = join(folder, 'again');
  const models = [dogs(2), dogs(3), dogs(4)];
  for (const model of models) {
    await model.save(`file://${path}`);
    const again = await tf.loadLayersModel(`file://${path}/model.json`);
    assert.deepEqual(weightsOf(again), weightsOf(model));
    assert.equal((await readdir(path)).length, 2);
  }
});

test('a save that fails leaves the model that was there', async () => {
  const path = join(folder, 'kept');
  const model = dogs();
  await model.save(`file://${path}`);
  const broken = dogs(5);
  broken.toJSON = () => {
    throw new Error('no topology');
  };
  await assert.rejects(broken.save(`file://${path}`), /no topology/);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(dogs().save(`file://${join(folder, 'file')}`), /EEXIST|ENOTDIR/);
  assert.deepEqual(weightsOf(await tf.loadLayersModel(`file://${path}/model.json`)), weightsOf(model));
});

test('what cannot be loaded is named, with what to do', async () => {
  const path = join(folder, 'damaged');
  await dogs().save(`file://${path}`);
  await assert.rejects(tf.loadLayersModel(`file://${path}`), /found a folder: add \/model\.json/);
  await assert.rejects(
    tf.loadLayersModel(`file://${path}/nothing.json`),
    /nothing\.json, could not read it \(ENOENT\)/,
  );
  await truncate(join(path, 'weights.bin'), 9);
  await assert.rejects(tf.loadLayersModel(`file://${path}/model.json`), /copied in part or damaged/);
  await truncate(join(path, 'model.json'), 100);
  await assert.rejects(
    tf.loadLayersModel(`file://${path}/model.json`),
    /it may be damaged; save the model again/,
  );
});

test('addresses become paths, those of Windows too', () => {
  assert.equal(pathOf('file:///models/dogs', false), '/models/dogs');
  assert.equal(pathOf('file:///models/my%20dogs', false), '/models/my dogs');
  assert.equal(pathOf('file://./dogs', false), join(process.cwd(), 'dogs'));
  assert.equal(pathOf('file://C:\\models\\my dogs', true), 'C:\\models\\my dogs');
  assert.equal(pathOf('file://C:/models/dogs', true), 'C:\\models\\dogs');
  assert.equal(pathOf('file:///C:/models/my%20dogs', true), 'C:\\models\\my dogs');
  assert.equal(pathOf('file://C:\\models\\100%20off', true), 'C:\\models\\100%20off');
});
