import { hostname } from 'node:os';
import { type Job, loadBull, namesOf } from './bull';
import { connectRedis, within } from './connect';
import type { QueueResult } from './queue-counts';
import { reportWorker } from './reports';

/** Options of {@link workOnQueue}. */
export interface WorkOptions<I, O> {
  /** Address of Redis. */
  url: string;
  /** Name of the collection's queue. */
  queue: string;
  /** What this worker can do, e.g. the id of its model. */
  kind: string;
  /** Does one task; computing belongs into another thread, so that this one can keep its lock. */
  work: (input: I) => Promise<O>;
  /** Pieces of a task, in which the rate is told, e.g. photos. Default 1. */
  piecesOf?: (input: I) => number;
  /** Milliseconds after which a worker that says nothing is taken for dead. */
  lockMs?: number;
  /** Tasks at a time. Default 1. */
  concurrency?: number;
  /** Deaths of workers over a task after which it is given up. Default 2. */
  mostDeaths?: number;
  /** What is said when the coordinator wants another kind. */
  refuse?: (wanted: string, kind: string) => string;
  name?: string;
  giveUpMs?: number;
  say?: (message: string) => void;
  /** Told of each task that is done. */
  onDone?: (input: I, output: O) => void;
}

/** A running worker. */
export interface QueueWorker {
  /** Resolves when it is closed; rejects when Redis is gone, another kind is wanted, or a task says that this machine cannot work. */
  ended: Promise<void>;
  /** Finishes the present task, then ends. */
  close(): Promise<void>;
}

/** Thrown by a task that no other task on this machine would do better: the worker ends, others get the task. */
export class WorkerUnfitError extends Error {}

/** The coordinator wants another kind of worker. */
class WrongKindError extends Error {}

const refuseModel = (wanted: string, kind: string): string =>
  `expected a worker with the model ${wanted}, this one has ${kind}: give it the same model folder as the coordinator`;

/** So long a worker holds a task without a sign of life. */
export const LOCK_MS = 60_000;
const CLOSE_MS = 5000;

/**
 * Takes tasks from the queue, one at a time unless told otherwise, and hands results to the coordinator.
 *
 * @throws Error when the coordinator wants another kind of worker
 */
export async function workOnQueue<I, O>(options: WorkOptions<I, O>): Promise<QueueWorker> {
  const {
    url,
    queue,
    kind,
    work,
    lockMs = LOCK_MS,
    name = `${hostname()}:${process.pid}`,
    say = () => {},
    refuse = refuseModel,
  } = options;
  const { Queue, Worker } = await loadBull();
  const names = namesOf(queue, kind);
  let fail: (error: Error) => void = () => {};
  let finish: () => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  ended.catch(() => {}); // who waits for it hears of it
  const connect = () =>
    connectRedis(url, { say, giveUpMs: options.giveUpMs, onGivenUp: (error) => fail(error) });
  const connections = [await connect(), await connect()] as const;
  const [forWorker, forResults] = connections;
  const disconnect = () => {
    for (const connection of connections) connection.disconnect();
  };
  const check = async () => {
    const wanted = await forResults.get(names.wanted);
    if (wanted && wanted !== kind) throw new WrongKindError(refuse(wanted, kind));
  };
  await check().catch((error) => {
    disconnect();
    throw error;
  });
  const results = new Queue<QueueResult<O>>(names.results, {
    connection: forResults,
  });
  results.on('error', () => {}); // told by the connection, now and then
  const reports = reportWorker(forResults, names.workers, name);
  const worker = new Worker<I, void>(
    names.tasks,
    async (job: Job<I>) => {
      const id = job.id ?? '';
      const done = reports.begin();
      const from = performance.now();
      let pieces = 0;
      try {
        const output = await work(job.data);
        await results.add(
          'result',
          { worker: name, id, output, ms: performance.now() - from },
          { jobId: id, removeOnComplete: true, removeOnFail: 100 },
        );
        pieces = options.piecesOf?.(job.data) ?? 1;
        options.onDone?.(job.data, output);
      } catch (error) {
        if (error instanceof WorkerUnfitError) setImmediate(() => fail(error));
        throw error;
      } finally {
        done(pieces);
      }
    },
    {
      connection: forWorker,
      concurrency: options.concurrency ?? 1,
      lockDuration: lockMs,
      stalledInterval: Math.max(500, lockMs / 2),
      maxStalledCount: (options.mostDeaths ?? 2) - 1,
      name,
    },
  );
  worker.on('error', () => {});
  const watch = setInterval(
    () => void check().catch((error: Error) => error instanceof WrongKindError && fail(error)),
    5000,
  );
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= (async () => {
      clearInterval(watch);
      const force = forWorker.status !== 'ready';
      await within(force ? CLOSE_MS : lockMs, worker.close(force));
      await reports.end();
      if (!force) await within(CLOSE_MS, results.close());
      disconnect();
      finish();
    })();
    return closing;
  };
  ended.catch(() => void close());
  return { ended, close };
}
