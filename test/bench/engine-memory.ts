import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { buildScratchCnn } from '../../lib/models/index';
import { flagValue } from './support/flag-value';

const BATCH = 8;
const SIZE = 24;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Resident memory after a collection, in MiB: what is held, not what V8 has not yet bothered to collect. */
function residentMiB(): number {
  collect();
  return process.memoryUsage().rss / 2 ** 20;
}

function state() {
  return { rssMiB: Math.round(residentMiB()), numTensors: tf.memory().numTensors };
}

/**
 * Grows the resident memory by training steps and predictions of a small scratch CNN: 500 steps and 2,000 predictions
 * warm up, then 2,000 steps and 20,000 predictions are watched. Flags: `--steps`, `--predictions`.
 */
export default async function engineMemory(flags: string[]): Promise<Record<string, unknown>> {
  const steps = Number(flagValue(flags, '--steps') ?? 2000);
  const predictions = Number(flagValue(flags, '--predictions') ?? 20_000);
  const engine = await startEngine({ backend: 'onnxruntime' });
  const model = buildScratchCnn({ classes: 5, imageSize: SIZE, seed: 1 });
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const perEpoch = 50;
  const xs = tf.randomUniform([BATCH * perEpoch, SIZE, SIZE, 3], 0, 1, 'float32', 1);
  const ys = tf.tensor1d(Array.from({ length: BATCH * perEpoch }, (_, i) => i % 5));
  const train = (n: number) =>
    model.fit(xs, ys, { epochs: Math.ceil(n / perEpoch), batchSize: BATCH, verbose: 0 });
  const predict = async (n: number) => {
    for (let i = 0; i < n; i++) {
      tf.tidy(() =>
        (model.predict(xs.slice([i % perEpoch, 0, 0, 0], [1, SIZE, SIZE, 3])) as tf.Tensor).dataSync(),
      );
      if (i % 100 === 0) await tf.nextFrame();
    }
  };
  await train(500);
  await predict(2000);
  const before = state();
  await train(steps);
  const trained = state();
  await predict(predictions);
  const after = state();
  return {
    bench: 'engine-memory',
    engine: engine.description,
    steps,
    predictions,
    before,
    trained,
    after,
    rssGrowth: Number((Math.max(trained.rssMiB, after.rssMiB) / before.rssMiB - 1).toFixed(4)),
    tensorGrowth: after.numTensors - before.numTensors,
  };
}
