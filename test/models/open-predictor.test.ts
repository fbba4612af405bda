import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { openServedModel } from '../../lib/app/index';
import { startEngine } from '../../lib/engine/index';
import type { RgbImage } from '../../lib/image/index';
import { type Classifier, loadClassifier, openPredictor, saveModel } from '../../lib/models/index';
import { GREEN, GREY, RED, saveColourModel } from '../app/support/fixture';
import { temporaryFolder } from '../support/temporary-folder';

before(async () => void (await startEngine()));

const picture = (colour: number[], side = 32): RgbImage => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3] ?? 0),
  width: side,
  height: side,
});
const PICTURES = [RED, GREEN, GREY, [0, 0, 0], [255, 255, 255]].map((colour) => picture(colour));

/** A saved model, and a way to open it that counts how often TensorFlow.js had to load it. */
async function savedModel(t: TestContext) {
  const folder = await temporaryFolder(t);
  const model = join(folder, 'model');
  await saveColourModel(model);
  const opened = {
    loads: 0,
    model,
    graphs: join(folder, 'graphs'),
    open: (load: () => Promise<Classifier> = () => loadClassifier(model)) =>
      openPredictor(model, {
        folder: opened.graphs,
        load: () => {
          opened.loads += 1;
          return load();
        },
      }),
  };
  return opened;
}

test('the second start loads nothing, and answers bit for bit as the classifier does', async (t) => {
  const saved = await savedModel(t);
  const classifier = await loadClassifier(saved.model);
  for (const start of ['made', 'kept']) {
    const { numTensors } = tf.memory();
    const predictor = await saved.open();
    for (const count of [0, 1, 2, 5]) {
      const images = PICTURES.slice(0, count);
      assert.deepEqual(
        await predictor.classify(images, 3, { features: true }),
        await classifier.classify(images, 3, { features: true }),
        `${count}, ${start}`,
      );
    }
    assert.deepEqual(predictor.metadata, classifier.metadata);
    assert.equal(await predictor.identity(), await classifier.identity());
    await assert.rejects(
      predictor.classify([picture(RED, 16)]),
      /expected pictures of 32 x 32, received 16 x 16/,
    );
    predictor.dispose();
    assert.equal(tf.memory().numTensors, numTensors);
    assert.equal(saved.loads, 1);
  }
  classifier.dispose();
});

test('explanations load the classifier, once', async (t) => {
  const saved = await savedModel(t);
  (await saved.open()).dispose();
  const predictor = await saved.open();
  const { breed, gradCam } = await predictor.explain(picture(RED), null);
  assert.equal(breed, 'Red_setter');
  assert.ok(gradCam.data.length > 0);
  await predictor.explain(picture(GREEN), 'Green_spaniel');
  assert.equal(saved.loads, 2); // one made the graph
  await assert.rejects(predictor.explain(picture(RED), 'Tabby'), /expected one of the 6 breeds/);
  predictor.dispose();
});

test('other weights, or other metadata, are another graph', async (t) => {
  const saved = await savedModel(t);
  const first = await saved.open();
  const [before] = await first.classify([picture(RED)]);
  first.dispose();
  const { head, metadata, dispose } = await loadClassifier(saved.model);
  const [kernel, bias, dense, offsets] = head.getWeights();
  assert.ok(kernel && bias && dense && offsets);
  head.setWeights([kernel, bias, tf.zerosLike(dense), offsets]);
  await saveModel(head, saved.model, metadata);
  const second = await saved.open();
  const [after] = await second.classify([picture(RED)]);
  assert.ok((before?.top[0]?.probability ?? 0) > 0.9);
  assert.ok(Math.abs((after?.top[0]?.probability ?? 0) - 1 / 6) < 1e-6); // logits of zeros
  second.dispose();
  await saveModel(head, saved.model, { ...metadata, notSureBelow: 0 });
  const third = await saved.open();
  assert.deepEqual((await third.classify([picture(RED)]))[0]?.notSure, false);
  assert.equal(saved.loads, 3);
  third.dispose();
  dispose();
});

test('a damaged model says so though its graph is there', async (t) => {
  const saved = await savedModel(t);
  (await saved.open()).dispose();
  const path = join(saved.model, 'weights.bin');
  await writeFile(path, (await readFile(path)).subarray(4));
  await assert.rejects(saved.open(), /weights\.bin is damaged/);
});

test('what cannot be a graph of any batch is computed by TensorFlow.js', async (t) => {
  const saved = await savedModel(t);
  const said = t.mock.method(console, 'error', () => undefined);
  const odd = async (): Promise<Classifier> => {
    const classifier = await loadClassifier(saved.model);
    const { outputs } = classifier;
    // depends on the number of photos
    classifier.outputs = (pixels) => ({ probabilities: outputs(pixels).probabilities.mul(pixels.shape[0]) });
    return classifier;
  };
  const predictor = await saved.open(odd);
  assert.match(
    String(said.mock.calls[0]?.arguments[0]),
    /^the model is computed by TensorFlow\.js: expected a classifier that computes the same for any batch, the constant /,
  );
  const classifier = await loadClassifier(saved.model);
  assert.deepEqual(await predictor.classify(PICTURES), await classifier.classify(PICTURES));
  predictor.dispose();
  classifier.dispose();
});

test('engines without onnxruntime on the processor load the model itself', {
  timeout: 300_000,
}, async (t) => {
  const saved = await savedModel(t);
  const program = `
    const { openServedModel } = require('./lib/app/index');
    openServedModel(${JSON.stringify(saved.model)}, () => undefined).then(async ({ classifier, engine }) => {
      const pixels = { data: Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i % 3 === 1 ? 200 : 10)), width: 32, height: 32 };
      const [answer] = await classifier.classify([pixels]);
      console.log(JSON.stringify([engine.split(' ')[0], 'backbones' in classifier, answer.top[0].breed]));
    });`;
  const run = async (engine: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', program], {
      cwd: join(__dirname, '..', '..'),
      env: { ...process.env, DOGBREEDS_ENGINE: engine, DOGBREEDS_CACHE: saved.graphs },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  };
  assert.deepEqual(await run('cpu'), ['cpu', true, 'Green_spaniel']);
  assert.deepEqual(await run('onnxruntime'), ['onnxruntime', false, 'Green_spaniel']);
});

test('the engine that runs is the one that is told', async (t) => {
  const saved = await savedModel(t);
  const { engine, classifier, source } = await openServedModel(saved.model, () => undefined);
  assert.equal(engine, (await startEngine()).description);
  assert.equal(source, 'saved');
  classifier.dispose();
});
