import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  beginStoppable,
  cacheFolder as cachePath,
  Interrupted,
  measureProgress,
  type OnProgress,
  runAhead,
} from '../../base/index';
import type { Dataset, Example, Quarantined } from '../../dataset/index';
import { decodePhoto, passes, type RgbImage, squaresOf } from '../../image/index';
import type { Backbone } from '../../models/index';
import {
  type FeatureOptions,
  type FeatureRecipe,
  featureRecipe,
  featureSizeOf,
  photoTensor,
  pooledFeatures,
  recipeKey,
} from '../../models/index';
import { type FeatureStore, openFeatureStore } from './feature-store';

/** How features are computed and where they are kept. */
export interface CacheFeaturesOptions extends Omit<FeatureOptions, 'transform'> {
  /** Pictures in one pass of the network. Default 16. */
  batchSize?: number;
  /** Parent of the caches. Default data/cache/features. */
  cacheFolder?: string;
  /** Photos in a file of the cache: what a kill can lose at most. Default 128. */
  segmentPhotos?: number;
  /** Called when the photos that are in the cache have been counted, and after each batch. */
  onProgress?: OnProgress;
  /** Stops after the running batch, as interrupting the cell does; what was computed stays in the cache. */
  signal?: AbortSignal;
}

/** What {@link cacheFeatures} did. */
export interface CachedFeatures {
  store: FeatureStore;
  recipe: FeatureRecipe;
  /** Photos that were computed now, and photos that were there. */
  computed: number;
  reused: number;
  /** Photos that could not be read: the dataset's, and those found now. */
  quarantine: Quarantined[];
  /** From the first photo to the last, seconds. */
  seconds: number;
}

/** Photos decoded ahead of the network, in batches. */
const BATCHES_AHEAD = 3;

/**
 * Computes the features of a dataset's photos into the cache on disk: only those that are missing there. Photos
 * are decoded ahead in sharp's threads while the network runs, at most three batches of them, so that memory does
 * not depend on how many photos there are. A process that is killed loses at most one file of the cache (128 photos).
 *
 * Start the engine first. The last batch is filled up with black pictures, so that every pass has one shape.
 *
 * @throws Error when a photo's features are not finite; Interrupted when it was stopped, after what was computed is kept
 * @example
 * const { computed, reused } = await cacheFeatures(dataset, await loadBackbone('resnet50'));
 */
export async function cacheFeatures(
  dataset: Pick<Dataset, 'examples' | 'imagesFolder' | 'quarantine'>,
  backbone: Backbone,
  options: CacheFeaturesOptions = {},
): Promise<CachedFeatures> {
  const { batchSize = 16, cacheFolder = cachePath('features'), onProgress } = options;
  const { crop, cropFraction, boxMargin, resize, views, interpolation } = options;
  const recipe = featureRecipe(backbone, {
    ...{ crop, cropFraction, boxMargin, resize, views, interpolation },
  });
  const { input } = recipe;
  const featureSize = featureSizeOf(recipe);
  const store = await openFeatureStore(join(cacheFolder, recipeKey(recipe)), {
    size: featureSize,
    segmentRows: options.segmentPhotos,
  });
  const missing = missingPhotos(dataset.examples, recipe, store);
  const reused = dataset.examples.length - missing.length;
  const quarantine = [...dataset.quarantine];
  const report = measureProgress(missing.length, onProgress);
  if (missing.length > 0) report(0);

  const photosPerBatch = Math.max(1, Math.floor(batchSize / passes(input.views)));
  const black = blackPhoto(input.size, squaresOf(input));
  const started = performance.now();
  let batch: { example: Example; image: RgbImage }[] = [];
  let done = 0;

  async function computeBatch(): Promise<void> {
    const filled = Array.from({ length: photosPerBatch }, (_, index) => batch[index]?.image ?? black);
    const output = tf.tidy(() => pooledFeatures(photoTensor(filled, input), backbone, input));
    const rows = (await output.data()) as Float32Array;
    output.dispose();
    for (const [index, { example }] of batch.entries()) {
      const row = rows.subarray(index * featureSize, (index + 1) * featureSize);
      if (!row.every(Number.isFinite))
        throw new Error(`expected finite features of ${example.file} from ${backbone.name}, received others`);
      await store.append(photoKey(example, recipe), row);
    }
    batch = [];
    report(done);
    await breathe();
  }

  const decode = ({ file, boxes }: Example) =>
    decodePhoto(join(dataset.imagesFolder, file), input, { boxes });
  const work = beginStoppable(options.signal, { late: 'runs' });
  let kept: string | undefined;
  try {
    for await (const outcome of runAhead(missing, decode, BATCHES_AHEAD * photosPerBatch)) {
      done += 1;
      if ('error' in outcome) {
        quarantine.push({ file: outcome.item.file, reason: outcome.error.message });
        continue;
      }
      batch.push({ example: outcome.item, image: outcome.value });
      if (batch.length < photosPerBatch) continue;
      await computeBatch();
      if (!(await work.shouldStop())) continue;
      kept = `kept: the features of ${reused + done} of ${dataset.examples.length} photos, which the next run finds`;
      throw new Interrupted(`stopped; ${kept}`);
    }
    if (batch.length > 0) await computeBatch();
  } finally {
    await store.flush();
    work.end(kept);
  }
  const seconds = (performance.now() - started) / 1000;
  const unreadable = quarantine.length - dataset.quarantine.length;
  return { store, recipe, computed: missing.length - unreadable, reused, quarantine, seconds };
}

/**
 * What a photo's features are kept under: its content, and its box where the recipe crops to it.
 *
 * @example photoKey(example, recipe) // '5f3d1c0a9b8e7d6c'
 */
export function photoKey(example: Pick<Example, 'hash' | 'boxes'>, recipe: FeatureRecipe): string {
  if (recipe.input.crop !== 'box') return example.hash;
  const numbers = example.boxes.flatMap(({ xmin, ymin, xmax, ymax }) => [xmin, ymin, xmax, ymax]);
  return [example.hash, ...numbers.map((value) => value.toFixed(4))].join('-');
}

/** Photos whose content is neither in the store nor named twice. */
export function missingPhotos(
  examples: readonly Example[],
  recipe: FeatureRecipe,
  store: FeatureStore,
): Example[] {
  const seen = new Set<string>();
  return examples.filter((example) => {
    const key = photoKey(example, recipe);
    if (seen.has(key) || store.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const blackPhoto = (size: number, squares: number): RgbImage => ({
  ...{ width: size, height: squares * size, data: new Uint8Array(squares * size * size * 3) },
});

/** Lets finished reads and decodes hand over their results and start the next ones: the network blocks the loop. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
