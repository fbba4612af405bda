import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import {
  BACKBONES,
  ensureWeights,
  findWeights,
  type WeightRecord,
  weightPath,
  weightRecord,
  weightsFolder,
} from '../models/index';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * The command `dogbreeds weights [names...]`: without names it lists the weight records and which files are on disk;
 * with names (or `all`) it fetches what is missing, and says how far it is.
 *
 * @throws Error for an unknown name
 * @returns the exit code: 1 when some weights cannot be had
 * @example await weightsCommand(['resnet50'])
 */
export async function weightsCommand(names: string[]): Promise<number> {
  if (names.length === 0) return listWeights();
  const records = (names.includes('all') ? BACKBONES : names).map(weightRecord);
  let failures = 0;
  for (const record of records) {
    try {
      const { path } = await ensureWeights(record, { onProgress: showProgress(record) });
      console.log(`${record.title}: ${path}`);
    } catch (error) {
      failures += 1;
      console.error(error instanceof Error ? error.message : String(error));
    }
  }
  return failures > 0 ? 1 : 0;
}

async function listWeights(): Promise<number> {
  const rows: string[][] = [['name', 'parameters', 'features', 'input', 'licence', 'download', 'on disk']];
  for (const name of BACKBONES) {
    const record = weightRecord(name);
    const found = findWeights(record);
    const { parameters, featureSize, inputSize, licence, bytes } = record;
    rows.push([
      name,
      parameters.toLocaleString('en-US'),
      String(featureSize),
      `${inputSize} px`,
      licence,
      megabytes(bytes),
      found ? await describeFile(found.path) : 'no',
    ]);
  }
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    );
  console.log(`\nFolder: ${weightsFolder()} (environment variable DOGBREEDS_WEIGHTS names another)`);
  console.log(
    'Fetch: dogbreeds weights resnet50 (or all). Files that you put there under these names are taken:',
  );
  for (const name of BACKBONES) console.log(`  ${name}: ${weightPath(weightRecord(name))}`);
  return 0;
}

async function describeFile(path: string): Promise<string> {
  const found = await stat(path);
  return found.isDirectory() ? 'yes' : `yes, ${megabytes(found.size)}`;
}

/** Prints a line that overwrites itself in a terminal, and one line each tenth elsewhere. */
function showProgress({ title }: WeightRecord): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const step = Math.floor((done / total) * (process.stderr.isTTY ? 100 : 10));
    if (step === shown) return;
    shown = step;
    const line = `${title}: ${megabytes(done)} of ${megabytes(total)}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line} ${done >= total ? '\n' : ''}` : `${line}\n`);
  };
}

/** Adds `dogbreeds weights` to the command line. */
export function register(program: Command): void {
  program
    .command('weights')
    .description(
      "pretrained backbones: lists them and what is on disk, or fetches those named ('all': every one)",
    )
    .argument('[names...]', 'backbones, e.g. resnet50')
    .action(async (names) => {
      process.exitCode = await weightsCommand(names);
    });
}
