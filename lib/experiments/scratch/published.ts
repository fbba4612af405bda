import { join } from 'node:path';
import { fromRoot } from '../../base/index';
import { type FitScratchCnnOptions, readTrials, type Trial, type TrialTable } from '../../training/index';
import { type RepeatedNetwork, readSeeds, type SeedTable } from './repeat-scratch';
import { PRESENTATION_POINT, type ScratchPoint, scratchOptions } from './search-scratch';

/** Names of the networks whose seeds ship. */
export const NETWORKS = {
  presentation: "the presentation's network",
  found: 'found by the search',
  residual: 'a small residual network',
} as const;

/** The tables that `dogbreeds search` writes into a folder; those of `data` ship. */
export const scratchFiles = (folder: string = fromRoot('data')): { search: string; seeds: string } => ({
  search: join(folder, 'scratch-search.arrow'),
  seeds: join(folder, 'scratch-seeds.json'),
});

/** The search that ships, or one made since. @throws Error when there is none */
export const loadScratchSearch = (folder?: string): Promise<TrialTable> =>
  readTrials(scratchFiles(folder).search);

/** The trainings with several seeds that ship, or some made since; an empty table where there are none. */
export const loadScratchSeeds = (folder?: string): Promise<SeedTable> =>
  readSeeds(scratchFiles(folder).seeds);

/**
 * How the presentation's network is trained in a minute with 5 breeds and six with 20: small pictures, of which its last
 * convolution sees nearly all (48 px; with 20 breeds 80 px, as 48 tell fewer of them apart), random crops, mirror images, a learning rate that falls along a cosine.
 *
 * @param breeds how many there are
 */
export const scratchRecipe = (
  breeds: number,
): FitScratchCnnOptions & { epochs: number; imageSize: number } => ({
  ...scratchOptions(PRESENTATION_POINT),
  imageSize: breeds > 10 ? 80 : 48,
  epochs: breeds > 10 ? 100 : 30,
});

/**
 * How a small residual network (271,100 parameters with 20 breeds) is trained in 20 minutes of one core: random crops
 * of photos of 128 px, at 64 px, to judge photos of 80 px.
 */
const RESIDUAL: RepeatedNetwork['options'] = {
  ...{ residual: {}, imageSize: 64, photoSize: 128, predictSize: 80, epochs: 80, batchSize: 32 },
  ...{ optimizer: 'adamw', learningRate: 0.004, labelSmoothing: 0.1, dropout: 0.2 },
  augmentation: [
    { use: 'random-resized-crop', minScale: 0.3, size: 64 },
    { use: 'flip' },
    { use: 'colour-jitter', brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0 },
  ],
};

/**
 * What is trained with several seeds after a search: its best trial and the presentation's network, for as long, and a
 * larger network.
 */
export function publishedNetworks(best: Pick<Trial, 'point'>): RepeatedNetwork[] {
  const { presentation, found, residual } = NETWORKS;
  const { imageSize, epochs } = scratchRecipe(5);
  const point = scratchOptions(best.point as ScratchPoint);
  return [
    { name: presentation, breeds: 5, options: scratchRecipe(5) },
    { name: found, breeds: 5, options: { ...point, imageSize, epochs } },
    { name: presentation, breeds: 20, options: scratchRecipe(20) },
    { name: residual, breeds: 20, options: RESIDUAL },
  ];
}
