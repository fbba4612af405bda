import { join } from 'node:path';
import {
  beginStoppable,
  cacheFolder as cachePath,
  elementAt,
  Interrupted,
  measureProgress,
  type OnProgress,
  runAhead,
} from '../../base/index';
import type { Dataset, Example, Quarantined } from '../../dataset/index';
import { decodeSeveral, passes, type RgbImage } from '../../image/index';
import type { Backbone, FeatureOptions, FeatureRecipe } from '../../models/index';
import { featureRecipe, featureSizeOf, recipeKey } from '../../models/index';
import { type FeatureStore, openFeatureStore } from './feature-store';
import { missingPhotos, photoKey } from './missing-photos';
import { type NetworkPasses, openPasses } from './network-passes';
import { distinctNetworks, type PicturePlan, planPictures } from './plan-pictures';

/** Features that are wanted: a network, and how photos are made for it. */
export interface WantedFeatures extends Omit<FeatureOptions, 'transform'> {
  backbone: Backbone;
}

/** How features are computed and where they are kept. */
export interface CacheRecipesOptions {
  /** Pictures in one pass of the network. Default 16. */
  batchSize?: number;
  /** Parent of the caches. Default data/cache/features. */
  cacheFolder?: string;
  /** Photos in a file of the cache: what a kill can lose at most. Default 128. */
  segmentPhotos?: number;
  /** Called when the photos that are in the cache have been counted, and after each pass. */
  onProgress?: OnProgress;
  /** Stops after the running pass, as interrupting the cell does; what was computed stays in the cache. */
  signal?: AbortSignal;
}

/** What became of the features of one recipe. */
export interface CachedFeatures {
  store: FeatureStore;
  recipe: FeatureRecipe;
  /** Photos that were computed now, and photos that were there. */
  computed: number;
  reused: number;
  /** Photos that could not be read: the dataset's, and those found now. */
  quarantine: Quarantined[];
  /** From the first photo to the last, seconds; of recipes that were computed together, of all of them. */
  seconds: number;
}

/** A recipe at work. */
interface Job extends CachedFeatures {
  network: number;
}

/** A photo, the recipes that lack it, and what it costs them. */
interface Work {
  example: Example;
  jobs: Job[];
  plan: PicturePlan;
}

/** Passes whose photos are decoded ahead of the network. */
const PASSES_AHEAD = 3;

/**
 * Computes the features of a dataset's photos by several recipes into their caches on disk: only those that are missing
 * there, and what recipes have in common once. A photo's file is read once and decoded once; a square picture of it,
 * mirrored or not, goes through a network once. Features are those of each recipe by itself, bit for bit (once the engine
 * has run a pass a few times: the first ones round otherwise).
 *
 * Photos are decoded ahead in sharp's threads while the network runs, at most three passes of them, so that memory does
 * not depend on how many photos there are. A process that is killed loses at most one file of each cache (128 photos).
 * Start the engine first. The last pass is filled up with black pictures, so that every pass has one shape.
 *
 * @returns in the order of `wanted`
 * @throws Error when a photo's features are not finite; Interrupted when it was stopped, after what was computed is kept
 * @example
 * const [plain, flip] = await cacheRecipes(dataset, [{ backbone }, { backbone, views: 'flip' }]); // 2 passes a photo
 */
export async function cacheRecipes(
  dataset: Pick<Dataset, 'examples' | 'imagesFolder' | 'quarantine'>,
  wanted: readonly WantedFeatures[],
  options: CacheRecipesOptions = {},
): Promise<CachedFeatures[]> {
  const { batchSize = 16, onProgress } = options;
  const { networks, of } = distinctNetworks(wanted.map(({ backbone }) => backbone));
  const jobs = new Map<string, Job>();
  const keys: string[] = [];
  for (const [i, { backbone, ...pixels }] of wanted.entries()) {
    const recipe = featureRecipe(backbone, { ...pixels, transform: 'none' });
    const key = recipeKey(recipe);
    keys.push(key);
    if (!jobs.has(key)) jobs.set(key, await openJob(dataset, recipe, elementAt(of, i), options));
  }
  const all = [...jobs.values()];
  const work = missingWork(dataset.examples, all);
  const report = measureProgress(work.length, onProgress);
  if (work.length > 0) report(0);

  const queues = networks.map((backbone) => openPasses(backbone, batchSize));
  const perPhoto = all.reduce((sum, { recipe }) => sum + passes(recipe.input.views), 0);
  const ahead = PASSES_AHEAD * Math.max(1, Math.floor(batchSize / perPhoto));
  const decode = ({ example, plan }: Work) =>
    decodeSeveral(join(dataset.imagesFolder, example.file), plan.squares);
  const started = performance.now();
  const stoppable = beginStoppable(options.signal, { late: 'runs' });
  let done = 0;
  let kept: string | undefined;
  const runPass = async (queue: NetworkPasses) => {
    await queue.run();
    report(done);
    await breathe();
  };
  try {
    for await (const outcome of runAhead(work, decode, ahead)) {
      queuePictures(outcome.item, 'error' in outcome ? outcome.error : outcome.value, queues, () => {
        done += 1;
      });
      for (const queue of queues)
        while (queue.waiting >= batchSize) {
          await runPass(queue);
          if (!(await stoppable.shouldStop())) continue;
          const { length: count } = dataset.examples;
          kept = `kept: the features of ${count - work.length + done} of ${count} photos, which the next run finds`;
          throw new Interrupted(`stopped; ${kept}`);
        }
    }
    for (const queue of queues) if (queue.waiting > 0) await runPass(queue);
  } finally {
    for (const { store } of all) await store.flush();
    stoppable.end(kept);
  }
  const seconds = (performance.now() - started) / 1000;
  return keys.map((key) => ({ ...(jobs.get(key) as Job), seconds }));
}

