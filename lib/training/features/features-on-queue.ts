import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder as cachePath, measureProgress } from '../../base/index';
import type { Dataset, Example, Quarantined } from '../../dataset/index';
import { type Backbone, featureRecipe, featureSizeOf, recipeKey } from '../../models/index';
import { type QueueCounts, type QueueWorker, runOnQueue, type Task, workOnQueue } from '../../queue/index';
import type { CacheFeaturesOptions } from './cache-features';
import { extractFeatures } from './extract-features';
import { openFeatureStore } from './feature-store';
import { missingPhotos, photoKey } from './missing-photos';

/** Name of the queue unless one is given. */
export const FEATURES_QUEUE = 'dogbreeds-features';

/** Where the queue is. */
export interface OnQueueOptions extends CacheFeaturesOptions {
  url: string;
  queue?: string;
  lockMs?: number;
  giveUpMs?: number;
  say?: (message: string) => void;
}

type Asked = Pick<Example, 'file' | 'hash' | 'boxes'>;
interface Shard {
  photos: Asked[];
}
interface Answered {
  /** Content's key and its features as base64 of little-endian float32. */
  rows: [key: string, features: string][];
  quarantine: Quarantined[];
}

/** Photos in a shard. */
const SHARD = 64;

/**
 * Fills the cache of features with what workers on other machines compute; this process alone writes it. What is there
 * already is not asked for, a run that was killed is continued by the next, and a photo that kills its workers ends up in
 * the quarantine. Afterwards `extractFeatures` finds all of it on the disk.
 *
 * @param dataset with the same files, below the same names, on every machine
 * @throws Error when Redis is gone for a minute
 */
export async function cacheFeaturesOnQueue(
  dataset: Pick<Dataset, 'examples'>,
  backbone: Backbone,
  options: OnQueueOptions,
): Promise<{ counts: QueueCounts; quarantine: Quarantined[] }> {
  const { cacheFolder = cachePath('features'), queue = FEATURES_QUEUE } = options;
  const recipe = featureRecipe(backbone, options);
  const store = await openFeatureStore(join(cacheFolder, recipeKey(recipe)), {
    size: featureSizeOf(recipe),
    segmentRows: options.segmentPhotos,
  });
  const missing = missingPhotos(dataset.examples, recipe, store);
  const report = measureProgress(missing.length, options.onProgress);
  const quarantine: Quarantined[] = [];
  let done = 0;
  const tasks: Task<Shard>[] = [];
  for (let start = 0; start < missing.length; start += SHARD)
    tasks.push(
      taskOf(missing.slice(start, start + SHARD).map(({ file, hash, boxes }) => ({ file, hash, boxes }))),
    );
  const counts = await runOnQueue<Shard, Answered>({
    ...options,
    onProgress: undefined, // of photos, below
    queue,
    kind: recipeKey(recipe),
    tasks,
    sink: async ({ rows, quarantine: unreadable }) => {
      for (const [key, features] of rows) await store.append(key, floats(features));
      quarantine.push(...unreadable.filter(({ file }) => !quarantine.some((known) => known.file === file)));
      done = Math.min(missing.length, done + rows.length + unreadable.length);
      report(done);
    },
    piecesOf: ({ photos }) => photos.length,
    halve: ({ input: { photos } }) => {
      const middle = Math.ceil(photos.length / 2);
      return photos.length > 1 ? [photos.slice(0, middle), photos.slice(middle)].map(taskOf) : [];
    },
    onDead: ({ input: { photos } }) =>
      void quarantine.push(
        ...photos.map(({ file }) => ({ file, reason: 'the worker died while it read this photo' })),
      ),
  });
  await store.flush();
  return { counts, quarantine };
}

const taskOf = (photos: Asked[]): Task<Shard> => ({
  id: createHash('sha256').update(JSON.stringify(photos)).digest('hex').slice(0, 24),
  input: { photos },
});

/**
 * Computes features for {@link cacheFeaturesOnQueue}, until it is closed. They stay in this machine's own cache too, so a
 * shard that comes again costs nothing. The network blocks this thread for a batch at a time, far less than the lock.
 *
 * @param imagesFolder where the dataset's class folders lie on this machine
 */
export function startFeatureWorker(
  imagesFolder: string,
  backbone: Backbone,
  { queue = FEATURES_QUEUE, onDone, ...options }: OnQueueOptions & { onDone?: (photos: number) => void },
): Promise<QueueWorker> {
  const recipe = featureRecipe(backbone, options);
  return workOnQueue<Shard, Answered>({
    ...options,
    queue,
    kind: recipeKey(recipe),
    piecesOf: ({ photos }) => photos.length,
    onDone: ({ photos }) => onDone?.(photos.length),
    async work({ photos }) {
      const examples = photos.map(
        (photo): Example => ({
          ...{ breed: '', label: 0, split: null, width: 0, height: 0, channels: 3 },
          ...photo,
        }),
      );
      const dataset = { name: 'a shard', examples, imagesFolder, quarantine: [] };
      try {
        const { features, size, files, quarantine } = await extractFeatures(dataset, backbone, options);
        const keys = new Map(examples.map((example) => [example.file, photoKey(example, recipe)]));
        const rows = files.map((file, row): [string, string] => [
          keys.get(file) ?? '',
          base64(features.subarray(row * size, (row + 1) * size)),
        ]);
        return { rows, quarantine };
      } catch (error) {
        const { message } = error as Error;
        if (!message.startsWith('expected photos with features')) throw error;
        return { rows: [], quarantine: photos.map(({ file }) => ({ file, reason: message })) };
      }
    },
  });
}

const base64 = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const floats = (text: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);
