// A user's program, run and type-checked in a project of its own by run.ts.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { exportOnnx, type OnnxruntimeInfo, registerOnnxruntimeBackend } from 'tfjs-backend-onnxruntime';

async function main(): Promise<void> {
  const info: OnnxruntimeInfo = await registerOnnxruntimeBackend({ threads: 2 });
  await tf.setBackend('onnxruntime');
  console.log(`TensorFlow.js ${tf.version_core}, onnxruntime ${info.version} (${info.provider})`);
  for (const reason of info.slower ?? []) console.log(`slower: ${reason}`);

  // Stripes: across (0) or along (1).
  const count = 96;
  const pixels = (i: number, row: number, column: number) => ((i % 2 === 0 ? row : column) + i) % 3;
  const images = tf.tensor4d(
    Array.from({ length: count * 64 }, (_, k) => pixels(Math.floor(k / 64), Math.floor(k / 8) % 8, k % 8)),
    [count, 8, 8, 1],
  );
  const labels = tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 2),
    'float32',
  );
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(images, labels, {
    epochs: 15,
    batchSize: 16,
    shuffle: false,
    verbose: 0,
  });
  const losses = (history.loss ?? []).map(Number);
  console.log(`loss ${losses[0]?.toFixed(3)} -> ${losses.at(-1)?.toFixed(3)}`);
  assert.ok(Number(losses.at(-1)) < 0.5 * Number(losses[0]));

  const [batch, height, width] = [4, 8, 8];
  const few = images.slice(0, batch);
  const expected = Array.from(await (model.predict(few) as tf.Tensor).data());
  const bytes = exportOnnx((x) => model.predict(x) as tf.Tensor, {
    inputShape: [batch, height, width, 1],
    inputType: 'float32',
  });
  const session = await InferenceSession.create(bytes);
  const input = new Tensor('float32', Float32Array.from(await few.data()), [batch, height, width, 1]);
  const { output } = await session.run({ input });
  const answer = Array.from(output?.data as Float32Array);
  const furthest = Math.max(...answer.map((value, i) => Math.abs(value - Number(expected[i]))));
  console.log(
    `the exported model of ${bytes.length} bytes answers as the model does, within ${furthest.toExponential(1)}`,
  );
  assert.ok(furthest < 1e-5);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
