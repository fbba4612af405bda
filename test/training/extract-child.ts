// Extracts features into the cache folder of the first argument, until it is killed; a line for each batch.
import { openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { cacheFeatures } from '../../lib/training/index';
import { meanColourBackbone } from './mean-colour';

async function main(): Promise<void> {
  await startEngine({ backend: 'cpu' });
  const dataset = await openDataset();
  await cacheFeatures(dataset, meanColourBackbone(), {
    cacheFolder: process.argv[2],
    batchSize: 2,
    segmentPhotos: 2,
    onProgress: ({ done }) => console.log(done),
  });
}
main();
