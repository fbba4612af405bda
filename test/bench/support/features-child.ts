// One end-to-end extraction in a process of its own: arguments backbone, photos, cache folder, dataset, precision (float32
// or int8); prints JSON.

import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../../lib/base/index';
import { type Dataset, openDataset } from '../../../lib/dataset/index';
import { startEngine } from '../../../lib/engine/index';
import { decodePhoto, type RgbImage } from '../../../lib/image/index';
import {
  type Backbone,
  type BackboneName,
  buildBackbone,
  featureRecipe,
  findWeights,
  loadBackbone,
  photoFeatures,
  preprocessPixels,
  quantizeBackbone,
  weightRecord,
} from '../../../lib/models/index';
import { cacheFeatures } from '../../../lib/training/index';

const BATCH = 16;
/** Photos that ranges are taken of. */
const CALIBRATION = 64;

async function main(): Promise<void> {
  const [name = '', photos = '', cacheFolder = '', path, precision] = process.argv.slice(2);
  const engine = await startEngine();
  const dataset = await openDataset({ path });
  const step = dataset.examples.length / Math.min(Number(photos), dataset.examples.length);
  const examples = Array.from({ length: Math.floor(dataset.examples.length / step) }, (_, i) =>
    elementAt(dataset.examples, Math.floor(i * step)),
  );
  const { backbone: float, weights } = await backboneOf(name as BackboneName);
  const backbone = precision === 'int8' ? await inInt8(float, dataset) : float;
  await bareRate(backbone, 3); // warms up
  const first = await bareRate(backbone, 6);
  const before = process.cpuUsage();
  const { computed, seconds } = await cacheFeatures({ ...dataset, examples }, backbone, {
    cacheFolder: join(cacheFolder, `${name}-${photos}-${precision}`),
    batchSize: BATCH,
  });
  const cpuSeconds = secondsOf(process.cpuUsage(before));
  const second = await bareRate(backbone, 6);
  console.log(
    JSON.stringify({
      engine: engine.description,
      weights,
      photos: computed,
      seconds,
      photosPerSecond: computed / seconds,
      barePhotosPerSecond: (first.rate + second.rate) / 2, // before and after: the machine may change meanwhile
      cpuSecondsPerPhoto: cpuSeconds / computed,
      bareCpuSecondsPerPhoto: (first.cpu + second.cpu) / 2,
      peakRssMegabytes: process.resourceUsage().maxRSS / 1024,
    }),
  );
}

/** A backbone with its weights, or with random ones where they are not on disk: the speed is the same. */
async function backboneOf(name: BackboneName): Promise<{ backbone: Backbone; weights: string }> {
  const record = weightRecord(name);
  if (findWeights(record)) return { backbone: await loadBackbone(name), weights: 'ImageNet' };
  const { inputSize, featureSize } = record;
  const model = buildBackbone(name, { inputSize });
  const backbone: Backbone = {
    ...{ name, record, model, inputSize, featureSize, classifier: null, inputScaling: 'correct' },
    weightsPath: __filename,
    preprocess: (pixels) => preprocessPixels(pixels, record),
    dispose: () => void model.dispose(),
  };
  return { backbone, weights: 'random (not on disk)' };
}

/** The backbone in 8 bits, calibrated on photos of the train list. */
async function inInt8(backbone: Backbone, { examples, imagesFolder }: Dataset): Promise<Backbone> {
  const { input } = featureRecipe(backbone);
  const train = examples.filter(({ split }) => split === 'train');
  const photos: RgbImage[] = [];
  for (let i = 0; i < CALIBRATION; i += 1) {
    const { file } = elementAt(train, Math.floor((i * train.length) / CALIBRATION));
    photos.push(await decodePhoto(join(imagesFolder, file), input));
  }
  return (await quantizeBackbone(backbone, photos, input)).backbone;
}

const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

/** Pictures a second and processor seconds a picture from decoded photos to features, nothing else. */
async function bareRate(backbone: Backbone, batches: number): Promise<{ rate: number; cpu: number }> {
  const { inputSize: size } = backbone;
  const data = new Uint8Array(size * size * 3).map((_, i) => (i * 7919) % 256);
  const images = new Array<RgbImage>(BATCH).fill({ data, width: size, height: size });
  const kept = new Float32Array(BATCH * data.length);
  const started = performance.now();
  const before = process.cpuUsage();
  for (let batch = 0; batch < batches; batch += 1) {
    const output = tf.tidy(() => photoFeatures(images, backbone, { size, views: 1 }, kept));
    await output.data();
    output.dispose();
  }
  const pictures = batches * BATCH;
  const cpu = secondsOf(process.cpuUsage(before)) / pictures;
  return { rate: (1000 * pictures) / (performance.now() - started), cpu };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
