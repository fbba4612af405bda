import { join } from 'node:path';
import type { Command } from 'commander';
import { fromRoot, wholeNumber } from '../base/index';
import { formatInterval } from '../evaluation/index';
import {
  aboutSearch,
  publishedNetworks,
  repeatScratch,
  type ScratchData,
  type SeedRow,
  scratchFiles,
  searchScratch,
  startTrainingWorker,
  summarizeSeeds,
  TRAININGS_QUEUE,
} from '../experiments/index';
import { showUrl } from '../queue/index';
import { bestTrial, lowestLoss, type Trial } from '../training/index';

interface Options {
  folder: string;
  seed: string;
  seeds: string;
  workers?: string;
  sampler: 'tpe' | 'random';
  schedule: 'hyperband' | 'asha';
  minutes?: string;
  redis?: string;
  queue?: string;
  worker?: boolean;
  photosPerBreed?: string;
}

/** `dogbreeds search [photos]`: searches for a small CNN, then trains it and the presentation's with several seeds. */
async function search(path: string | undefined, options: Options): Promise<void> {
  const { photosPerBreed } = options;
  const limitPerBreed = photosPerBreed ? wholeNumber('--photos-per-breed', photosPerBreed, 1) : undefined;
  const data = { path, limitPerBreed };
  if (options.worker) return train(data, options);
  const minutes = options.minutes && wholeNumber('--minutes', options.minutes, 1);
  if (minutes)
    setTimeout(() => {
      console.log(`stopped after ${minutes} min; the same command goes on from here`);
      process.exit(0); // what was done is on disk, in tables and checkpoints
    }, minutes * 60_000).unref();
  const files = scratchFiles(options.folder);
  const say = (message: string) => console.error(message);
  const workers = options.redis ? { url: options.redis, queue: options.queue, say } : processes(options);
  const facts = await aboutSearch(data, workers);
  const onTrial = (trial: Trial) =>
    console.log(
      `trial ${trial.trial}: ${trial.outcome}, ${trial.losses.length} epochs, validation loss ${lowestLoss(trial).toFixed(3)}${trial.error && `, ${trial.error}`}`,
    );
  const { trials } = await searchScratch(data, {
    path: files.search,
    seed: wholeNumber('--seed', options.seed, 0),
    ...{ sampler: options.sampler, schedule: options.schedule, workers, about: facts, onTrial },
  });
  const best = bestTrial(trials);
  console.log(
    `${files.search}: ${trials.length} trials; chosen by validation loss ${lowestLoss(best).toFixed(3)}:`,
  );
  console.log(JSON.stringify(best.point));
  const seeds = wholeNumber('--seeds', options.seeds, 0);
  if (seeds === 0) return;
  const onRow = ({ network, breeds, seed, precision, seconds }: SeedRow) =>
    console.log(
      `${network}, ${breeds} breeds, seed ${seed}: macro precision ${precision.toFixed(3)}, ${seconds} s`,
    );
  const { rows } = await repeatScratch(data, publishedNetworks(best), {
    ...{ seeds, path: files.seeds, about: facts, workers, onRow },
  });
  for (const summary of summarizeSeeds(rows)) {
    const { network, breeds, precision, precisionZero, recall, accuracy, predicted } = summary;
    console.log(
      `${network}, ${breeds} breeds, ${summary.seeds} seeds: macro precision ${formatInterval(precision)} (never predicted = 0: ${formatInterval(precisionZero)}), recall ${formatInterval(recall)}, accuracy ${formatInterval(accuracy)}; ${predicted} breeds predicted at least`,
    );
  }
}

const processes = ({ workers }: Options): number | undefined =>
  workers ? wholeNumber('--workers', workers, 1) : undefined;

/** Trains for another machine until Ctrl-C, which lets trainings under way end within a minute. */
async function train(data: ScratchData, options: Options): Promise<void> {
  const { redis: url, queue } = options;
  if (!url) throw new Error('expected --redis URL with --worker, received none');
  const worker = await startTrainingWorker(data, {
    ...{ url, queue, workers: processes(options), say: (message) => console.error(message) },
    onDone: (epochs, seconds) => console.error(`trained to epoch ${epochs}, ${seconds.toFixed(1)} s in all`),
  });
  console.error(
    `ready: waiting for trainings on ${showUrl(url)}, queue ${queue ?? TRAININGS_QUEUE} (Ctrl+C stops)`,
  );
  const stop = () => void worker.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await worker.ended;
}

/** Adds `dogbreeds search` to the command line. */
export function register(program: Command): void {
  program
    .command('search')
    .description('searches for a better small CNN; trains it and the presentation’s with several seeds')
    .argument('[photos]', 'folder of Stanford Dogs (default: the pictures that the project draws)')
    .option(
      '--folder <path>',
      'where the tables go; found there, they are gone on with',
      join(fromRoot('data'), 'runs'),
    )
    .option('--seed <n>', 'of the search', '42')
    .option('--seeds <n>', 'trainings of each network after the search; 0: none', '5')
    .option('--photos-per-breed <n>', 'so many of each breed (default: all)')
    .option('--workers <n>', 'trainings at a time (default: the number of cores)')
    .option('--redis <url>', 'let workers train: redis://:password@host:6379, or rediss:// with TLS')
    .option('--worker', 'with --redis: be a worker; PHOTOS is where the same photos lie here')
    .option('--queue <name>', `name of the queue (default: ${TRAININGS_QUEUE})`)
    .option('--sampler <name>', 'tpe or random', 'tpe')
    .option('--schedule <name>', 'hyperband or asha', 'hyperband')
    .option('--minutes <n>', 'stop after so many minutes; the same command goes on')
    .action(search);
}
