import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import {
  ApiError,
  DEFAULT_LIMITS,
  decodeForModel,
  finalModelFolder,
  firstLine,
  loadServedModel,
  RESULT_COLUMNS,
  type ResultRow,
  readPhoto,
  resultLine,
  TOP,
} from '../app/index';
import type { Classifier } from '../models/index';

/** Options of `dogbreeds predict`, as the command line gives them. */
export interface PredictOptions {
  csv?: boolean;
  model?: string;
}

/** Photos computed together. */
const BATCH = 8;
const PHOTO_NAME = /\.(jpe?g|png|webp|gif|avif|tiff?)$/i;

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
  const { classifier, engine } = await loadServedModel(folder, (message) => console.error(message));
  console.error(`engine: ${engine}`);
  if (options.csv) console.log(RESULT_COLUMNS.join(','));
  let failed = 0;
  for (let start = 0; start < files.length; start += BATCH) {
    for (const row of await predictBatch(classifier, files.slice(start, start + BATCH))) {
      if (row.error) failed++;
      console.log(options.csv ? resultLine(row) : describe(row));
    }
    if (process.stderr.isTTY)
      process.stderr.write(`\r${Math.min(start + BATCH, files.length)} of ${files.length}\r`);
  }
  classifier.dispose();
  if (failed > 0) {
    console.error(`${failed} of ${files.length} photos could not be read`);
    process.exitCode = 1;
  }
}

async function findPhotos(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => {
    throw new Error(`expected a photo or a folder, found nothing at ${path}`);
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  const photos = names.filter((name) => PHOTO_NAME.test(name)).sort();
  if (photos.length === 0)
    throw new Error(`expected pictures in ${path}, found none among ${names.length} entries`);
  return photos.map((name) => join(path, name));
}

async function predictBatch(classifier: Classifier, files: string[]): Promise<ResultRow[]> {
  const decoded = await Promise.all(
    files.map(async (file) => {
      try {
        const photo = await readPhoto(await readFile(file), file, DEFAULT_LIMITS);
        return { file, image: await decodeForModel(photo, classifier, DEFAULT_LIMITS.maxPixels) };
      } catch (error) {
        if (!(error instanceof ApiError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
        return { file, error: firstLine(error) };
      }
    }),
  );
  const readable = decoded.flatMap((photo) => (photo.image ? [photo.image] : []));
  const predictions = (await classifier.classify(readable, TOP)).values();
  return decoded.map(({ file, image, error }) => {
    if (!image) return { file, error };
    const { top, notSure, notADog } = predictions.next().value!;
    return { file, verdict: notADog ? 'not_a_dog' : notSure ? 'not_sure' : 'breed', top };
  });
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
