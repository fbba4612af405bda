import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { whyNot } from '../../../lib/engine/onnxruntime/run/versions';

const known = { name: 'onnxruntime-node', found: '1.30.0', tested: ['1.29', '1.30'], missing: [] };

test('undocumented parts of tested versions are used', () => {
  assert.equal(whyNot(known, 'tested', 'slower'), null);
  assert.equal(whyNot({ ...known, found: '1.29.7' }, 'tested', 'slower'), null);
});

test('other versions go the documented way, and it is said which was found and which were tested', () => {
  const expected =
    'expected onnxruntime-node 1.29 or 1.30, on which this backend was tested, found 1.300.0: slower';
  assert.equal(whyNot({ ...known, found: '1.300.0' }, 'tested', 'slower'), expected);
  assert.equal(whyNot({ ...known, found: '1.300.0' }, 'any', 'slower'), null);
  assert.match(String(whyNot(known, 'never', 'slower')), /1\.30\.0 are not used, as asked for: slower$/);
});

test('a version without what is needed goes the documented way, whatever was asked for', () => {
  const expected = /found 1\.30\.0, which has no loadModel, no run: slower$/;
  assert.match(String(whyNot({ ...known, missing: ['loadModel', 'run'] }, 'any', 'slower')), expected);
});

/** Trains and asks a small model in a process of its own; everything about it is seeded. */
function trained(undocumented: string, prelude = '') {
  const source = `${prelude};
    const tf = require('@tensorflow/tfjs');
    const { registerOnnxruntimeBackend } = require('./lib/engine/onnxruntime/index');
    (async () => {
      const info = await registerOnnxruntimeBackend({ threads: 1, undocumented: '${undocumented}' });
      await tf.setBackend('onnxruntime');
      const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
      const model = tf.sequential({ layers: [
        tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }),
      ] });
      model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
      const x = tf.randomUniform([12, 6, 6, 2], 0, 1, 'float32', 5);
      const y = tf.oneHot(tf.tensor1d(Array.from({ length: 12 }, (_, i) => i % 3), 'int32'), 3);
      const { history } = await model.fit(x, y, { epochs: 4, batchSize: 6, shuffle: false, verbose: 0 });
      const answer = Array.from(await model.predict(x).data());
      console.log(JSON.stringify({ info, loss: history.loss, answer }));
    })();`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', '-e', source], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const result: { info: { slower?: string[]; version: string }; loss: number[]; answer: number[] } =
    JSON.parse(stdout);
  return { ...result, stderr };
}

test('training and predictions agree with and without what is undocumented', () => {
  const used = trained('tested');
  const unused = trained('never');
  assert.equal(used.info.slower, undefined);
  assert.equal(unused.info.slower?.length, 2);
  assert.equal(unused.stderr, ''); // it was asked for
  for (const key of ['loss', 'answer'] as const)
    used[key].forEach((value, i) => {
      assert.ok(Math.abs(value - Number(unused[key][i])) < 1e-5, `${key} ${i}: ${value}, ${unused[key][i]}`);
    });
});

test('a layers model of another make is left alone, with one warning for each package', () => {
  const prelude = `
    require('@tensorflow/tfjs').LayersModel.prototype.predictLoop = undefined;
    require('@tensorflow/tfjs').LayersModel.prototype.predict = function (x) { return this.apply(x); };
    require('onnxruntime-node/dist/binding').binding = {}`;
  const { info, stderr, loss } = trained('tested', prelude);
  assert.match(stderr, /TensorFlow\.js 4\.21 or 4\.22, .* found 4\.22\.0, which has no predictLoop/);
  assert.match(
    stderr,
    /onnxruntime-node 1\.29 or 1\.30, .* found 1\.30\.0, which has no loadModel, no run, no dispose/,
  );
  assert.equal(info.slower?.length, 2);
  assert.ok(Number(loss.at(-1)) < Number(loss[0]));
});
