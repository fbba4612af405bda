import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BullQueue, type Job, loadBull, namesOf } from './bull';
import { connectRedis, type RedisConnection, within } from './connect';
import { Pace } from './pace';
import type { QueueCounts, QueueResult } from './queue-counts';
import { reportRun } from './reports';

/** A piece of work; the same id is the same work. */
export interface Task<I> {
  id: string;
  input: I;
}

/** Options of {@link runOnQueue}. */
export interface QueueRunOptions<I, O> {
  url: string;
  queue: string;
  kind: string;
  /** Taken as late as possible; null: none for the moment, there may be more when results are in. */
  tasks: Iterable<Task<I> | null>;
  /** Writes a result; called for one at a time, and again for one that comes twice. */
  sink: (output: O, worker: string, id: string) => Promise<void> | void;
  /** Pieces of a task, in which its rate is told, e.g. photos. Default 1. */
  piecesOf?: (input: I) => number;
  /** What a task is called where people see it. Default: its id. */
  nameOf?: (input: I) => string;
  /** A task whose worker died, in smaller ones; none: it cannot be divided. */
  halve: (task: Task<I>) => Task<I>[];
  /** A task that cannot be divided and killed its workers. */
  onDead: (task: Task<I>) => Promise<void> | void;
  /** A task that failed on each try; the run goes on. Without it the run ends. */
  onFailed?: (task: Task<I>, reason: string) => void;
  /** Tasks that wait at most, so that Redis stays small. */
  mostWaiting?: number;
  /** 1 before 10: a page's request before a batch. */
  priority?: number;
  lockMs?: number;
  giveUpMs?: number;
  signal?: AbortSignal;
  say?: (message: string) => void;
  onProgress?: (counts: QueueCounts) => void;
}

const POLL_MS = 250;
const CLOSE_MS = 5000;
const COORDINATOR_MS = 10_000;
/** So long workers of other kinds are refused after the coordinator was last heard of. */
const WANTED_MS = 60_000;
const MOST_WAITING = 2000;
const TRIES = 5;
const MOST_POISON = 20;
/** After so long without a result it is said if there is no worker. */
const NOBODY_MS = 5000;

/**
 * Has tasks done by whatever workers there are, on any number of machines; the caller alone writes. The queue is
 * disposable: what Redis loses is put in again, what comes twice is written again, a task that kills its workers is
 * halved until its one poisonous piece is alone.
 *
 * @throws Error when Redis is gone or full for a minute, another coordinator runs, or tasks fail on every worker
 */
