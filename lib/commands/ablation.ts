import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { cacheFolder, wholeNumber, writeFileAtomic } from '../base/index';
import { openDataset } from '../dataset/index';
import { startEngine } from '../engine/index';
import { formatInterval } from '../evaluation/index';
import {
  ablationPath,
  encodeAblation,
  readAblation,
  runAblation,
  summarizeAblation,
} from '../experiments/index';

/** Options of `dogbreeds ablation`, as the command line gives them. */
interface AblationCommandOptions {
  dataset: string;
  minutes?: string;
  seeds: string;
  output?: string;
}

/**
 * `dogbreeds ablation`: whether preparation and augmentation help, as a table. What is done is kept in `data/cache`; the
 * same command goes on from there, and writes the table when all of it is there.
 *
 * @throws Error when the photos cannot be read or weights are missing
 */
async function ablationCommand(options: AblationCommandOptions): Promise<void> {
  const minutes = options.minutes ? wholeNumber('--minutes', options.minutes, 1) : Number.POSITIVE_INFINITY;
  const until = performance.now() + minutes * 60_000;
  const stop = () => performance.now() > until;
  const part = cacheFolder('ablation.csv');
  const { description } = await startEngine();
  console.log(description);
  const dataset = await openDataset({ path: options.dataset });
  const known = existsSync(part) ? readAblation(part) : [];
  const rows = [...known];
  await runAblation(dataset, {
    seeds: wholeNumber('--seeds', options.seeds, 2),
    known,
    stop,
    async onRow(row) {
      rows.push(row);
      await writeFileAtomic(part, encodeAblation(rows));
      console.log(`${row.network}, ${row.step}, seed ${row.seed}: ${row.right} of ${row.tested}`);
    },
  });
  if (stop()) {
    console.log(`stopped with ${rows.length} rows: the same command goes on from here`);
    return;
  }
  const path = options.output ?? ablationPath();
  await writeFileAtomic(path, encodeAblation(rows));
  for (const { network, step, accuracy, gain, milliseconds, verdict } of summarizeAblation(rows))
    console.log(
      `${network}, ${step}: ${formatInterval(accuracy)}${gain ? `, gain ${formatInterval(gain)}, ${verdict}` : ''}, ${milliseconds.toFixed(2)} ms`,
    );
  console.log(`wrote ${path}`);
}

/** Adds `dogbreeds ablation` to the command line. */
export function register(program: Command): void {
  program
    .command('ablation')
    .description('whether preparation and augmentation help: makes the table that notebook 02 shows')
    .requiredOption('--dataset <path>', 'Stanford Dogs as it is published, or a folder of class folders')
    .option('--minutes <number>', 'stop after so long; the same command goes on from there')
    .option('--seeds <number>', 'of the network from scratch', '5')
    .option('--output <file>', 'default: data/ablation.csv, which ships')
    .action((options) => ablationCommand(options));
}
