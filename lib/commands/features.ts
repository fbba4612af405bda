import type { Command } from 'commander';
import { elementAt, formatProgress, type Progress, wholeNumber } from '../base/index';
import { type Dataset, openDataset, type Quarantined } from '../dataset/index';
import { startEngine } from '../engine/index';
import type { Backbone, FeatureOptions } from '../models/index';
import { loadBackbone, weightRecord } from '../models/index';
import { describeWorkers } from '../queue/index';
import {
  cacheFeaturesOnQueue,
  extractRecipes,
  imagenetPriorPath,
  shippedFeaturesPath,
  startFeatureWorker,
  writeFeatures,
  writeImagenetPrior,
} from '../training/index';

/** Options of `dogbreeds features`, as the command line gives them. */
export interface FeaturesCommandOptions {
  dataset: string;
  backbone?: string;
  /** `true`: the file that ships with the project. */
  export?: string | boolean;
  /** Write the rows of the network's ImageNet classifier for the dataset's breeds instead. */
  exportClassifier?: string | boolean;
  /** One or several, separated by commas; `views` likewise: each with each is a recipe. */
  crop?: string;
  /** Of each side, for `--crop central`. */
  cropFraction?: string;
  resize?: string;
  views?: string;
  inputSize?: string;
  interpolation?: string;
  batchSize?: string;
  /** Address of Redis: workers compute. */
  redis?: string;
  queue?: string;
  /** Be one of the workers. */
  worker?: boolean;
}

/**
 * `dogbreeds features`: computes the features of a dataset's photos into the cache, with a live line of progress,
 * and writes them to an Arrow file when asked to. Several recipes are computed in one pass over the photos.
 *
 * @throws Error for unknown options, an unreadable dataset or missing weights
 */
export async function featuresCommand(options: FeaturesCommandOptions): Promise<void> {
  const record = weightRecord(options.backbone ?? 'resnet50');
  const recipes = recipesOf(options);
  const settings = elementAt(recipes, 0);
  if (recipes.length > 1 && (options.export || options.redis))
    throw new Error(`expected one recipe with --export or --redis, received ${recipes.length}`);
  const batchSize = wholeNumber('--batch-size', options.batchSize ?? '16', 1);
  const inputSize = wholeNumber('--input-size', options.inputSize ?? String(record.inputSize), 32);
  const dataset = await openDataset({ path: options.dataset });
  console.log(`${dataset.examples.length} photos of ${dataset.breeds.length} breeds in ${dataset.name}`);
  const engine = await startEngine();
  console.log(engine.description);
  if (options.exportClassifier) {
    const path =
      typeof options.exportClassifier === 'string'
        ? options.exportClassifier
        : imagenetPriorPath(record.name);
    const folders = new Map(dataset.examples.map(({ breed, file }) => [breed, file]));
    const breeds = dataset.breeds.map((breed) => {
      const [wnid = ''] = folders.get(breed)?.split('-') ?? [];
      return { breed, wnid };
    });
    await writeImagenetPrior(path, breeds, record.name);
    console.log(`wrote ${path}`);
    return;
  }
  const backbone = await loadBackbone(record.name, { inputSize });
  if (options.worker)
    return workOnFeatures(dataset.imagesFolder, backbone, options, { ...settings, batchSize });
  const unreadable = options.redis
    ? await computeElsewhere(dataset, backbone, options.redis, options.queue, settings)
    : [];
  const readable = {
    ...dataset,
    examples: dataset.examples.filter(({ file }) => !unreadable.some((bad) => bad.file === file)),
    quarantine: [...dataset.quarantine, ...unreadable],
  };
  const tables = await extractRecipes(
    readable,
    recipes.map((recipe) => ({ ...recipe, backbone })),
    { batchSize, onProgress: showLine() },
  );
  for (const { computed, files, seconds, source } of tables)
    console.log(
      `${computed} computed in ${seconds.toFixed(1)} s, ${files.length - computed} from the cache: ${source}`,
    );
  const [table] = tables;
  const unread = new Map(
    tables.flatMap(({ quarantine }) => quarantine.map(({ file, reason }) => [file, reason])),
  );
  for (const [file, reason] of unread) console.log(`quarantined ${file}: ${reason}`);
  if (options.export && table) {
    const kept = table.files.length;
    const path = typeof options.export === 'string' ? options.export : shippedFeaturesPath(record.name);
    const { crop, cropFraction, resize, views, size } = table.recipe.input;
    await writeFeatures(path, table, {
      recipe: `dogbreeds features --dataset PATH --backbone ${record.name} --crop ${crop}${cropFraction ? ` --crop-fraction ${cropFraction}` : ''} --resize ${resize} --views ${views} --input-size ${size} --interpolation ${table.recipe.input.interpolation} --export`,
      dataset: `${dataset.name}, fingerprint ${dataset.fingerprint}`,
      engine: engine.description,
      photos: `${kept} of ${dataset.examples.length}; ${table.quarantine.length} quarantined`,
    });
    console.log(`wrote ${path}`);
  }
  backbone.dispose();
}

