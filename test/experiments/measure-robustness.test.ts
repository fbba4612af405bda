import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import type { Example } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { measureRobustness, testWorsePhotos } from '../../lib/experiments/index';
import { classifierMetadata, createClassifier, saveModel } from '../../lib/models/index';
import { temporaryFolder } from '../support/temporary-folder';

before(async () => {
  await startEngine();
});

/** Photos that are bright above (breed a) or bright on the left (breed b), and a network that asks which. */
async function scene(folder: string) {
  await mkdir(join(folder, 'photos'));
  const examples: Example[] = [];
  for (let index = 0; index < 12; index += 1) {
    const breed = index % 2 === 0 ? 'a' : 'b';
    const pixels = Buffer.alloc(40 * 40 * 3);
    for (let y = 0; y < 40; y += 1)
      for (let x = 0; x < 40; x += 1)
        pixels.fill((breed === 'a' ? y : x) < 20 ? 220 : 60, (y * 40 + x) * 3, (y * 40 + x + 1) * 3);
    const file = join('photos', `${index}.png`);
    await sharp(pixels, { raw: { width: 40, height: 40, channels: 3 } }).toFile(join(folder, file));
    const box = { xmin: 0.1, ymin: 0.1, xmax: index < 4 ? 0.4 : 0.9, ymax: 0.5 };
    examples.push({
      ...{ file, breed, split: 'test', width: 40, height: 40, hash: `${index}`.padStart(16, '0') },
      boxes: index === 11 ? [box, box] : [box],
    } as Example);
  }
  const network = tf.sequential({
    layers: [
      tf.layers.averagePooling2d({ inputShape: [8, 8, 3], poolSize: 4 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  // quarters in the order upper left, upper right, lower left, lower right, three channels each
  const quarters = [
    [0, 0],
    [4, 0],
    [0, 4],
    [0, 0],
  ];
  network.setWeights([
    tf.tensor2d(quarters.flatMap((quarter) => [quarter, quarter, quarter])),
    tf.zeros([2]),
  ]);
  const metadata = classifierMetadata({
    classNames: ['a', 'b'],
    recipe: {
      input: {
        ...{ size: 8, interpolation: 'bilinear', pixelCentres: 'half', crop: 'none', boxMargin: 0 },
        ...{ resize: 'stretch', views: 1 },
      },
      networks: [],
      transform: 'none',
      pixels: { channelOrder: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] },
    },
    ...{ temperature: 1, notSureBelow: 0.5, outOfDistribution: null, metrics: {}, description: 'a test' },
  });
  return { examples, classifier: createClassifier(network, metadata, []) };
}

test('accuracy under each condition, with its difference to the same photos as they are', async (t) => {
  const folder = await temporaryFolder(t);
  const { examples, classifier } = await scene(folder);
  const files = examples.map(({ file }) => file);
  const tensors = tf.memory().numTensors;
  let done = 0;
  const rows = await measureRobustness(classifier, { examples, imagesFolder: folder }, files, {
    batchSize: 5,
    onProgress: (progress) => {
      done = progress.done;
    },
  });
  assert.equal(tf.memory().numTensors, tensors);
  assert.equal(done, 12 * 6);
  assert.deepEqual(
    rows.map(({ condition, photos, accuracy, difference }) => [
      condition,
      photos,
      accuracy.estimate,
      difference?.estimate ?? null,
    ]),
    [
      ['as they are', 12, 1, null],
      ['small dogs: under 20 % of the photo', 4, 1, null],
      ['several dogs', 1, 1, null],
      ['low light', 12, 1, 0],
      ['out of focus', 12, 1, 0],
      ['JPEG, quality 30', 12, 1, 0],
      ['turned, EXIF says so', 12, 1, 0],
      // what was above is on the left now; what was on the left is below, in a quarter that speaks for b
      ['turned by 90 degrees', 12, 0.5, -0.5],
    ],
  );
  classifier.dispose();
});

test('photos that are not the dataset’s are refused', async (t) => {
  const folder = await temporaryFolder(t);
  const { examples, classifier } = await scene(folder);
  await assert.rejects(
    measureRobustness(classifier, { examples, imagesFolder: folder }, ['other.jpg']),
    /expected test photos of the dataset, received 1 files/,
  );
  classifier.dispose();
});

test('a saved model: the same, and nothing without photos', async (t) => {
  const folder = await temporaryFolder(t);
  const { examples, classifier } = await scene(folder);
  const files = examples.map(({ file }) => file);
  const model = join(folder, 'model');
  await saveModel(classifier.head, model, classifier.metadata);
  classifier.dispose();
  const photos = { examples, imagesFolder: folder };
  const tensors = tf.memory().numTensors;
  const rows = await testWorsePhotos(model, photos, files, { sample: 4 });
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(
    rows.flatMap(({ difference, photos }) => (difference ? [photos] : [])),
    [4, 4, 4, 4, 4],
  );
  assert.deepEqual(await testWorsePhotos(model, null, files), []);
  assert.deepEqual(await testWorsePhotos(model, photos, files, { sample: 0 }), []);
});
