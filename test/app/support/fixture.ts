import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp, { type Sharp } from 'sharp';
import { type App, type AppOptions, startApp } from '../../../lib/app/server/start-app';
import { elementAt } from '../../../lib/base/index';
import { startEngine } from '../../../lib/engine/index';
import { type ClassifierMetadataV1, saveModel } from '../../../lib/models/index';

/** Classes of the fixture: the colour that a picture has most of. */
export const CLASSES = [
  'Red_setter',
  'Green_spaniel',
  'Blue_pug',
  'Grey_hound',
  'White_poodle',
  'Black_russian',
];
/** Rows of the dense layer for red, green and blue means in 0..1. */
const KERNEL = [
  [12, 0, 0, 1, 4, 0],
  [0, 12, 0, 1, 4, 0],
  [0, 0, 12, 1, 4, 0],
];
export const NOT_SURE_BELOW = 0.6;

/** What the fixture must say about a picture of one colour (0..255): softmax of mean colour x KERNEL, computed here. */
export function expectedTop(colour: number[]): { breed: string; probability: number }[] {
  const logits = CLASSES.map((_class, c) =>
    colour.reduce((sum, v, i) => sum + (v / 255) * elementAt(elementAt(KERNEL, i), c), 0),
  );
  const powers = logits.map(Math.exp);
  const total = powers.reduce((a, b) => a + b);
  return CLASSES.map((breed, c) => ({ breed, probability: elementAt(powers, c) / total }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 5);
}

/**
 * A real, small network saved as the final model is: 1x1 convolution that passes the colours on, mean over the picture,
 * dense softmax. Its answers can be computed by hand.
 */
export async function saveColourModel(folder: string): Promise<void> {
  await startEngine();
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [32, 32, 3],
      filters: 3,
      kernelSize: 4,
      strides: 4,
      activation: 'relu',
      name: 'conv2d',
    }),
  );
  model.add(tf.layers.globalAveragePooling2d({}));
  model.add(tf.layers.dense({ units: CLASSES.length, activation: 'softmax' }));
  const identity = new Float32Array(4 * 4 * 3 * 3);
  for (let place = 0; place < 16; place++) for (let c = 0; c < 3; c++) identity[place * 9 + c * 4] = 1 / 16;
  elementAt(model.layers, 0).setWeights([tf.tensor4d(identity, [4, 4, 3, 3]), tf.zeros([3])]);
  elementAt(model.layers, 2).setWeights([tf.tensor2d(KERNEL), tf.zeros([CLASSES.length])]);
  // as it was saved before models carried their recipe: read to this day
  const metadata: ClassifierMetadataV1 = {
    classNames: CLASSES,
    backbone: null,
    pixels: { size: 32, scaling: '0-1' },
    featureTransform: 'none',
    temperature: 1,
    notSureBelow: NOT_SURE_BELOW,
    outOfDistribution: null,
    metrics: { testTop1: 0.5 },
    description: 'a fixture that tells colours apart',
  };
  await saveModel(model, folder, metadata);
  model.dispose();
}

/** A picture of one colour. */
export const plain = (colour: number[], width = 40, height = 30): Sharp =>
  sharp({ create: { width, height, channels: 3, background: { r: colour[0], g: colour[1], b: colour[2] } } });

export const RED = [230, 20, 30];
export const GREEN = [10, 200, 40];
export const GREY = [128, 128, 128];

/** A running app on the colour model, with its own folder; `stop` removes both. */
export interface TestApp extends App {
  folder: string;
  stop(): Promise<void>;
}

/** Starts the app with the colour model on a free port. */
export async function startTestApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-app-'));
  const modelFolder = join(folder, 'model');
  await saveColourModel(modelFolder);
  const app = await startApp({
    modelFolder,
    flagFile: join(folder, 'flags.csv'),
    port: 0,
    batchSizes: [1, 4],
    ...options,
  });
  await app.context.inference.ready().catch(async (error) => {
    await app.close();
    throw error;
  });
  return {
    ...app,
    folder,
    async stop() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Posts a body as it is. */
export const post = (app: App, path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(`${app.url}${path}`, { method: 'POST', body, headers });
