// Extracts features into the cache folder of the first argument, until it is killed; a line for each batch. With `both`
// as the second, those of mirror images too.
import { openDataset } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { cacheRecipes } from '../../lib/training/index';
import { meanColourBackbone } from './mean-colour';

async function main(): Promise<void> {
  await startEngine({ backend: 'cpu' });
  const dataset = await openDataset();
  const backbone = meanColourBackbone();
  const views = process.argv[3] === 'both' ? ([1, 'flip'] as const) : ([1] as const);
  const wanted = views.map((each) => ({ backbone, views: each }));
  await cacheRecipes(dataset, wanted, {
    cacheFolder: process.argv[2],
    batchSize: 2,
    segmentPhotos: 2,
    onProgress: ({ done }) => console.log(done),
  });
}
main();
