import type { Command } from 'commander';
import { progressLine } from '../base/index';
import { describeDataset, openDataset } from '../dataset/index';

/** `dogbreeds dataset [path]`: says what was found. */
export async function datasetCommand(
  path: string | undefined,
  { rows, json }: { rows?: string; json?: boolean },
): Promise<void> {
  const show = progressLine();
  const dataset = await openDataset({
    path,
    onProgress: (done, total) => show(`checking: ${done} of ${total}`),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const shown = rows === undefined ? undefined : Number(rows);
  if (shown !== undefined && !(Number.isInteger(shown) && shown > 0))
    throw new Error(`expected a whole number of rows of at least 1, received "${rows}"`);
  console.log(json ? JSON.stringify(dataset, null, 1) : describeDataset(dataset, { rows: shown }));
}

/** Adds `dogbreeds dataset` to the command line. */
export function register(program: Command): void {
  program
    .command('dataset')
    .description('says what a folder of photos holds: breeds, photos, what is missing, what cannot be used')
    .argument(
      '[path]',
      'Stanford Dogs as it is published, or a folder of class folders (default: drawn pictures)',
    )
    .option('--rows <number>', 'rows shown of each list (default: 20)')
    .option('--json', 'print everything as JSON')
    .action((path, options) => datasetCommand(path, options));
}
