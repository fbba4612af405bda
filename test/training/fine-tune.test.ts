import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { type Backbone, buildHead, preprocessPixels, WEIGHTS } from '../../lib/models/index';
import { fineTune } from '../../lib/training/index';
import { drawnPhotos } from './drawn-photos';

before(() => startEngine());

/** A small network of the same kinds of layers, with ResNet50's preprocessing. */
function smallBackbone(): Backbone {
  const kernel = (seed: number) => tf.initializers.heNormal({ seed });
  const input = tf.input({ shape: [32, 32, 3] });
  const convolution = (x: tf.SymbolicTensor, name: string, seed: number) => {
    x = tf.layers
      .conv2d({ filters: 6, kernelSize: 3, strides: 2, kernelInitializer: kernel(seed), name })
      .apply(x) as tf.SymbolicTensor;
    x = tf.layers.batchNormalization({ name: `${name}_norm` }).apply(x) as tf.SymbolicTensor;
    return tf.layers.reLU({ name: `${name}_relu` }).apply(x) as tf.SymbolicTensor;
  };
  const last = convolution(convolution(input, 'first', 1), 'second', 2);
  const model = tf.model({
    inputs: input,
    outputs: tf.layers.globalAveragePooling2d({}).apply(last) as tf.SymbolicTensor,
    name: 'small',
  });
  return {
    ...{ name: 'resnet50', record: WEIGHTS.resnet50, model, classifier: null, inputScaling: 'correct' },
    ...{ inputSize: 32, featureSize: 6, weightsPath: __filename },
    preprocess: (pixels) => preprocessPixels(pixels, WEIGHTS.resnet50),
    dispose: () => void model.dispose(),
  };
}

const weightsOf = (model: tf.LayersModel, layer: string) =>
  model
    .getLayer(layer)
    .getWeights()
    .map((weight) => [...weight.dataSync()]);

test('fineTune changes what is not frozen, keeps batch norms, repeats itself and leaks no tensor', async () => {
  const { dataset, split } = await drawnPhotos();
  const options = { frozen: { from: 'second' }, epochs: 3, learningRate: 0.003, batchSize: 8, seed: 2 };
  const tensors = tf.memory().numTensors;
  const histories: number[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const backbone = smallBackbone();
    const head = buildHead({ featureSize: 6, classes: dataset.breeds.length, hidden: 0, seed: 1 });
    const names = ['first', 'first_norm', 'second', 'second_norm', 'dense'];
    const modelOf = (name: string) => (name === 'dense' ? head : backbone.model);
    const start = names.map((name) => weightsOf(modelOf(name), name));
    const { model, history } = await fineTune(dataset, split, backbone, head, options);
    const changed = names.filter((name, i) => {
      try {
        assert.deepEqual(weightsOf(modelOf(name), name), start[i]);
        return false;
      } catch {
        return true;
      }
    });
    assert.deepEqual(changed, ['second', 'dense']);
    const [before = 0, , after = Number.NaN] = history.loss;
    assert.ok(after < before, `loss ${history.loss}`);
    histories.push([...history.loss, ...history.valLoss]);
    model.dispose(); // with the backbone's layers; the head's are in two models
    head.dispose();
  }
  // the engine may fold frozen layers into one another at the second run: equal but for rounding
  const [first = [], second = []] = histories;
  assert.equal(first.length, 6);
  for (const [i, value] of first.entries())
    assert.ok(Math.abs(value - (second[i] ?? Number.NaN)) < 1e-5 * value);
  assert.equal(tf.memory().numTensors, tensors);
});
