import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../lib/image/index';
import {
  type Backbone,
  buildHead,
  type Classifier,
  type ClassifierMetadata,
  type ClassifierMetadataV1,
  classMeans,
  createClassifier,
  encodeFloats,
  loadClassifier,
  migrateMetadata,
  weightRecord,
} from '../../lib/models/index';
import { CLASSES, expectedTop, GREEN, GREY, RED, saveColourModel } from '../app/support/fixture';

let folder = '';
let classifier: Classifier;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifier-'));
  await saveColourModel(folder);
  classifier = await loadClassifier(folder);
});
after(async () => {
  classifier.dispose();
  await rm(folder, { recursive: true });
});

const picture = (colour: number[], side = 32): RgbImage => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => colour[i % 3] ?? 0),
  width: side,
  height: side,
});

test('probabilities are the softmax computed by hand, best first, as many as asked for', async () => {
  const answers = await classifier.classify(
    [RED, GREEN, GREY].map((colour) => picture(colour)),
    5,
  );
  [RED, GREEN, GREY].forEach((colour, i) => {
    expectedTop(colour).forEach(({ probability }, place) => {
      const found = answers[i]?.top[place]?.probability ?? Number.NaN;
      assert.ok(Math.abs(found - probability) < 1e-5);
    });
  });
  assert.deepEqual(
    answers.map(({ notSure, notADog, strangeness }) => [notSure, notADog, strangeness]),
    [
      [false, false, null],
      [false, false, null],
      [true, false, null],
    ],
  );
  assert.equal((await classifier.classify([picture(RED)], 2)).at(0)?.top.length, 2);
  assert.deepEqual(await classifier.classify([]), []);
});

test('a temperature of 2 halves the logits', async () => {
  const { model } = { model: classifier.head };
  const warm = createClassifier(model, { ...classifier.metadata, temperature: 2 }, []);
  const [answer] = await warm.classify([picture(RED)]);
  // Ratio of the first two probabilities: exp((l1 - l2) / 2)
  const [first, second] = expectedTop(RED);
  const [best, next] = answer?.top ?? [];
  assert.ok(first && second && best && next);
  const expected = Math.sqrt(first.probability / second.probability);
  assert.ok(Math.abs(best.probability / next.probability / expected - 1) < 1e-4);
});

test('a backbone, a transform and a strangeness rule work together', async () => {
  // A small network in place of a backbone, with features that are known: the mean colour, times 10.
  const model = tf.sequential();
  model.add(tf.layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }));
  const backbone: Backbone = {
    name: 'resnet50',
    record: { ...weightRecord('resnet50'), featureSize: 3, inputSize: 8 },
    model,
    classifier: null,
    inputSize: 8,
    featureSize: 3,
    inputScaling: 'correct',
    weightsPath: '',
    preprocess: (pixels) => pixels.mul(10),
    dispose: () => void model.dispose(),
  };
  const means = classMeans([1, 0, 0, 0, 1, 0], 3, [0, 1], 2);
  const head = buildHead({ featureSize: 3, classes: 2, hidden: 0, seed: 1 });
  head.layers[1]?.setWeights([
    tf.tensor2d([
      [3, 0],
      [0, 3],
      [0, 0],
    ]),
    tf.zeros([2]),
  ]);
  const saved: ClassifierMetadataV1 = {
    classNames: ['red', 'green'],
    backbone: 'resnet50',
    inputSize: 8,
    featureTransform: 'l2',
    temperature: 1,
    notSureBelow: 0.9,
    outOfDistribution: {
      method: 'class-mean-cosine',
      threshold: 0.5,
      falseAlarms: 0.01,
      means: encodeFloats(means),
      size: 3,
    },
    metrics: {},
    description: '',
  };
  const migrated = await migrateMetadata(saved, 'a test');
  const [network] = migrated.recipe.networks;
  assert.ok(network);
  const recipe = { ...migrated.recipe, networks: [{ ...network, featureSize: 3 }] };
  const metadata: ClassifierMetadata = { ...migrated, recipe };
  const colours = createClassifier(head, metadata, [backbone]);
  const [red, blue] = await colours.classify([picture([255, 0, 0], 8), picture([0, 0, 255], 8)]);
  assert.ok(red?.top[0] && blue);
  // l2 of [2550, 0, 0] is [1, 0, 0]: logits 3 and 0
  assert.ok(Math.abs(red.top[0].probability - Math.exp(3) / (Math.exp(3) + 1)) < 1e-6);
  assert.deepEqual([red.notSure, red.notADog], [false, false]);
  assert.ok(Math.abs(red.strangeness ?? 1) < 1e-6 && Math.abs((blue.strangeness ?? 0) - 1) < 1e-6);
  assert.deepEqual([blue.notSure, blue.notADog], [true, true]);
  colours.dispose();
});

test('explanations point at the half that has the colour; a breed that is none is refused', async () => {
  const half = picture([0, 0, 0]);
  for (let y = 0; y < 32; y++) for (let x = 0; x < 16; x++) half.data.set(RED, 3 * (32 * y + x));
  const { breed, probability, gradCam, occlusion } = await classifier.explain(half, 'Red_setter');
  assert.equal(breed, 'Red_setter');
  assert.ok(probability > 0 && probability <= 1);
  for (const { data, width, height } of [gradCam, occlusion]) {
    assert.equal(data.length, width * height);
    let [left, right] = [0, 0];
    data.forEach((heat, i) => {
      assert.ok(heat >= 0 && heat <= 1);
      if (i % width < width / 2 - 0.5) left += heat;
      else if (i % width > width / 2 - 0.5) right += heat;
    });
    assert.ok(left > 2 * right, `${left} on the red half, ${right} on the black one`);
  }
  await assert.rejects(classifier.explain(half, 'unicorn'), /expected one of the 6 breeds, received unicorn/);
});

test('neither predictions nor explanations leave tensors behind', async () => {
  await classifier.classify([picture(RED), picture(GREEN)]);
  await classifier.explain(picture(RED), null);
  const { numTensors } = tf.memory();
  await classifier.classify([picture(RED), picture(GREEN)]);
  await classifier.explain(picture(RED), null);
  await assert.rejects(
    classifier.classify([picture(RED, 31)]),
    /expected pictures of 32 x 32, received 31 x 31/,
  );
  assert.equal(tf.memory().numTensors, numTensors);
});

test('parts that do not fit are refused', () => {
  const { head, metadata } = classifier;
  assert.throws(
    () => createClassifier(head, { ...metadata, classNames: CLASSES.slice(1) }, []),
    /expected a head with 5 outputs, one for each class, received 6/,
  );
  assert.throws(
    () => createClassifier(head, { ...metadata, recipe: { ...metadata.recipe, pixels: undefined } }, []),
    /expected a backbone, or recipe\.pixels/,
  );
});
