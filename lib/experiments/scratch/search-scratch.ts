import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset, selectBreeds } from '../../dataset/index';
import {
  choice,
  type FitScratchCnnOptions,
  int,
  logUniform,
  onlyWhen,
  type PointOf,
  runSearch,
  type SearchOptions,
  type Trial,
  type TrialTable,
  uniform,
} from '../../training/index';
import { type ScratchWorkers, withPool } from './open-pool';
import type { ScratchData } from './scratch-job';

/**
 * What the presentation chose by hand, "loss & accuracy" in view: activation, optimizer, number and size of the filters,
 * strides; and what else decides a small CNN's training.
 */
export const SCRATCH_SPACE = {
  blocks: int(3, 5),
  filters: int(4, 12),
  kernelSize: choice(3, 4, 5),
  activation: choice('relu', 'elu', 'swish'),
  downsampling: choice('max-pool', 'stride'),
  optimizer: choice('adam', 'adamw', 'rmsprop', 'momentum'),
  learningRate: logUniform(1e-3, 6e-2),
  batchSize: choice(16, 32),
  dropout: uniform(0, 0.3),
  /** Smallest share of the area that a random crop keeps; only where photos are cropped at all. */
  augmentation: choice('flip', 'crop and flip'),
  minScale: onlyWhen('augmentation', 'crop and flip', uniform(0.3, 0.9)),
} as const;

/** One point of {@link SCRATCH_SPACE}. */
export type ScratchPoint = PointOf<typeof SCRATCH_SPACE>;

/** The presentation's network, trained as notebook 03 trains it. */
export const PRESENTATION_POINT: ScratchPoint = {
  ...{ blocks: 4, filters: 4, kernelSize: 4, activation: 'relu', downsampling: 'max-pool' },
  ...{ optimizer: 'adam', learningRate: 0.01, batchSize: 16, dropout: 0 },
  ...{ augmentation: 'crop and flip', minScale: 0.5 },
};

/** A point of the space as options of `fitScratchCnn`. */
export function scratchOptions(point: ScratchPoint): FitScratchCnnOptions {
  const { augmentation, minScale, ...rest } = point;
  const crop = { use: 'random-resized-crop', minScale } as const;
  const policy = minScale === undefined ? [{ use: 'flip' } as const] : [crop, { use: 'flip' } as const];
  // a rung in the middle of a cosine says more than one on the way up of a cycle
  return { ...rest, augmentation: policy, schedule: 'cosine' };
}

/** Options of {@link searchScratch}: what is left out is as for the table that ships. */
export interface SearchScratchOptions
  extends Partial<
    Pick<
      SearchOptions,
      'minEpochs' | 'maxEpochs' | 'reduction' | 'width' | 'sampler' | 'schedule' | 'limit' | 'seed'
    >
  > {
  /** Who trains. Default: as many processes as there are cores. */
  workers?: ScratchWorkers;
  /** Default 5, the presentation's first ones. */
  breeds?: number;
  /** Side of the pictures, px. Default 48. */
  imageSize?: number;
  /** The table. Checkpoints lie in a folder beside it until the search is over. */
  path: string;
  about?: Record<string, string>;
  onTrial?: SearchOptions['onTrial'];
}

/** Of ASHA on a queue: with all of them drawn at once, none would learn from another. */
const ASHA_AT_ONCE = 4;

/** The search that ships: 22 trials, the presentation's network the first of them. */
const SHIPPED_SEARCH = { breeds: 5, imageSize: 48, minEpochs: 1, maxEpochs: 9, width: 11 / 9, seed: 42 };

/**
 * Searches for a better small CNN and training than the presentation's by Hyperband and TPE. Trials are trained in
 * processes of their own, or by a queue's workers, and compared by validation loss; the test part is not read. Killed and
 * called again, it goes on from the table and the trials' checkpoints, here or with workers.
 *
 * @throws Error when the table on disk is of another search, a photo cannot be read, or the queue is lost
 * @example const { trials } = await searchScratch({ path: '../shared/stanford-dogs' }, { path: 'data/runs/search.arrow' });
 */
export async function searchScratch(data: ScratchData, options: SearchScratchOptions): Promise<TrialTable> {
  const { breeds, imageSize, workers, ...rest } = { ...SHIPPED_SEARCH, ...options };
  const checkpoints = `${options.path}.checkpoints`;
  mkdirSync(checkpoints, { recursive: true });
  const { fingerprint } = selectBreeds(await openDataset({ ...data, seed: 0 }), breeds);
  const table = await withPool(data, workers, (pool) =>
    runSearch({
      ...rest,
      space: SCRATCH_SPACE,
      given: [PRESENTATION_POINT],
      workers: rest.schedule === 'asha' ? Math.min(pool.workers, ASHA_AT_ONCE) : pool.workers,
      problem: JSON.stringify({ breeds, imageSize, photos: fingerprint }),
      about: {
        ...options.about,
        breeds: String(breeds),
        imageSize: String(imageSize),
        epochs: String(rest.maxEpochs),
      },
      run: async ({ trial, point, seed, until, epochs }) => {
        const checkpoint = join(checkpoints, `trial-${trial}`);
        const fit = { ...scratchOptions(point as ScratchPoint), imageSize, epochs, until, seed, checkpoint };
        const { history, seconds } = await pool.run({ breeds, splitSeed: seed, options: fit });
        return { losses: history.valLoss, accuracies: history.valAccuracy, seconds };
      },
    }),
  );
  rmSync(checkpoints, { recursive: true, force: true });
  return table;
}

/**
 * Trains one trial of a table again, as far as it was trained then.
 *
 * @returns its curves: the same numbers on the same kind of processor, close ones on another
 * @example const again = await repeatTrial({ path }, table, table.trials[3]);
 */
export async function repeatTrial(
  data: ScratchData,
  { about }: Pick<TrialTable, 'about'>,
  { point, seed, losses }: Pick<Trial, 'point' | 'seed' | 'losses'>,
  until = losses.length,
): Promise<{ losses: number[]; accuracies: number[] }> {
  const { breeds, imageSize, epochs } = about;
  return withPool(data, undefined, async (pool) => {
    const options = { ...scratchOptions(point as ScratchPoint), imageSize: Number(imageSize), seed };
    const { history } = await pool.run({
      breeds: Number(breeds),
      splitSeed: seed,
      options: { ...options, epochs: Number(epochs), until },
    });
    return { losses: history.valLoss, accuracies: history.valAccuracy };
  });
}
