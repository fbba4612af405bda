/** What `bench -- waiting` times as a whole process: one training step of the scratch CNN at 80 px. */
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../../lib/engine/index';
import { buildScratchCnn } from '../../../lib/models/index';

async function main(): Promise<void> {
  await startEngine();
  const model = buildScratchCnn({ classes: 20, imageSize: 80, seed: 1 });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7], 'int32'), 20).toFloat();
  await model.trainOnBatch(tf.ones([8, 80, 80, 3]), labels);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