export async function runOnQueue<I, O>(options: QueueRunOptions<I, O>): Promise<QueueCounts> {
  const { url, queue: name, kind, signal, say = () => {}, lockMs = 60_000 } = options;
  const { Queue, Worker } = await loadBull();
  const names = namesOf(name, kind);
  let failure: Error | null = null;
  let reject: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, onFailure) => {
    reject = onFailure;
  });
  failed.catch(() => {}); // who waits for it hears of it
  const fail = (error: Error) => {
    failure ??= error;
    reject(failure);
  };
  const connect = () => connectRedis(url, { say, giveUpMs: options.giveUpMs, onGivenUp: fail });
  const [control, forWorker] = [await connect(), await connect()];
  const queue = new Queue<I>(names.tasks, { connection: control });
  queue.on('error', () => {});
  const counts: QueueCounts = {
    tasks: 0,
    results: 0,
    repeated: 0,
    halved: 0,
    dead: 0,
    renewed: 0,
    workers: new Map(),
    pieces: 0,
    piecesBy: new Map(),
    paceBy: new Map(),
    poison: [],
  };
  const open = new Map<string, Task<I>>();
  const release = await becomeCoordinator(control, names.coordinator, failed).catch((error) => {
    control.disconnect();
    forWorker.disconnect();
    throw error;
  });
  // what an earlier run left: the catalogue plans anew
  await Promise.race([control.set(names.wanted, kind, 'PX', WANTED_MS).then(() => clear(queue)), failed]);
  const reports = reportRun(control, names, kind, counts);
  let end: Parameters<typeof reports.end> = ['failed'];
  const collector = new Worker<QueueResult<O>, void>(
    names.results,
    async ({ data }) => {
      try {
        await options.sink(data.output, data.worker, data.id);
      } catch (error) {
        fail(error as Error); // the disk is full, say: what was not written is asked for again by the next run
        throw error;
      }
      const task = open.get(data.id);
      if (task) {
        open.delete(data.id);
        const pieces = options.piecesOf?.(task.input) ?? 1;
        counts.results++;
        counts.pieces += pieces;
        counts.piecesBy.set(data.worker, (counts.piecesBy.get(data.worker) ?? 0) + pieces);
        reports.wrote(pieces);
        const pace = counts.paceBy.get(data.worker) ?? new Pace();
        counts.paceBy.set(data.worker, pace);
        pace.add(Date.now() - data.ms, Date.now(), pieces);
      } else counts.repeated++;
      counts.workers.set(data.worker, (counts.workers.get(data.worker) ?? 0) + 1);
      options.onProgress?.(counts);
    },
    { connection: forWorker, concurrency: 1, lockDuration: 30_000 },
  );
  collector.on('error', () => {});
  const add = async (task: Task<I>): Promise<void> => {
    open.set(task.id, task);
    await addWithPatience(queue, task, options, failed);
  };
  try {
    const iterator = options.tasks[Symbol.iterator]();
    let planned = false;
    let idleSince: number | null = null;
    const missNobody = nobodySaid(queue, say);
    const announce = announcer(control, names.wanted, kind, say);
    while (!(planned && open.size === 0)) {
      if (failure) throw failure;
      if (signal?.aborted) break;
      while (!planned && open.size < (options.mostWaiting ?? MOST_WAITING)) {
        const next = iterator.next();
        if (next.done) planned = true;
        else if (next.value === null) break;
        else {
          counts.tasks++;
          await add(next.value);
        }
        if (failure) throw failure;
      }
      await Promise.race([announce(), failed]);
      if (counts.results === 0 && open.size > 0) await missNobody();
      await takeFailed(queue, options, open, counts, add, say);
      idleSince = await renewLost(queue, open, counts, add, idleSince, lockMs);
      await sleep(POLL_MS);
    }
    end = [planned && open.size === 0 ? 'done' : 'stopped'];
    return counts;
  } catch (error) {
    const cause: Error = failure ?? (error as Error); // what a connection that was given up cut off is no reason
    end = ['failed', cause.message];
    throw cause;
  } finally {
    const gone = control.status !== 'ready';
    await within(CLOSE_MS, collector.close(gone));
    await reports.end(...end);
    await within(CLOSE_MS, gone ? Promise.resolve() : queue.drain(true));
    await within(CLOSE_MS, release(gone));
    if (!gone) await within(CLOSE_MS, queue.close());
    control.disconnect();
    forWorker.disconnect();
  }
}

/** Says now and then which kind of worker is wanted (Redis may have lost it), and finds a full Redis by it. */
function announcer(control: RedisConnection, key: string, kind: string, say: (message: string) => void) {
  let at = Date.now();
  let full = false;
  return async (): Promise<void> => {
    if (control.status !== 'ready' || Date.now() - at < 1000) return;
    at = Date.now();
    try {
      await control.set(key, kind, 'PX', WANTED_MS);
      full = false;
    } catch (error) {
      if (!/OOM/.test((error as Error).message)) throw error;
      if (!full) say('Redis is full: waiting until there is room');
      full = true;
    }
  };
}

/** Says once that nobody works, where Redis tells who is connected. */
function nobodySaid(queue: BullQueue<unknown>, say: (message: string) => void) {
  const from = Date.now();
  let done = false;
  return async (): Promise<void> => {
    if (done || Date.now() - from < NOBODY_MS || queueIsAway(queue)) return;
    done = true;
    const workers = await queue.getWorkersCount().catch(() => 1);
    if (workers === 0) say('no worker is there yet: waiting for one');
  };
}

async function clear<I>(queue: BullQueue<I>): Promise<void> {
  await queue.drain(true);
  for (const job of await queue.getJobs(['failed'])) await job.remove();
}

