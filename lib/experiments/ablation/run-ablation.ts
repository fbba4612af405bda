import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { createRandom, elementAt, forEachLimited } from '../../base/index';
import {
  type Dataset,
  type Example,
  groupByBreed,
  kFold,
  selectBreeds,
  splitRandom,
} from '../../dataset/index';
import { accuracy, evaluateHead, predictedClasses } from '../../evaluation/index';
import { type AugmentationStep, augmentByPolicy, decodePhoto, type RgbImage } from '../../image/index';
import { featureRecipe, loadBackbone, photoFeatures } from '../../models/index';
import {
  fitQuickSoftmax,
  fitScratchCnn,
  gatherRows,
  type PhotoMemory,
  predictScratchCnn,
  stretchedInput,
} from '../../training/index';

import type { AblationRow } from './ablation-table';
import { POLICIES, PREPARATIONS, type Preparation } from './preparations';

/** How much is spent on an ablation. */
export interface AblationBudget {
  /** Breeds of the network from scratch, the presentation's first. Default 5. */
  scratchBreeds?: number;
  /** Default 5. */
  seeds?: number;
  /** Default 64 px and 10 epochs. */
  imageSize?: number;
  epochs?: number;
  /** Breeds on frozen features. Default 20, the presentation's. */
  featureBreeds?: number;
  /** Photos of each breed on frozen features. Default 24. */
  photosPerBreed?: number;
  /** Default 5. */
  folds?: number;
}

/** What {@link runAblation} is told besides. */
export interface AblationOptions extends AblationBudget {
  /** Rows that are there already: what they hold is not computed again. */
  known?: readonly AblationRow[];
  onRow?: (row: AblationRow) => void | Promise<void>;
  /** Says whether to stop after the row that was made last. */
  stop?: () => boolean;
}

/** The network of the features: the fastest that reads pixels as they are. */
const BACKBONE = 'efficientnetlite0';
/** Pictures in one pass. */
const BATCH = 16;
/** Photos that a preparation learns from. */
const SAMPLE = 60;

/**
 * Whether preparation and augmentation help, by the same budget and seeds: the presentation's CNN from scratch, with each
 * preparation and each augmentation alone and several together, and softmax regression on frozen features of photos that
 * were prepared before the network saw them. Rows come one by one; a run that was stopped goes on from those that are
 * known.
 *
 * @throws WeightsUnavailableError when the network's weights are neither on disk nor reachable
 * @throws Error when a photo cannot be read
 * @example const rows = await runAblation(await openDataset({ path }), { seeds: 3 });
 */
export async function runAblation(dataset: Dataset, options: AblationOptions = {}): Promise<AblationRow[]> {
  const rows = [...(options.known ?? [])];
  const has = (wanted: Pick<AblationRow, 'network' | 'kind' | 'step' | 'seed'>) =>
    rows.some(
      ({ network, kind, step, seed }) =>
        network === wanted.network && kind === wanted.kind && step === wanted.step && seed === wanted.seed,
    );
  const add = async (row: AblationRow) => {
    rows.push(row);
    await options.onRow?.(row);
  };
  await ablateFeatures(dataset, options, has, add);
  await ablateScratch(dataset, options, has, add);
  return rows;
}

type Has = (row: Pick<AblationRow, 'network' | 'kind' | 'step' | 'seed'>) => boolean;
type Add = (row: AblationRow) => Promise<void>;

/** Photos decoded to squares, prepared, and what preparing one of them took. */
async function prepared(
  photos: readonly RgbImage[],
  preparation: Preparation,
): Promise<{ images: RgbImage[]; milliseconds: number }> {
  const change = preparation.make(photos.slice(0, SAMPLE));
  const started = performance.now();
  const images = photos.map(change);
  return { images, milliseconds: (performance.now() - started) / photos.length };
}

async function decodeAll(dataset: Dataset, examples: readonly Example[], size: number): Promise<RgbImage[]> {
  const photos = new Array<RgbImage>(examples.length);
  const input = stretchedInput(size);
  await forEachLimited(examples, 4, async ({ file }, i) => {
    photos[i] = await decodePhoto(join(dataset.imagesFolder, file), input);
  });
  return photos;
}

