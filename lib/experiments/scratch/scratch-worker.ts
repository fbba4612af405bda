/** Trains small CNNs from scratch, one after the other, as its parent asks. */
import { type Dataset, openDataset, selectBreeds } from '../../dataset/index';
import { startEngine } from '../../engine/index';
import type { FromWorker, ScratchData, ToWorker } from './scratch-job';
import { trainJob } from './train-job';

const { path, limitPerBreed } = JSON.parse(process.argv[2] ?? '{}') as ScratchData;

const say = (message: FromWorker) => process.send?.(message);
let opened: Promise<Dataset> | undefined;
const selected = new Map<number, Dataset>();

async function datasetOf(breeds: number): Promise<Dataset> {
  opened ??= startEngine({ threads: 1 }).then(() => openDataset({ path, limitPerBreed, seed: 0 }));
  const found = selected.get(breeds) ?? selectBreeds(await opened, breeds);
  selected.set(breeds, found);
  return found;
}

process.on('message', ({ id, job }: ToWorker) => {
  datasetOf(job.breeds)
    .then((dataset) => trainJob(dataset, job))
    .then(
      (result) => say({ id, result }),
      (error: unknown) => say({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});
