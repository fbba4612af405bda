import * as tf from '@tensorflow/tfjs';
import { createRandom, runAhead } from '../../base/index';
import type { Example } from '../../dataset/index';
import {
  type AugmentationStep,
  augmentByPolicy,
  augmentImage,
  mixesPictures,
  type PhotoInput,
} from '../../image/index';
import { overViews } from '../../models/index';
import { oneHot } from '../labels';
import { type PhotoMemory, stretchedInput } from './photo-memory';
import type { TrainingAugmentation } from './photo-training-options';
import type { Batch } from './train-epochs';

/** How photos become batches. */
export interface BatchSettings {
  /** Side of the square pictures, px. */
  imageSize: number;
  batchSize: number;
  classes: number;
  labelSmoothing: number;
  /** Pixels 0..255 [b, s, s, 3] -> what the network takes; called inside a tidy. */
  prepare: (pixels: tf.Tensor4D) => tf.Tensor4D;
}

/**
 * One epoch's batches: the photos in an order of the epoch's own, each changed at random by a seed that follows from
 * its content and the epoch, so that a resumed run sees the same pictures.
 */
export async function* trainingBatches(
  train: readonly Example[],
  memory: PhotoMemory,
  settings: BatchSettings & {
    augmentation: TrainingAugmentation;
    /** Side of the photos in memory, px; the augmentation makes `imageSize` of it. Default `imageSize`. */
    photoSize?: number;
    seed: number;
    epoch: number;
  },
): AsyncGenerator<Batch> {
  const { augmentation, seed, epoch, imageSize, photoSize = imageSize } = settings;
  const order = createRandom(seed * 1000 + epoch).shuffle(train);
  const asImage = (data: Uint8Array) => ({ data, width: photoSize, height: photoSize });
  const changed = async (example: Example): Promise<Sample> => {
    const data = await memory.pixels(example);
    if (!augmentation) return { data };
    const random = createRandom(seedOf(example, seed, epoch));
    if (!isPolicy(augmentation)) return { data: augmentImage(asImage(data), random, augmentation).data };
    const partner = mixesPictures(augmentation) ? train[random.integer(train.length)] : undefined;
    const second = partner && asImage(await memory.pixels(partner));
    const { image, ownShare } = augmentByPolicy(asImage(data), augmentation, random, second);
    if (image.width !== imageSize || image.height !== imageSize)
      throw new Error(
        `expected the augmentation to make pictures of ${imageSize} x ${imageSize} px, received ${image.width} x ${image.height}: random-resized-crop with size ${imageSize} does`,
      );
    return { data: image.data, ...(partner && { mixed: { label: partner.label, share: 1 - ownShare } }) };
  };
  yield* photoBatches(order, changed, settings);
}

/** Pixels of one picture; with `mixed` so much of its target is another class's. */
interface Sample {
  data: Uint8Array;
  mixed?: { label: number; share: number };
}

/**
 * Probabilities of photos.
 *
 * @param views `flip`: the mean over a photo and its mirror image
 * @returns row-major [examples.length, classes]
 * @throws Error when a photo cannot be read
 */
export async function predictPhotos(
  model: tf.LayersModel,
  examples: readonly Example[],
  memory: PhotoMemory,
  prepare: BatchSettings['prepare'],
  views: PhotoInput['views'] = 1,
): Promise<Float32Array> {
  const imageSize = model.inputs[0]?.shape[1] ?? 0;
  const classes = model.outputs[0]?.shape.at(-1) ?? 0;
  const probabilities = new Float32Array(examples.length * classes);
  let row = 0;
  const settings = { imageSize, batchSize: 32, classes, labelSmoothing: 0, prepare };
  const plain = async (example: Example) => ({ data: await memory.pixels(example) });
  for await (const { x, y, count } of photoBatches(examples, plain, settings)) {
    const output = tf.tidy(() =>
      overViews(
        x as tf.Tensor4D,
        { ...stretchedInput(imageSize), views },
        (squares) => model.predict(squares, { batchSize: count }) as tf.Tensor2D,
      ),
    );
    probabilities.set(await output.data(), row * classes);
    tf.dispose([x, y, output]);
    row += count;
  }
  return probabilities;
}

async function* photoBatches(
  examples: readonly Example[],
  pixels: (example: Example) => Promise<Sample>,
  { imageSize: side, batchSize, classes, labelSmoothing, prepare }: BatchSettings,
): AsyncGenerator<Batch> {
  let batch: (Sample & { label: number })[] = [];
  let seen = 0;
  for await (const outcome of runAhead(examples, pixels, 2 * batchSize)) {
    if ('error' in outcome) throw new Error(`cannot use ${outcome.item.file}: ${outcome.error.message}`);
    batch.push({ ...outcome.value, label: outcome.item.label });
    seen += 1;
    if (batch.length < batchSize && seen < examples.length) continue;
    const values = new Float32Array(batch.length * side * side * 3);
    for (const [index, { data }] of batch.entries()) values.set(data, index * side * side * 3);
    const targets = mixTargets(batch, classes, labelSmoothing);
    yield {
      x: tf.tidy(() => prepare(tf.tensor4d(values, [batch.length, side, side, 3]))),
      y: tf.tensor2d(targets, [batch.length, classes]),
      count: batch.length,
    };
    batch = [];
  }
}

/** Targets of a batch; a mixed picture's are shared between its class and its partner's. */
function mixTargets(
  batch: readonly (Sample & { label: number })[],
  classes: number,
  labelSmoothing: number,
): Float32Array {
  const targets = oneHot(
    batch.map(({ label }) => label),
    classes,
    labelSmoothing,
  );
  if (batch.every(({ mixed }) => mixed === undefined)) return targets;
  const others = oneHot(
    batch.map(({ label, mixed }) => mixed?.label ?? label),
    classes,
    labelSmoothing,
  );
  return targets.map((value, i) => {
    const share = batch[Math.floor(i / classes)]?.mixed?.share ?? 0;
    return value * (1 - share) + (others[i] ?? 0) * share;
  });
}

const isPolicy = (given: TrainingAugmentation): given is readonly AugmentationStep[] => Array.isArray(given);

/** A seed for one photo in one epoch. */
function seedOf(example: Example, seed: number, epoch: number): number {
  const content = Number.parseInt(example.hash.slice(0, 8), 16);
  return (content ^ Math.imul(seed * 1000 + epoch + 1, 0x9e3779b1)) >>> 0;
}