async function ablateFeatures(
  dataset: Dataset,
  { featureBreeds = 20, photosPerBreed = 24, folds = 5, stop }: AblationOptions,
  has: Has,
  add: Add,
): Promise<void> {
  const network = 'frozen features';
  const kind = 'preparation';
  const missing = PREPARATIONS.filter(({ name }) => !has({ network, kind, step: name, seed: 0 }));
  if (missing.length === 0 || stop?.()) return;
  const { examples, breeds } = selectBreeds(dataset, Math.min(featureBreeds, dataset.breeds.length));
  const random = createRandom(0);
  const chosen = groupByBreed(examples).flatMap(([, own]) => random.shuffle(own).slice(0, photosPerBreed));
  const labels = Int32Array.from(chosen, ({ label }) => label);
  const foldOf = kFold(chosen, { folds, seed: 0 });
  const backbone = await loadBackbone(BACKBONE);
  try {
    const { input } = featureRecipe(backbone);
    const photos = await decodeAll(dataset, chosen, input.size);
    for (const preparation of missing) {
      if (stop?.()) return;
      const { images, milliseconds } = await prepared(photos, preparation);
      const features = new Float32Array(images.length * backbone.featureSize);
      for (let from = 0; from < images.length; from += BATCH) {
        // filled up with the first, so that every pass has one shape
        const batch = Array.from({ length: BATCH }, (_, i) => images[from + i] ?? elementAt(images, 0));
        const output = tf.tidy(() => photoFeatures(batch, backbone, input));
        const values = (await output.data()) as Float32Array;
        output.dispose();
        const wanted = Math.min(BATCH, images.length - from) * backbone.featureSize;
        features.set(values.subarray(0, wanted), from * backbone.featureSize);
      }
      for (let fold = 0; fold < folds; fold += 1) {
        const part = (keep: (row: number) => boolean) => {
          const rows = [...labels.keys()].filter(keep);
          return {
            features: gatherRows(features, backbone.featureSize, rows),
            labels: labels.filter((_, row) => keep(row)),
          };
        };
        const test = part((row) => foldOf[row] === fold);
        const train = part((row) => foldOf[row] !== fold);
        const { model } = await fitQuickSoftmax(train.features, train.labels, breeds.length);
        const { predicted } = await evaluateHead(model, test, breeds);
        model.dispose();
        const tested = test.labels.length;
        const right = Math.round(accuracy(test.labels, predicted) * tested);
        const { name: step } = preparation;
        await add({ network, kind, step, seed: fold, tested, right, milliseconds: round(milliseconds) });
      }
    }
  } finally {
    backbone.dispose();
  }
}

async function ablateScratch(dataset: Dataset, options: AblationOptions, has: Has, add: Add): Promise<void> {
  const { scratchBreeds = 5, seeds = 5, imageSize = 64, epochs = 10, stop } = options;
  const few = selectBreeds(dataset, Math.min(scratchBreeds, dataset.breeds.length));
  const network = 'scratch CNN';
  const plain = PREPARATIONS.slice(0, 1);
  const conditions = [
    ...PREPARATIONS.map((preparation) => ({
      kind: 'preparation' as const,
      step: preparation.name,
      preparation,
      augmentation: false as const,
    })),
    ...Object.entries(POLICIES).map(([step, augmentation]) => ({
      kind: 'augmentation' as const,
      step,
      preparation: elementAt(plain, 0),
      augmentation,
    })),
  ];
  const photos = await decodeAll(dataset, few.examples, imageSize);
  const memories = new Map<string, { memory: PhotoMemory; milliseconds: number }>();
  const memoryOf = async (preparation: Preparation) => {
    const known = memories.get(preparation.name);
    if (known) return known;
    const { images, milliseconds } = await prepared(photos, preparation);
    const rowOf = new Map(few.examples.map(({ file }, row) => [file, row]));
    const pixels = async ({ file }: Example) => elementAt(images, rowOf.get(file) ?? -1).data;
    const made = { memory: { pixels, bytes: 3 * imageSize * imageSize * images.length }, milliseconds };
    memories.set(preparation.name, made);
    return made;
  };
  for (let seed = 0; seed < seeds; seed += 1) {
    const split = splitRandom(few.examples, { train: 0.6, validation: 0.15, test: 0.25, seed });
    for (const { kind, step, preparation, augmentation } of conditions) {
      if (has({ network, kind, step, seed })) continue;
      if (stop?.()) return;
      const { memory, milliseconds } = await memoryOf(preparation);
      const { model } = await fitScratchCnn(few, split, { imageSize, epochs, seed, augmentation, memory });
      const probabilities = await predictScratchCnn(model, few, split.test, { memory });
      model.dispose();
      const predicted = predictedClasses(probabilities, few.breeds.length);
      const right = split.test.filter(({ label }, row) => predicted[row] === label).length;
      const cost = augmentation ? await costOf(augmentation, photos) : milliseconds;
      const tested = split.test.length;
      await add({ network, kind, step, seed, tested, right, milliseconds: round(cost) });
    }
  }
}

/** Median time of a policy on one photo, ms. */
async function costOf(policy: readonly AugmentationStep[], photos: readonly RgbImage[]): Promise<number> {
  const random = createRandom(0);
  const times = photos.slice(0, SAMPLE).map((photo, i) => {
    const started = performance.now();
    augmentByPolicy(photo, policy, random, elementAt(photos, (i + 1) % photos.length));
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

const round = (milliseconds: number): number => Number(milliseconds.toFixed(3));
