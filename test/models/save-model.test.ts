import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { startEngine } from '../../lib/engine/index';
import { buildHead, buildScratchCnn, loadModel, saveModel } from '../../lib/models/index';

let folder: string;
before(async () => {
  await startEngine({ backend: 'cpu' });
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-models-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a saved model comes back with the same outputs, names and metadata', async () => {
  const tensors = tf.memory().numTensors;
  const model = buildScratchCnn({ classes: 4, imageSize: 20, seed: 9, dropout: 0.3 });
  const input = tf.randomUniform([3, 20, 20, 3], 0, 1, 'float32', 5);
  const path = join(folder, 'new', 'scratch');
  const metadata = { classNames: ['a', 'b', 'c', 'é'], metrics: { accuracy: 0.5 } };
  await saveModel(model, path, metadata);
  const loaded = await loadModel(path);
  assert.deepEqual(loaded.metadata, metadata);
  assert.deepEqual(
    loaded.model.layers.map((layer) => layer.name),
    model.layers.map((layer) => layer.name),
  );
  const expected = model.predict(input) as tf.Tensor;
  const actual = loaded.model.predict(input) as tf.Tensor;
  assert.deepEqual(await actual.data(), await expected.data());
  assert.deepEqual((await readdir(path)).sort(), ['metadata.json', 'model.json', 'weights.bin']);
  assert.deepEqual(await readdir(join(folder, 'new')), ['scratch']); // no temporary folder is left
  tf.dispose([input, expected, actual]);
  model.dispose();
  loaded.model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('saving replaces the former version, and a save that was killed between renames is undone', async () => {
  const path = join(folder, 'replaced');
  for (const version of [1, 2]) {
    const head = buildHead({ featureSize: 3, classes: 2, seed: version });
    await saveModel(head, path, { version });
    head.dispose();
  }
  assert.deepEqual((await loadModel(path)).metadata, { version: 2 });
  await rename(path, join(folder, '.replaced.previous')); // what a kill leaves
  assert.deepEqual((await loadModel(path)).metadata, { version: 2 });
  assert.ok(!(await readdir(folder)).includes('.replaced.previous'));
});

test('damaged and missing files end in a message that says what to do', async () => {
  const path = join(folder, 'damaged');
  const head = buildHead({ featureSize: 3, classes: 2, hidden: 0, seed: 1 });
  await saveModel(head, path, {});
  const weights = join(path, 'weights.bin');
  const bytes = await readFile(weights);
  await truncate(weights, 10);
  await assert.rejects(
    loadModel(path),
    /weights\.bin is damaged: expected 32 bytes, found 10; save the model again/,
  );
  await writeFile(weights, Buffer.from(bytes.map((byte) => byte ^ 1)));
  await assert.rejects(loadModel(path), /weights\.bin is damaged: its SHA-256 is/);
  await writeFile(weights, bytes);
  await truncate(join(path, 'model.json'), 40);
  await assert.rejects(loadModel(path), /model\.json is damaged \(no valid JSON, 40 characters\)/);
  await rm(join(path, 'metadata.json'));
  await assert.rejects(loadModel(path), /model\.json is damaged|metadata\.json, found none/);
  await assert.rejects(loadModel(join(folder, 'nothing')), /expected a saved model .* found none/);
  head.dispose();
});
