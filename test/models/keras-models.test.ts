import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import {
  assignWeights,
  attachHead,
  buildBackbone,
  buildHead,
  buildScratchCnn,
  loadModel,
  readWeights,
  saveKerasModel,
} from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { fillModel, generatedPixels } from './support/generated-weights';
import { goldenFolder, relativeError } from './support/golden';

const python = process.env.PYTHON;
const withKeras = python
  ? spawnSync(python, ['-c', 'import tensorflow'], { stdio: 'ignore' }).status === 0
  : false;
const skip = withKeras
  ? false
  : 'set PYTHON to a Python with tensorflow to let real Keras write and open whole models';
const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-keras-models-'));
const golden = JSON.parse(readFileSync(join(goldenFolder, 'models.json'), 'utf8')) as Record<
  string,
  number[]
>;
before(() => startEngine());
after(() => rmSync(folder, { recursive: true, force: true }));

/** What keras_models.py prints for these arguments. */
function keras(...args: string[]): unknown {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const script = join(goldenFolder, 'keras_models.py');
  const { status, stdout, stderr } = spawnSync(nonNull(python), [script, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1e8,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

async function predict(model: tf.LayersModel): Promise<Float32Array> {
  const pixels = generatedPixels(nonNull(model.inputs[0]?.shape[1]));
  const output = model.predict(pixels) as tf.Tensor;
  const values = (await output.data()) as Float32Array;
  tf.dispose([pixels, output]);
  return values;
}

for (const [name, outputs] of Object.entries(golden))
  for (const ending of ['keras', 'h5'])
    test(`model-${name}.${ending}, which Keras saved whole, loads and predicts equally`, async () => {
      const { model, metadata } = await loadModel(join(goldenFolder, `model-${name}.${ending}`));
      assert.deepEqual(metadata, {});
      assert.equal(model.name, name);
      const tensors = tf.memory().numTensors;
      const error = relativeError(await predict(model), outputs);
      assert.ok(error < 1e-5, `relative error ${error}`);
      assert.equal(tf.memory().numTensors, tensors);
      model.dispose();
    });

for (const ending of ['keras', 'h5'])
  test(`models written as .${ending} load again, and predict equally`, async () => {
    for (const [name, outputs] of Object.entries(golden)) {
      const { model } = await loadModel(join(goldenFolder, `model-${name}.keras`));
      const path = join(folder, `${name}.${ending}`);
      await saveKerasModel(model, path);
      const again = (await loadModel(path)).model;
      assert.ok(relativeError(await predict(again), outputs) < 1e-5);
      model.dispose();
      again.dispose();
    }
  });

test('a head whose layers Keras numbered dense_2 and dense_3 is taken by order', async () => {
  const head = tf.sequential({
    layers: [
      tf.layers.dense({ units: 7, inputShape: [12], name: 'dense' }),
      tf.layers.dense({ units: 4, name: 'dense_1' }),
    ],
  });
  const map = await readWeights(join(goldenFolder, 'model-numbered.h5'));
  assignWeights(head, map);
  assert.deepEqual(await elementAt(head.getWeights(), 2).data(), map.layers.get('dense_3')?.[0]?.values);
  head.dispose();
});

test('what cannot be loaded ends in a message that says what to do', async () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  await assert.rejects(
    loadModel(join(goldenFolder, 'keras3.weights.h5')),
    /expected a whole Keras model in .*, found weights only: save it with model\.save/,
  );
  await assert.rejects(loadModel(write('text.keras', 'x'.repeat(99))), /text\.keras is something else/);
  await assert.rejects(loadModel(write('cut.keras', 'PK\x03\x04 cut')), /cannot read .*cut\.keras/);
  await assert.rejects(loadModel(join(folder, 'none.keras')), /none\.keras/);
  mkdirSync(join(folder, 'saved'));
  write('saved/saved_model.pb', '');
  for (const load of [loadModel, readWeights])
    await assert.rejects(load(join(folder, 'saved')), /TensorFlow SavedModel, .* save it with model\.save/);
  const model = buildScratchCnn({ classes: 3, imageSize: 12, seed: 1 });
  await assert.rejects(
    saveKerasModel(model, join(folder, 'x.bin')),
    /ends in \.keras or \.h5, received .*x\.bin/,
  );
  model.dispose();
});

test("the presentation's final model, saved by real Keras, loads and predicts equally", {
  skip,
}, async () => {
  const { parameters, outputs } = keras('final', folder) as { parameters: number; outputs: number[] };
  assert.equal(parameters, 11632039);
  for (const ending of ['keras', 'h5']) {
    const path = join(folder, `final.${ending}`);
    const { model } = await loadModel(path);
    assert.equal(model.countParams(), parameters);
    const found = await predict(model);
    const error = Math.max(...outputs.map((value, index) => Math.abs(value - elementAt(found, index))));
    console.log(`final.${ending}: largest difference of a probability ${error.toExponential(1)}`);
    assert.ok(error < 1e-5, `difference ${error}`);
    model.dispose();
    rmSync(path);
  }
});

test('models built and trained here open in real Keras, as .keras and as .h5, and predict equally', {
  skip,
}, async () => {
  const cnn = buildScratchCnn({ classes: 5, imageSize: 24, seed: 3 });
  fillModel(cnn);
  cnn.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const [x, y] = [
    tf.randomUniform([8, 24, 24, 3], 0, 1, 'float32', 4),
    tf.oneHot([0, 1, 2, 3, 4, 0, 1, 2], 5),
  ];
  await cnn.fit(x, y, { epochs: 2, verbose: 0, shuffle: false });
  tf.dispose([x, y]);
  const backbone = buildBackbone('efficientnetb0', { inputSize: 64 });
  fillModel(backbone);
  const tuned = attachHead(backbone, buildHead({ featureSize: 1280, classes: 4, hidden: 8, seed: 1 }));
  const inception = buildBackbone('inceptionv3', { inputSize: 139, includeTop: true });
  fillModel(inception);
  const nested = (await loadModel(join(goldenFolder, 'model-nested.keras'))).model;
  const expected = new Map<string, Float32Array>();
  for (const [name, model] of Object.entries({ cnn, tuned, inception, nested })) {
    const outputs = await predict(model);
    for (const ending of ['keras', 'h5']) {
      const path = join(folder, `${name}.${ending}`);
      await saveKerasModel(model, path);
      expected.set(path, outputs);
    }
    model.dispose();
  }
  const found = keras('open', ...expected.keys()) as Record<string, number[]>;
  for (const [path, outputs] of expected) {
    const error = relativeError(nonNull(found[path]), outputs);
    assert.ok(error < 1e-5, `${path}: relative error ${error}`);
  }
});