/** One coordinator for a queue: a key that goes by itself when its holder dies. */
async function becomeCoordinator(
  control: RedisConnection,
  key: string,
  failed: Promise<never>,
): Promise<(gone: boolean) => Promise<void>> {
  const id = randomUUID();
  const until = Date.now() + 1.5 * COORDINATOR_MS; // the key of a killed one goes meanwhile
  for (;;) {
    const pending = control.set(key, id, 'PX', COORDINATOR_MS, 'NX');
    const taken = await Promise.race([pending, failed]);
    if (taken === 'OK') break;
    if (Date.now() > until)
      throw new Error(
        `expected to be the only coordinator of this queue, another one runs: give --queue another name`,
      );
    await sleep(500);
  }
  const renewal = setInterval(
    () => void control.set(key, id, 'PX', COORDINATOR_MS).catch(() => {}),
    COORDINATOR_MS / 3,
  );
  return async (gone) => {
    clearInterval(renewal);
    if (!gone) await control.del(key);
  };
}

/** Adds a task; a full Redis is waited for. */
async function addWithPatience<I, O>(
  queue: BullQueue<I>,
  { id, input }: Task<I>,
  { priority = 10, giveUpMs = 60_000, say = () => {} }: QueueRunOptions<I, O>,
  failed: Promise<never>,
): Promise<void> {
  const started = Date.now();
  let said = false;
  for (;;) {
    try {
      const adding = queue.add('task', input, {
        jobId: id,
        priority,
        attempts: TRIES,
        backoff: { type: 'fixed', delay: 1000 },
        removeOnComplete: true,
      });
      await Promise.race([adding, failed]);
      return;
    } catch (error) {
      const { message } = error as Error;
      if (!/OOM/.test(message)) throw error;
      if (Date.now() - started > giveUpMs)
        throw new Error(
          `expected room in Redis, it was full for ${Math.round(giveUpMs / 1000)} s: give it more maxmemory; what is computed is written`,
        );
      if (!said) say('Redis is full: waiting until workers make room');
      said = true;
      await sleep(1000);
    }
  }
}

/** Tasks that failed for good: halved when their worker died, otherwise the end of the run. */
async function takeFailed<I, O>(
  queue: BullQueue<I>,
  options: QueueRunOptions<I, O>,
  open: Map<string, Task<I>>,
  counts: QueueCounts,
  add: (task: Task<I>) => Promise<void>,
  say: (message: string) => void,
): Promise<void> {
  if (queueIsAway(queue)) return;
  for (const job of (await queue.getJobs(['failed'], 0, 99)) as Job<I>[]) {
    const task = { id: job.id ?? '', input: job.data };
    const reason = job.failedReason ?? '';
    await job.remove();
    if (!open.has(task.id)) continue;
    if (!/stalled/.test(reason)) {
      if (!options.onFailed) throw new Error(`a task failed on ${TRIES} tries: ${reason}`);
      open.delete(task.id);
      options.onFailed(task, reason);
      continue;
    }
    open.delete(task.id);
    const halves = options.halve(task);
    counts.poison.unshift({
      name: options.nameOf?.(task.input) ?? task.id,
      pieces: options.piecesOf?.(task.input) ?? 1,
      halved: halves.length > 1,
    });
    counts.poison.length = Math.min(counts.poison.length, MOST_POISON);
    if (halves.length > 1) {
      counts.halved++;
      say('a worker died twice in one shard: looking for the photo in its halves');
      for (const half of halves) await add(half);
    } else {
      counts.dead++;
      await options.onDead(task);
    }
  }
}

const queueIsAway = (queue: unknown): boolean => {
  const { opts } = queue as { opts?: { connection?: RedisConnection } };
  return opts?.connection?.status !== undefined && opts.connection.status !== 'ready';
};

/** What Redis lost (restarted without its data): tasks that are open and nowhere in it are put in again. */
async function renewLost<I>(
  queue: BullQueue<I>,
  open: Map<string, Task<I>>,
  counts: QueueCounts,
  add: (task: Task<I>) => Promise<void>,
  idleSince: number | null,
  lockMs: number,
): Promise<number | null> {
  if (open.size === 0 || queueIsAway(queue)) return null;
  const there = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'paused');
  const sum = Object.values(there).reduce((total, n) => total + n, 0);
  if (sum >= open.size) return null;
  const now = Date.now();
  if (idleSince === null) return now;
  if (now - idleSince < Math.min(5000, lockMs)) return idleSince; // results may be on their way
  for (const task of [...open.values()]) {
    if (!open.has(task.id) || (await queue.getJob(task.id))) continue;
    counts.renewed++;
    await add(task);
  }
  return null;
}
