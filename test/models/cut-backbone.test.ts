import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import {
  BACKBONES,
  type Backbone,
  cutBackbone,
  featureRecipe,
  freeze,
  recipeHash,
  weightRecord,
} from '../../lib/models/index';
import { relativeError } from './support/golden';
import { generatedBackbone } from './support/recipe-paths';

before(() => startEngine());

for (const name of BACKBONES)
  test(`${name} in two parts computes what it computes whole, and its last block can learn`, async () => {
    const side = weightRecord(name).inputSize > 260 ? 96 : 64;
    const photos = tf.randomUniform<tf.Rank.R4>([2, side, side, 3], 0, 255, 'float32', 7);
    const tensors = tf.memory().numTensors;
    const backbone = generatedBackbone(name, photos);
    const { front, block } = cutBackbone(backbone);
    const [whole, joined, width] = await tf.tidy(() => {
      const pixels = backbone.preprocess(photos);
      const inputs = front.model.predict(pixels) as tf.Tensor2D;
      const features = block.predict(inputs) as tf.Tensor2D;
      return [backbone.model.predict(pixels) as tf.Tensor2D, features, inputs.shape[1]] as const;
    });
    assert.equal(width, front.featureSize);
    assert.ok(relativeError(await joined.data(), await whole.data()) < 1e-6);
    assert.ok(block.layers.some((layer) => layer.getClassName().includes('Conv')));
    assert.ok(block.countParams() < 0.65 * backbone.model.countParams());
    assert.notEqual(recipeHash(featureRecipe(front)), recipeHash(featureRecipe(backbone)));
    tf.dispose([whole, joined]);

    // the block learns: its batch norms excepted, every weight has a gradient that is not 0 throughout
    freeze(block, 'none');
    const weights = block.trainableWeights.map((weight) => weight.read() as tf.Variable);
    assert.ok(weights.length > 0);
    const { value, grads } = tf.tidy(() => {
      const inputs = tf.randomUniform([2, width], 0, 1, 'float32', 5);
      const loss = () => (block.apply(inputs, { training: true }) as tf.Tensor).sub(1).square().mean();
      return tf.variableGrads(loss as () => tf.Scalar, weights);
    });
    for (const { name: weight } of weights)
      assert.ok(
        (await grads[weight]?.data())?.some((entry) => entry !== 0),
        weight,
      );
    tf.dispose([value, grads]);
    block.dispose();
    backbone.model.dispose();
    assert.equal(tf.memory().numTensors, tensors);
    photos.dispose();
  });

test('a cut where the rest reads around it is refused', () => {
  const input = tf.input({ shape: [8, 8, 3] });
  const dense = (x: tf.SymbolicTensor, name: string) =>
    tf.layers.conv2d({ filters: 3, kernelSize: 1, name }).apply(x) as tf.SymbolicTensor;
  const first = dense(input, 'block4_pool');
  const around = tf.layers.add().apply([first, input]) as tf.SymbolicTensor;
  const model = tf.model({
    inputs: input,
    outputs: tf.layers.globalAveragePooling2d({}).apply(around) as tf.SymbolicTensor,
  });
  const record = weightRecord('vgg19');
  const backbone: Backbone = {
    ...{ name: 'vgg19', record, model, classifier: null, inputSize: 8, featureSize: 3 },
    ...{ inputScaling: 'correct', weightsPath: __filename },
    preprocess: (pixels: tf.Tensor4D) => pixels,
    dispose: () => void model.dispose(),
  };
  assert.throws(
    () => cutBackbone(backbone),
    /expected all behind block4_pool\S* to be reached through it, add\S* reads elsewhere too/,
  );
});
