import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import {
  huber,
  KerasAdadelta,
  KerasAdam,
  KerasAdamW,
  lossNamed,
  makeOptimizer,
} from '../../lib/training/index';

interface Golden {
  x: number[];
  y: number[];
  weights: number[][];
  runs: { name: string; after: Record<string, number[][]> }[];
  targets: number[];
  predicted: number[];
  huber: { delta: number; values: number[] }[];
}

// made by test/golden/training/make_optimizers.py with Keras
const golden = JSON.parse(readFileSync('test/golden/training/optimizers.json', 'utf8')) as Golden;

const SHAPES = [[5, 4], [4], [4, 3], [3]];
const MAKERS: Record<string, () => { optimizer: tf.Optimizer; loss: ReturnType<typeof lossNamed> }> = {
  adam: () => ({ optimizer: new KerasAdam({ learningRate: 0.01 }), loss: 'categoricalCrossentropy' }),
  adamw: () => ({
    optimizer: new KerasAdamW({ learningRate: 0.01, weightDecay: 0.05, exclude: ['bias'] }),
    loss: 'categoricalCrossentropy',
  }),
  adadelta: () => ({ optimizer: new KerasAdadelta({ learningRate: 1 }), loss: 'categoricalCrossentropy' }),
  'adam-huber': () => ({ optimizer: new KerasAdam({ learningRate: 0.01 }), loss: huber(0.1) }),
};

function network(): tf.LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 4, activation: 'tanh', inputShape: [5] }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  const weights = golden.weights.map((values, k) => tf.tensor(values, SHAPES[k] as number[]));
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, k) => Math.abs(value - (b[k] ?? Number.NaN))));

describe('optimizers equal to those of Keras', () => {
  before(() => startEngine());

  for (const { name, after } of golden.runs)
    it(`${name}: weights after 1, 2 and 20 steps`, async () => {
      const model = network();
      const { optimizer, loss } = (MAKERS[name] as (typeof MAKERS)[string])();
      model.compile({ optimizer, loss });
      const [x, y] = [tf.tensor2d(golden.x, [12, 5]), tf.tensor2d(golden.y, [12, 3])];
      for (let step = 1; step <= 20; step += 1) {
        await model.trainOnBatch(x, y);
        const expected = after[step];
        if (!expected) continue;
        for (const [k, weight] of model.getWeights().entries())
          assert.ok(
            largestDifference(await weight.data(), expected[k] as number[]) < 3e-6,
            `weight ${k} after ${step} steps`,
          );
      }
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
    });

  it('a step is recorded once and replayed, and leaves no tensors', async () => {
    for (const name of ['adam', 'adamw', 'adadelta'] as const) {
      const model = network();
      const optimizer = makeOptimizer(name, 0.01);
      model.compile({ optimizer, loss: lossNamed('huber') });
      const [x, y] = [tf.tensor2d(golden.x, [12, 5]), tf.tensor2d(golden.y, [12, 3])];
      for (let step = 0; step < 3; step += 1) await model.trainOnBatch(x, y);
      let applied = 0;
      const { applyGradients } = Object.getPrototypeOf(optimizer) as tf.Optimizer;
      const prototype = Object.getPrototypeOf(optimizer) as { applyGradients: typeof applyGradients };
      const own = Object.hasOwn(prototype, 'applyGradients');
      prototype.applyGradients = function (this: tf.Optimizer, gradients) {
        applied += 1;
        return applyGradients.call(this, gradients);
      };
      const tensors = tf.memory().numTensors;
      try {
        for (let step = 0; step < 3; step += 1) await model.trainOnBatch(x, y);
      } finally {
        if (own) prototype.applyGradients = applyGradients;
        else delete (prototype as { applyGradients?: unknown }).applyGradients;
      }
      assert.equal(applied, 0, `${name} went TensorFlow.js' own way`);
      assert.equal(tf.memory().numTensors, tensors);
      assert.equal(optimizer.iterations, 6);
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
    }
  });

  it('a saved model finds its optimizer by name', () => {
    for (const optimizer of [
      new KerasAdam({ learningRate: 0.02 }),
      new KerasAdamW({ weightDecay: 0.1, exclude: ['bias'] }),
      new KerasAdadelta({ rho: 0.9 }),
    ]) {
      const { className } = optimizer.constructor as unknown as { className: string };
      const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[
        className
      ] as unknown as [
        tf.serialization.SerializableConstructor<tf.Optimizer>,
        tf.serialization.FromConfigMethod<tf.Optimizer>,
      ];
      const again = fromConfig(type, optimizer.getConfig());
      assert.deepEqual(again.getConfig(), optimizer.getConfig());
      again.dispose();
      optimizer.dispose();
    }
  });

  it("Huber's loss, and its deltas", async () => {
    const [target, predicted] = [tf.tensor2d(golden.targets, [4, 3]), tf.tensor2d(golden.predicted, [4, 3])];
    for (const { delta, values } of golden.huber) {
      const loss = huber(delta)(target, predicted);
      assert.ok(largestDifference(await loss.data(), values) < 1e-6);
      loss.dispose();
    }
    tf.dispose([target, predicted]);
    assert.throws(() => huber(0), /expected a delta above 0, received 0/);
    assert.throws(() => lossNamed('hinge' as 'huber'), /received "hinge"/);
    assert.throws(() => makeOptimizer('lion' as 'adam', 1), /received "lion"/);
  });
});
