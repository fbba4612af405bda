import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { openIndexModel } from '../../app/index';
import { wholeNumber } from '../../base/index';
import {
  type Catalogue,
  cataloguePath,
  chosenModel,
  classifyFiles,
  type FoundFormat,
  type FoundPhoto,
  findAlike,
  findDuplicates,
  findPhotos,
  openCatalogue,
  parseSince,
  photoClassifier,
  storedVector,
  writeFound,
  writeParquet,
} from '../../catalogue/index';

/** Options of `dogbreeds index find`, as the command line gives them. */
export interface FindCommandOptions {
  catalogue?: string;
  model?: string;
  like?: string;
  duplicates?: boolean;
  exact?: boolean;
  since?: string;
  limit?: string;
  paths?: boolean;
  0?: boolean;
  json?: boolean;
  csv?: boolean;
  parquet?: string;
}

/**
 * `dogbreeds index find [query]`: asks the catalogue. The exit status is 1 when nothing was found, as grep's.
 *
 * @throws Error for a query that cannot be understood or comes with --like or --duplicates, or where there is no
 *   catalogue
 * @example await findCommand('Samoyed > 0.8', { json: true })
 */
export async function findCommand(query: string | undefined, options: FindCommandOptions): Promise<void> {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    const found = await find(catalogue, query, options);
    const count = options.parquet
      ? await writeParquet(found, options.parquet)
      : await writeFound(catalogue, found, formatOf(options), process.stdout);
    console.error(`${count.toLocaleString('en')} found${options.parquet ? `: ${options.parquet}` : ''}`);
    if (count === 0) process.exitCode = 1;
  } finally {
    catalogue.close();
  }
}

const formatOf = (options: FindCommandOptions): FoundFormat =>
  options[0] ? 'paths0' : options.paths ? 'paths' : options.json ? 'json' : options.csv ? 'csv' : 'table';

async function find(
  catalogue: Catalogue,
  query: string | undefined,
  options: FindCommandOptions,
): Promise<Iterable<FoundPhoto>> {
  const limit = options.limit === undefined ? undefined : wholeNumber('--limit', options.limit, 1, 1e9);
  const asked = (['duplicates', 'like'] as const).find((name) => options[name]);
  const beside = query !== undefined ? `"${query}"` : options.since !== undefined ? '--since' : undefined;
  if (asked && beside) throw new Error(`expected --${asked} alone, received it with ${beside}`);
  if (options.duplicates)
    return findDuplicates(catalogue, { exactOnly: options.exact }).flat().slice(0, limit);
  if (options.like) return findLike(catalogue, options.like, options.model, limit ?? 20);
  return findPhotos(catalogue, {
    query,
    limit,
    since: options.since ? parseSince(options.since) : undefined,
  });
}

async function findLike(
  catalogue: Catalogue,
  photo: string,
  model: string | undefined,
  limit: number,
): Promise<FoundPhoto[]> {
  const bytes = await readFile(photo).catch(() => {
    throw new Error(`expected a photo for --like, found nothing at ${photo}`);
  });
  const known = storedVector(catalogue, createHash('sha256').update(bytes).digest('hex'));
  if (known) return findAlike(catalogue, known.vector, known.backbone, limit);
  const { classifier, engine } = await openIndexModel(model ?? chosenModel(catalogue), (message) =>
    console.error(message),
  );
  const photos = await photoClassifier(classifier, engine);
  const task = { root: '.', file: { id: 0, path: photo, size: 0, mtime: 0, maybe: [] } };
  for await (const [row] of classifyFiles([task], photos)) {
    if (!row?.vector) throw new Error(row?.error ?? `expected a photo at ${photo}`);
    return findAlike(
      catalogue,
      new Float32Array(new Uint8Array(Buffer.from(row.vector, 'base64')).buffer),
      photos.backbone,
      limit,
    );
  }
  return [];
}

/** Adds `find` to `dogbreeds index`. */
export function registerFind(index: Command): void {
  index
    .command('find')
    .description('asks the catalogue: "Samoyed > 0.8", "not sure", "in 2023/summer and breed < 0.6" ...')
    .argument('[query]', 'conditions joined by "and" (default: all)')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--model <folder>', 'folder of the saved model, for a photo that the catalogue does not know')
    .option('--like <photo>', 'photos that look like this one, nearest first')
    .option('--duplicates', 'groups of the same photo: same bytes, resized or saved again')
    .option('--exact', 'with --duplicates: the same bytes only')
    .option('--since <time>', 'only what came into the catalogue since: 2024-05-01, 36h, 7d, 2w')
    .option('--limit <number>', 'at most so many')
    .option('--paths', 'print paths, one a line')
    .option('-0', 'print paths ended by NUL, for xargs -0')
    .option('--json', 'print JSON lines')
    .option('--csv', 'print CSV')
    .option('--parquet <file>', 'write a Parquet file')
    .action((query, options, command: Command) =>
      findCommand(query, { ...command.optsWithGlobals(), ...options }),
    );
}
