import type { Command } from 'commander';
import { openIndexModel } from '../../app/index';
import {
  addRoot,
  cataloguePath,
  chosenModel,
  describeSummary,
  indexCollection,
  listRoots,
  openCatalogue,
  photoClassifier,
  queueRunner,
  showProgress,
} from '../../catalogue/index';
import { describeWorkers, type QueueCounts } from '../../queue/index';
import { registerFileAway } from './index-file-away';
import { registerFind } from './index-find';
import { registerLearn } from './index-learn';
import { registerReview } from './index-review';
import { registerShard } from './index-shard';
import { registerStatus } from './index-status';
import { registerWorker } from './index-worker';

/** Options of `dogbreeds index`, as the command line gives them. */
export interface IndexCommandOptions {
  catalogue?: string;
  model?: string;
  ignore?: string[];
  retryFailed?: boolean;
  refresh?: boolean;
  keepFeatures?: boolean;
  acceptGone?: boolean;
  json?: boolean;
  redis?: string;
  queue?: string;
}

/**
 * `dogbreeds index <folders>`: brings the catalogue of a collection up to date. Ctrl-C ends it cleanly; the next run
 * goes on. The exit status is 1 when a photo could not be read, 130 after Ctrl-C.
 *
 * @param folders `DIR`, `s3://bucket/prefix` or `NAME=DIR`; none: those that the catalogue knows
 * @throws Error when a folder is missing or suddenly empty, or there is no model
 */
export async function indexCommand(folders: string[], options: IndexCommandOptions): Promise<void> {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: folders.length === 0 });
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    console.error('\nstopping: writing what is computed ... (Ctrl-C again: at once)');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const roots =
      folders.length > 0 ? folders.map((folder) => addRoot(catalogue, folder)) : listRoots(catalogue);
    if (roots.length === 0)
      throw new Error('expected a folder to index, received none: dogbreeds index FOLDER');
    const { classifier, engine } = await openIndexModel(options.model ?? chosenModel(catalogue), (message) =>
      console.error(message),
    );
    const photos = await photoClassifier(classifier, engine);
    let counts: QueueCounts | undefined;
    const shown = showProgress(() => counts);
    const summary = await indexCollection(catalogue, roots, {
      ...options,
      classifier: photos,
      signal: stop.signal,
      runner:
        options.redis === undefined
          ? undefined
          : queueRunner({
              ...{ url: options.redis, model: photos.id, queue: options.queue, signal: stop.signal },
              say: (message) => console.error(message),
              onCounts: (now) => {
                counts = now;
              },
            }),
      onProgress: shown.progress,
    }).finally(shown.end);
    if (options.redis !== undefined) console.error(describeWorkers(counts, 'photos'));
    console.log(options.json ? JSON.stringify(summary) : describeSummary(summary, catalogue.path));
    if (summary.failedNow > 0 || summary.unreadableFolders.length > 0) process.exitCode = 1;
    if (summary.outcome === 'stopped') process.exitCode = 130;
    classifier.dispose();
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    catalogue.close();
  }
}

/** Adds `dogbreeds index` to the command line. */
export function register(program: Command): void {
  const index = program
    .command('index')
    .description('the catalogue of a collection: looks for new photos in folders and names their breeds')
    .argument(
      '[folders...]',
      'DIR, s3://bucket/prefix, or NAME=DIR (default: those that the catalogue knows)',
    )
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
    .option('--ignore <pattern...>', 'paths to leave out, e.g. "backup/**"')
    .option('--refresh', "answer anew where the answer is another model's")
    .option('--retry-failed', 'look again at photos that could not be read')
    .option('--keep-features', "keep the network's own features too, 8 KB a photo")
    .option('--accept-gone', 'accept that most of the known photos are missing')
    .option('--redis <url>', 'let workers compute: redis://:password@host:6379, or rediss:// with TLS')
    .option('--queue <name>', 'name of the queue (default: dogbreeds)')
    .option('--json', 'print the summary as JSON')
    .action((folders, options) => indexCommand(folders, options));
  registerFind(index);
  registerFileAway(index);
  registerReview(index);
  registerLearn(index);
  registerWorker(index);
  registerShard(index);
  registerStatus(index);
}