/** Every crop with every number of views: one recipe, unless lists are given. */
function recipesOf(options: FeaturesCommandOptions): FeatureOptions[] {
  const { cropFraction, interpolation } = options;
  const common: FeatureOptions = {
    ...(cropFraction && { cropFraction: fraction('--crop-fraction', cropFraction) }),
    resize: oneOf('--resize', options.resize ?? 'stretch', ['stretch', 'centre'] as const),
    ...(interpolation && {
      interpolation: oneOf('--interpolation', interpolation, ['bilinear', 'bicubic'] as const),
    }),
  };
  const crops = (options.crop ?? 'none').split(',');
  const views = (options.views ?? '1').split(',');
  return crops.flatMap((crop) =>
    views.map((view) => ({
      ...common,
      crop: oneOf('--crop', crop, ['none', 'central', 'box'] as const),
      views: view === '1' ? 1 : oneOf('--views', view, ['flip', 'crops-flip'] as const),
    })),
  );
}

function fraction(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1) return value;
  throw new Error(`expected a number above 0 and at most 1 for ${option}, received "${text}"`);
}

/** Fills the cache with what workers compute. */
async function computeElsewhere(
  dataset: Dataset,
  backbone: Backbone,
  url: string,
  queue: string | undefined,
  settings: FeatureOptions,
): Promise<Quarantined[]> {
  const say = (message: string) => console.error(message);
  const onProgress = showLine();
  const work = { ...settings, url, queue, say, onProgress };
  const { counts, quarantine } = await cacheFeaturesOnQueue(dataset, backbone, work);
  console.log(describeWorkers(counts, 'photos'));
  return quarantine;
}

/** Computes for another machine until Ctrl-C. */
async function workOnFeatures(
  imagesFolder: string,
  backbone: Backbone,
  { redis: url, queue }: FeaturesCommandOptions,
  settings: FeatureOptions & { batchSize: number },
): Promise<void> {
  if (!url) throw new Error('expected --redis URL with --worker, received none');
  let photos = 0;
  const worker = await startFeatureWorker(imagesFolder, backbone, {
    ...settings,
    url,
    queue,
    say: (message) => console.error(message),
    onDone: (count) => {
      photos += count;
      console.error(`${photos.toLocaleString('en')} photos`);
    },
  });
  console.error('ready: waiting for photos (Ctrl+C stops)');
  const stop = () => void worker.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await worker.ended;
  backbone.dispose();
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T))
    throw new Error(`expected ${allowed.join(', ')} for ${option}, received "${value}"`);
  return value as T;
}

/** One line that is overwritten on a terminal; elsewhere a line every 30 seconds. */
function showLine(): (progress: Progress) => void {
  let last = 0;
  return (progress) => {
    const finished = progress.done === progress.total;
    if (process.stdout.isTTY) {
      process.stdout.write(`\r\x1b[K${formatProgress(progress)}${finished ? '\n' : ''}`);
    } else if (finished || performance.now() - last > 30_000) {
      last = performance.now();
      console.log(formatProgress(progress));
    }
  };
}

/** Adds `dogbreeds features` to the command line. */
export function register(program: Command): void {
  program
    .command('features')
    .description("features of a dataset's photos: computed into the cache, then exported if asked")
    .requiredOption('--dataset <path>', 'Stanford Dogs as it is published, or a folder of class folders')
    .option('--backbone <name>', 'frozen network (default: resnet50)')
    .option(
      '--crop <what>',
      'none, central: the middle, box: only the annotated dog, or a list of them (default: none)',
    )
    .option('--crop-fraction <share>', "what a central crop keeps of each side (default: the weights' own)")
    .option('--resize <how>', 'stretch, or centre: cut to the centre square (default: stretch)')
    .option(
      '--views <views>',
      '1, flip or crops-flip: passes that are averaged, or a list: 1,flip (default: 1)',
    )
    .option('--input-size <pixels>', "side of the network's square input (default: the backbone's own)")
    .option('--interpolation <kernel>', "bilinear or bicubic (default: the backbone's own)")
    .option('--batch-size <number>', 'pictures in one pass (default: 16)')
    .option('--redis <url>', 'let workers compute: redis://:password@host:6379, or rediss:// with TLS')
    .option('--worker', 'with --redis: be a worker; --dataset says where the photos lie here')
    .option('--queue <name>', 'name of the queue (default: dogbreeds-features)')
    .option('--export [file]', 'write an Arrow file (default: data/features/stanford-dogs-BACKBONE.arrow)')
    .option(
      '--export-classifier [file]',
      "write the rows of the network's ImageNet classifier for the breeds, and end",
    )
    .action((options) => featuresCommand(options));
}
