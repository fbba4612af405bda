import { openDataset, selectBreeds, splitRandom } from '../../lib/dataset/index';

/** A training that takes a second. */
export const SMALL = { imageSize: 32, epochs: 4, batchSize: 8, seed: 5, learningRate: 0.02 };

/** Three breeds of the pictures that the project draws. */
export async function drawnPhotos() {
  const dataset = selectBreeds(await openDataset({ limitPerBreed: 20 }), 3);
  return {
    dataset,
    split: splitRandom(dataset.examples, { train: 0.6, validation: 0.2, test: 0.2, seed: 1 }),
  };
}
