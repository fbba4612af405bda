import type { FastifyInstance } from 'fastify';
import type { RgbImage } from '../../image/index';
import type { Prediction } from '../../models/index';
import { BatchQueue } from '../inference/batch-queue';
import { InferenceClient } from '../inference/inference-client';
import { PredictionMemory } from '../photos/prediction-memory';
import type { AppContext, BoardAccess, CatalogueAccess } from './context';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { Metrics } from './metrics';

/** Options of {@link startApp}. */
export interface AppOptions {
  /** Folder of the model that `saveModel` wrote. */
  modelFolder: string;
  /** CSV that flags are appended to. */
  flagFile: string;
  /** Folder for flagged photos; absent: photos are never written. */
  photoFolder?: string;
  /** Catalogue that is shown and judged under /review; absent: none. */
  catalogueFile?: string;
  /** Address of the Redis whose queue fills that catalogue, shown under /board; absent: no board. */
  redis?: string;
  /** Name of that queue. */
  queue?: string;
  host?: string;
  /** 0 takes a free port. */
  port?: number;
  /** Further host names that requests may carry, e.g. behind a proxy. */
  allowedHosts?: string[];
  limits?: Partial<Limits>;
  /** Photos computed together; the engine keeps one graph for each size. */
  batchSizes?: number[];
  onProgress?: (message: string) => void;
}

/** A running app. */
export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:7860`. */
  url: string;
  server: FastifyInstance;
  context: AppContext;
  /** Answers what was taken, then stops: server, queue, model, flag file. */
  close(): Promise<void>;
}

/** Gradio's port, where people look for such an app. */
export const DEFAULT_PORT = 7860;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Starts the demo app: listens at once, loads the model beside it in a process of its own (until then photos get 503 and `/healthz`
 * says what is being waited for).
 *
 * @throws Error when the address is taken, a board is wanted without a catalogue, or its address is none of a Redis.
 * @example
 * const app = await startApp({ modelFolder: 'data/models/final', flagFile: 'data/runs/flags.csv' });
 * await app.context.inference.ready();
 * await app.close();
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { host = '127.0.0.1', port = DEFAULT_PORT, batchSizes = [1, 4], allowedHosts = [] } = options;
  if (options.redis && !options.catalogueFile)
    throw new Error(
      'expected a catalogue for the board of its queue, received --redis alone: --catalogue FILE',
    );
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  // first of all: it loads beside everything below
  const inference = new InferenceClient({ modelFolder: options.modelFolder, batchSizes }, options.onProgress);
  const queue: BatchQueue<RgbImage, Prediction> = new BatchQueue((images) => inference.classify(images), {
    maxPending: limits.maxPending,
    timeoutMs: limits.timeoutMs,
    batchSizes,
    onBatch: (size, seconds) => {
      metrics.batchSize.observe(size);
      metrics.batchSeconds.observe(seconds);
    },
  });
  const metrics = new Metrics(
    () => queue.pending,
    () => inference.info !== null,
    () => inference.restarts,
  );
  const loopback = LOOPBACK.includes(host) || host === '::1';
  let access: CatalogueAccess | null = null;
  let board: BoardAccess | null = null;
  try {
    if (options.catalogueFile) {
      const room = await import('../../catalogue/index');
      const catalogue = room.openCatalogue(options.catalogueFile, { mustExist: true });
      access = { catalogue, room, open: loopback, failures: new Map() };
      metrics.watchCatalogue(catalogue);
      if (options.redis) {
        const name = options.queue ?? room.DEFAULT_QUEUE;
        const { watchQueue } = await import('../../queue/index');
        board = { name, watch: await watchQueue(options.redis, name) };
      }
    }
    const context: AppContext = {
      limits,
      inference,
      queue,
      metrics,
      memory: new PredictionMemory(),
      flagFile: options.flagFile,
      photoFolder: options.photoFolder ?? null,
      catalogue: access,
      board,
    };
    const { buildServer } = await import('./build-server');
    const { roomOfImages } = await import('../photos/decode-for-model');
    const server = await buildServer(context, {
      allowedHosts: loopback ? [...LOOPBACK, ...allowedHosts] : allowedHosts,
    });
    const url = await server.listen({ host, port });
    void roomOfImages();
    return {
      url,
      server,
      context,
      async close() {
        await server.close();
        await inference.close();
        await board?.watch.close();
        access?.catalogue.close();
      },
    };
  } catch (error) {
    await inference.close();
    await board?.watch.close();
    access?.catalogue.close();
    throw error;
  }
}