async function openJob(
  { quarantine }: Pick<Dataset, 'quarantine'>,
  recipe: FeatureRecipe,
  network: number,
  { cacheFolder = cachePath('features'), segmentPhotos }: CacheRecipesOptions,
): Promise<Job> {
  const settings = { size: featureSizeOf(recipe), segmentRows: segmentPhotos };
  const store = await openFeatureStore(join(cacheFolder, recipeKey(recipe)), settings);
  return { store, recipe, network, computed: 0, reused: 0, quarantine: [...quarantine], seconds: 0 };
}

/** Photos that any recipe lacks, in the dataset's order. */
function missingWork(examples: readonly Example[], jobs: readonly Job[]): Work[] {
  const lacking = new Map<Example, Job[]>();
  for (const job of jobs) {
    const missing = missingPhotos(examples, job.recipe, job.store);
    job.reused = examples.length - missing.length;
    for (const example of missing) lacking.set(example, [...(lacking.get(example) ?? []), job]);
  }
  return examples.flatMap((example) => {
    const own = lacking.get(example);
    return own ? [{ example, jobs: own, plan: planPictures(example, own) }] : [];
  });
}

/** Hands a photo's pictures to the networks; each recipe's row is kept when the last of its pictures has come back. */
function queuePictures(
  { example, jobs, plan }: Work,
  squares: PromiseSettledResult<RgbImage>[] | Error,
  queues: readonly NetworkPasses[],
  finished: () => void,
): void {
  const rows: (Float32Array | undefined)[] = plan.pictures.map(() => undefined);
  const asked = new Set<number>();
  const pending = new Map<Job, number[]>();
  for (const [i, job] of jobs.entries()) {
    const averaged = elementAt(plan.averaged, i);
    const reason = squares instanceof Error ? squares : unreadable(averaged, plan, squares);
    if (reason) job.quarantine.push({ file: example.file, reason: reason.message });
    else pending.set(job, averaged);
    for (const picture of reason ? [] : averaged) asked.add(picture);
  }
  if (pending.size === 0) finished();
  if (squares instanceof Error) return;

  for (const index of asked) {
    const { network, square, mirrored } = elementAt(plan.pictures, index);
    const { value: image } = elementAt(squares, square) as PromiseFulfilledResult<RgbImage>;
    const take = async (features: Float32Array) => {
      rows[index] = features;
      for (const [job, averaged] of [...pending]) {
        const own = averaged.flatMap((picture) => rows[picture] ?? []);
        if (own.length < averaged.length) continue;
        pending.delete(job);
        const row = meanOf(own);
        if (!row.every(Number.isFinite)) {
          const { backbone } = elementAt(job.recipe.networks, 0);
          throw new Error(`expected finite features of ${example.file} from ${backbone}, received others`);
        }
        await job.store.append(photoKey(example, job.recipe), row);
        job.computed += 1;
      }
      if (pending.size === 0) finished();
    };
    elementAt(queues, network).add({ image, mirrored, take });
  }
}

/** Why one of the squares that a recipe needs could not be decoded. */
function unreadable(
  averaged: readonly number[],
  { pictures }: PicturePlan,
  squares: readonly PromiseSettledResult<RgbImage>[],
): Error | undefined {
  for (const picture of averaged) {
    const square = elementAt(squares, elementAt(pictures, picture).square);
    if (square.status === 'rejected') return square.reason as Error;
  }
  return undefined;
}

/** Mean of rows in float32. */
function meanOf(rows: readonly Float32Array[]): Float32Array {
  const [first, ...others] = rows;
  if (!first) throw new Error('expected at least one row, received none');
  const mean = Float32Array.from(first);
  for (const row of others) for (const [i, value] of row.entries()) mean[i] = (mean[i] ?? 0) + value;
  return others.length === 0 ? mean : mean.map((value) => value / rows.length);
}

/** Lets finished reads and decodes hand over their results and start the next ones: the network blocks the loop. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
