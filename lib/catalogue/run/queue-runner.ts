import {
  type QueueCounts,
  type QueueWorker,
  runOnQueue,
  WorkerUnfitError,
  workOnQueue,
} from '../../queue/index';
import { classifyShard, type Row } from '../classify/classify-shard';
import type { PhotoClassifier } from '../classify/photo-classifier';
import { showName } from '../scan/file-name';
import { RootGoneError } from '../source/root-gone';
import { halveShard, type Shard } from '../store/plan-shards';
import type { Runner } from './index-collection';

/** Name of a collection's queue unless one is given. */
export const DEFAULT_QUEUE = 'dogbreeds';

/** Options of {@link queueRunner}. */
export interface QueueRunnerOptions {
  /** Address of Redis or Valkey: `redis://:password@host:6379`, `rediss://` with TLS. */
  url: string;
  queue?: string;
  model: string;
  mostWaiting?: number;
  lockMs?: number;
  giveUpMs?: number;
  signal?: AbortSignal;
  say?: (message: string) => void;
  onCounts?: (counts: QueueCounts) => void;
}

/**
 * Computes on other machines: shards go into the queue, their rows come back, this process alone writes. A photo that
 * kills its workers ends up alone and is recorded as failed.
 */
export const queueRunner = (options: QueueRunnerOptions): Runner => ({
  async run(shards, sink) {
    const counts = await runOnQueue<Shard, Row[]>({
      ...options,
      queue: options.queue ?? DEFAULT_QUEUE,
      kind: options.model,
      tasks: toTasks(shards),
      sink: (rows, worker) => sink(rows, worker),
      piecesOf: photosOf,
      nameOf: nameShard,
      halve: ({ input }) =>
        input.files.length > 1 ? halveShard(input).map((half) => ({ id: half.id, input: half })) : [],
      onDead: ({ input }) =>
        sink(
          input.files.map(({ id, size, mtime, etag }) => ({
            id,
            size,
            mtime,
            etag,
            sha256: null,
            state: 'failed' as const,
            errorCode: 'worker_died',
            error: 'the worker died while it read this photo',
          })),
          'coordinator',
        ),
      onProgress: options.onCounts,
    });
    options.onCounts?.(counts);
  },
});

const photosOf = ({ files }: Shard): number => files.length;

/** Its first and its last photo. */
const nameShard = ({ root, files }: Shard): string =>
  [...new Set([files[0], files.at(-1)])].map((file) => showName(`${root}/${file?.path ?? ''}`)).join(' … ');

function* toTasks(shards: Iterable<Shard>) {
  for (const shard of shards) yield { id: shard.id, input: shard };
}

/** Options of {@link startShardWorker}. */
export interface ShardWorkerOptions {
  url: string;
  queue?: string;
  model: string;
  /** Where roots lie on this machine, by name. */
  roots: ReadonlyMap<string, string>;
  /** Computes one shard; in another thread, so that this one can tell Redis that it lives. */
  classify: (shard: Shard, root: string) => Promise<Row[]>;
  lockMs?: number;
  giveUpMs?: number;
  name?: string;
  say?: (message: string) => void;
  onDone?: (photos: number) => void;
}

/**
 * A worker of a collection: takes shards, computes them, hands rows back. It ends when it cannot do its work (another
 * model is wanted, a root is not mounted), so that others do it.
 */
export const startShardWorker = (options: ShardWorkerOptions): Promise<QueueWorker> =>
  workOnQueue<Shard, Row[]>({
    ...options,
    queue: options.queue ?? DEFAULT_QUEUE,
    kind: options.model,
    piecesOf: photosOf,
    onDone: (_shard, rows) => options.onDone?.(rows.length),
    async work(shard) {
      const root = options.roots.get(shard.root);
      if (root === undefined)
        throw new WorkerUnfitError(
          `expected to know where "${shard.root}" lies on this machine: --root ${shard.root}=/folder`,
        );
      try {
        return await options.classify(shard, root);
      } catch (error) {
        if (error instanceof RootGoneError || (error as Error).name === 'RootGoneError')
          throw new WorkerUnfitError((error as Error).message);
        throw error;
      }
    },
  });

/** Computes shards in this thread: for tests and for tools that have no thread to spare. */
export const classifyHere =
  (classifier: PhotoClassifier, keepFeatures = false) =>
  (shard: Shard, root: string): Promise<Row[]> =>
    classifyShard(shard, root, classifier, { keepFeatures });
