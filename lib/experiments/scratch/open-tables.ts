import { cpus } from 'node:os';
import { writableData } from '../../base/index';
import { findPhotos, openDataset } from '../../dataset/index';
import { startEngine } from '../../engine/index';
import { liveProgress, showMarkdown } from '../../figures/index';
import { bestTrial, type TrialTable } from '../../training/index';
import type { ScratchWorkers } from './open-pool';
import { loadScratchSearch, loadScratchSeeds, publishedNetworks, scratchFiles } from './published';
import { repeatScratch, type SeedTable } from './repeat-scratch';
import type { ScratchData } from './scratch-job';
import { type SearchScratchOptions, searchScratch } from './search-scratch';

/** Options of {@link openScratchTables}, as the notebook's parameters name them. */
export interface ScratchTablesOptions {
  /** Folder of photos; '' the downloaded ones, or drawn pictures. */
  dataset: string;
  photosPerBreed: number;
  /** '' the tables that ship; else who trains: a number of processes, or `redis://host`, whose workers do. */
  workers: string;
  /** Of the search and its seeds, where they are to be other than those that ship. */
  search?: Partial<SearchScratchOptions>;
  seeds?: number;
}

/**
 * The search and the trainings with several seeds: those that ship, or made anew on this run's photos. What was made
 * stays below `data/runs`: a run that is stopped goes on from it, one with the same photos only reads it.
 *
 * @throws Error for workers that are none, an address with a password in it, or a queue that is lost
 * @example const { search, seeds } = await openScratchTables({ dataset, photosPerBreed, workers: 'redis://server:6379' });
 */
export async function openScratchTables(
  options: ScratchTablesOptions,
): Promise<{ search: TrialTable; seeds: SeedTable }> {
  const { dataset, photosPerBreed, workers: given } = options;
  if (given === '') return { search: await loadScratchSearch(), seeds: await loadScratchSeeds() };
  const workers = parseWorkers(given);
  const data = { path: findPhotos(dataset) || undefined, limitPerBreed: photosPerBreed || undefined };
  const about = await aboutSearch(data, workers);
  const { fingerprint } = await openDataset({ ...data, seed: 0 });
  const files = scratchFiles(writableData('runs', `search-${fingerprint}`));
  const trials = liveProgress('searching');
  const search = await searchScratch(data, {
    ...{ ...options.search, workers, about, path: files.search },
    onTrial: (_trial, done) =>
      trials.update(done.filter(({ losses }) => losses.length > 0).length, done.length),
  });
  trials.end();
  const networks = publishedNetworks(bestTrial(search.trials));
  const { seeds = 5 } = options;
  const trainings = liveProgress('training with several seeds');
  let done = 0;
  const table = await repeatScratch(data, networks, {
    ...{ seeds, workers, about, path: files.seeds },
    onRow: () => trainings.update(++done, seeds * networks.length),
  });
  trainings.end();
  showMarkdown(`*Not the tables that ship: made anew from this run's pictures by ${about.processor}.*`);
  return { search, seeds: table };
}

/** Everything that a table should say of where it was made; nothing of a queue's address. */
export async function aboutSearch(
  data: ScratchData,
  workers: ScratchWorkers | undefined,
): Promise<Record<string, string>> {
  const { description } = await startEngine();
  const { name, fingerprint } = await openDataset({ ...data, seed: 0 });
  return {
    command: 'npx dogbreeds search PHOTOS',
    photos: `${name} ${fingerprint}`,
    engine: description,
    processor: typeof workers === 'object' ? 'workers of a queue' : (cpus()[0]?.model ?? 'unknown processor'),
  };
}

function parseWorkers(text: string): ScratchWorkers {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  if (!/^rediss?:\/\//.test(text))
    throw new Error(
      `expected workers like 4 (processes of this machine) or redis://host:6379 (workers of a queue), received "${text}"`,
    );
  if (text.includes('@'))
    throw new Error(
      'expected an address without a password, which would stand in the notebook and its report: DOGBREEDS_REDIS_PASSWORD takes it',
    );
  return { url: text, say: (message) => console.log(message) };
}
