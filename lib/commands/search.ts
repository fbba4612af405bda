import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fromRoot, wholeNumber } from '../base/index';
import { openDataset } from '../dataset/index';
import { startEngine } from '../engine/index';
import { formatInterval } from '../evaluation/index';
import {
  publishedNetworks,
  repeatScratch,
  type SeedRow,
  scratchFiles,
  searchScratch,
  summarizeSeeds,
} from '../experiments/index';
import { bestTrial, lowestLoss, type Trial } from '../training/index';

interface Options {
  folder: string;
  seed: string;
  seeds: string;
  workers?: string;
  sampler: 'tpe' | 'random';
  schedule: 'hyperband' | 'asha';
  minutes?: string;
}

/** Everything that a table should say of where it was made. */
async function about(path: string): Promise<Record<string, string>> {
  const { description } = await startEngine();
  const { name, fingerprint } = await openDataset({ path, seed: 0 });
  const processor = cpus()[0]?.model ?? 'unknown processor';
  return {
    command: 'npx dogbreeds search PHOTOS',
    photos: `${name} ${fingerprint}`,
    engine: description,
    processor,
  };
}

/** `dogbreeds search <photos>`: searches for a small CNN, then trains it and the presentation's with several seeds. */
async function search(path: string, options: Options): Promise<void> {
  const minutes = options.minutes && wholeNumber('--minutes', options.minutes, 1);
  if (minutes)
    setTimeout(() => {
      console.log(`stopped after ${minutes} min; the same command goes on from here`);
      process.exit(0); // what was done is on disk, in tables and checkpoints
    }, minutes * 60_000).unref();
  const files = scratchFiles(options.folder);
  const facts = await about(path);
  const workers = options.workers ? wholeNumber('--workers', options.workers, 1) : undefined;
  const onTrial = (trial: Trial) =>
    console.log(
      `trial ${trial.trial}: ${trial.outcome}, ${trial.losses.length} epochs, validation loss ${lowestLoss(trial).toFixed(3)}${trial.error && `, ${trial.error}`}`,
    );
  const { trials } = await searchScratch(
    { path },
    {
      path: files.search,
      seed: wholeNumber('--seed', options.seed, 0),
      ...{ sampler: options.sampler, schedule: options.schedule, workers, about: facts, onTrial },
    },
  );
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
  const { rows } = await repeatScratch({ path }, publishedNetworks(best), {
    ...{ seeds, path: files.seeds, about: facts, workers, onRow },
  });
  for (const summary of summarizeSeeds(rows)) {
    const { network, breeds, precision, precisionZero, recall, accuracy, predicted } = summary;
    console.log(
      `${network}, ${breeds} breeds, ${summary.seeds} seeds: macro precision ${formatInterval(precision)} (never predicted = 0: ${formatInterval(precisionZero)}), recall ${formatInterval(recall)}, accuracy ${formatInterval(accuracy)}; ${predicted} breeds predicted at least`,
    );
  }
}

/** Adds `dogbreeds search` to the command line. */
export function register(program: Command): void {
  program
    .command('search')
    .description('searches for a better small CNN; trains it and the presentation’s with several seeds')
    .argument('<photos>', 'folder of Stanford Dogs')
    .option(
      '--folder <path>',
      'where the tables go; found there, they are gone on with',
      join(fromRoot('data'), 'runs'),
    )
    .option('--seed <n>', 'of the search', '42')
    .option('--seeds <n>', 'trainings of each network after the search; 0: none', '5')
    .option('--workers <n>', 'trainings at a time (default: the number of cores)')
    .option('--sampler <name>', 'tpe or random', 'tpe')
    .option('--schedule <name>', 'hyperband or asha', 'hyperband')
    .option('--minutes <n>', 'stop after so many minutes; the same command goes on')
    .action(search);
}
