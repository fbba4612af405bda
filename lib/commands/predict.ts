import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { finalModelFolder, openServedModel, type ResultRow, resultLine, resultsCsv } from '../app/index';
import { classifyFiles, photoClassifier, type Row, showName, walkFolder } from '../catalogue/index';

/** Options of `dogbreeds predict`, as the command line gives them. */
export interface PredictOptions {
  csv?: boolean;
  model?: string;
}

/**
 * `dogbreeds predict <photos or folders>`: the breeds of photos without a server; folders are searched for pictures.
 * Prints one line for each breed, or CSV with `--csv`; progress goes to stderr. The exit status is 1 when a photo could
 * not be read.
 *
 * @throws Error when a path does not exist, a folder holds no picture, or no model can be loaded
 * @example await predictCommand(['rex.jpg'], { csv: true })
 */
export async function predictCommand(paths: string[], options: PredictOptions): Promise<void> {
  const files = (await Promise.all(paths.map(findPhotos))).flat();
  const folder = options.model ?? finalModelFolder();
  const { classifier, engine } = await openServedModel(folder, (message) => console.error(message));
  console.error(`engine: ${engine}`);
  if (options.csv) process.stdout.write(resultsCsv([]));
  const photos = await photoClassifier(classifier, engine);
  let done = 0;
  let failed = 0;
  const tasks = files.map((path, id) => ({ root: '.', file: { id, path, size: 0, mtime: 0, maybe: [] } }));
  for await (const rows of classifyFiles(tasks, photos)) {
    for (const row of rows) {
      const result = toResult(showName(files[row.id] ?? ''), row);
      if (result.error) failed++;
      process.stdout.write(options.csv ? resultLine(result) : `${describe(result)}\n`);
    }
    done += rows.length;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${files.length}\r`);
  }
  classifier.dispose();
  if (failed > 0) {
    console.error(`${failed} of ${files.length} photos could not be read`);
    process.exitCode = 1;
  }
}

/** A photo as it was named; of a folder, the photos that an index of it would take, in order. */
async function findPhotos(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => {
    throw new Error(`expected a photo or a folder, found nothing at ${path}`);
  });
  if (!found.isDirectory()) return [path];
  const files: string[] = [];
  let others = 0;
  for await (const { folder, photos, others: left } of walkFolder(path)) {
    files.push(...photos.map(({ name }) => join(path, folder, name)));
    for (const count of left.values()) others += count;
  }
  if (files.length === 0) throw new Error(`expected pictures in ${path}, found none among ${others} files`);
  return files.sort();
}

function toResult(file: string, { answer, error, state }: Row): ResultRow {
  if (!answer) return { file, error: error ?? `no answer (${state})` };
  const top = answer.top.map(([breed, probability]) => ({ breed, probability }));
  return { file, verdict: answer.decision, top };
}

function describe({ file, verdict, top = [], error }: ResultRow): string {
  if (error) return `${file}\n  ${error}`;
  const remark =
    verdict === 'not_a_dog' ? '  (probably not a dog)' : verdict === 'not_sure' ? '  (not sure)' : '';
  const lines = top.map(
    ({ breed, probability }) =>
      `  ${`${(100 * probability).toFixed(1)} %`.padStart(8)}  ${breed.replaceAll('_', ' ')}`,
  );
  return [`${file}${remark}`, ...lines].join('\n');
}

/** Adds `dogbreeds predict` to the command line. */
export function register(program: Command): void {
  program
    .command('predict')
    .description('breeds of photos, without a server')
    .argument('<photos...>', 'photos, or folders that are searched for them')
    .option('--csv', 'print CSV')
    .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
    .action((photos, options) => predictCommand(photos, options));
}
