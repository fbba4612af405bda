import { type BullQueue, loadBull, namesOf } from './bull';
import { connectRedis, type RedisConnection, showUrl } from './connect';
import { parseReport, type RunReport, WORKER_REPORT_MS, type WorkerReport } from './reports';

/** A worker as others see it. */
export interface SeenWorker {
  name: string;
  host: string;
  /** `silent`: it has not said anything for three times as long as it should. */
  state: WorkerReport['state'] | 'silent';
  /** Its pieces that this run has written. */
  pieces: number;
  perSecond: number | null;
  /** Seconds since it was heard of. */
  seenS: number;
}

/** How the work of a queue goes, as its coordinator and its workers report it. */
export interface QueueView {
  /** The run that goes on, or the last one; null: none is known. `lost`: its coordinator is gone without a word. */
  run:
    | (Omit<RunReport, 'state' | 'piecesBy'> & { state: RunReport['state'] | 'lost'; heardS: number })
    | null;
  /** Tasks in Redis; results that wait to be written are none of them. */
  tasks: { waiting: number; active: number; failed: number };
  workers: SeenWorker[];
}

/** A queue that is looked at, without taking part in it. */
export interface QueueWatch {
  /** The address of Redis, without its password. */
  address: string;
  /** @throws Error when Redis does not answer within two seconds; the next call asks again */
  read(): Promise<QueueView>;
  close(): Promise<void>;
}

const ANSWER_MS = 2000;
const SILENT_MS = 3 * WORKER_REPORT_MS;
const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));

/**
 * Looks at a queue for as long as it is wanted: a Redis that is away is waited for without end.
 *
 * @throws Error where the optional packages are not installed, or the address is none
 * @example const watch = await watchQueue('redis://127.0.0.1:6379', 'dogbreeds'); const { run } = await watch.read();
 */
export async function watchQueue(url: string, name: string): Promise<QueueWatch> {
  const { Queue } = await loadBull();
  let trouble = 'no connection yet';
  const connection = await connectRedis(url, { giveUpMs: Number.POSITIVE_INFINITY });
  connection.on('error', (error) => {
    trouble = error?.message || 'no connection';
  });
  let tasks: { kind: string; queue: BullQueue<unknown> } | null = null;
  const countTasks = async (kind: string): Promise<QueueView['tasks']> => {
    if (tasks?.kind !== kind) {
      void tasks?.queue.close().catch(() => {});
      // it only looks: nothing of the queue is written
      const queue = new Queue(namesOf(name, kind).tasks, { connection, skipMetasUpdate: true });
      queue.on('error', () => {});
      tasks = { kind, queue };
    }
    const {
      active = 0,
      failed = 0,
      ...waiting
    } = await tasks.queue.getJobCounts(
      ...['waiting', 'prioritized', 'delayed', 'paused', 'active', 'failed'],
    );
    return { waiting: Object.values(waiting).reduce((sum, n) => sum + n, 0), active, failed };
  };
  const read = async (): Promise<QueueView> => {
    if (connection.status !== 'ready') throw new Error(trouble);
    return answered(readReports(connection, name, countTasks));
  };
  return {
    address: showUrl(url),
    read,
    async close() {
      connection.disconnect();
    },
  };
}

async function readReports(
  connection: RedisConnection,
  name: string,
  countTasks: (kind: string) => Promise<QueueView['tasks']>,
): Promise<QueueView> {
  const keys = namesOf(name, '');
  const [time, runs, reports, coordinator] = await Promise.all([
    connection.time(),
    connection.hgetall(keys.run),
    connection.hgetall(keys.workers),
    connection.get(keys.coordinator),
  ]);
  const now = Number(time[0]) * 1000 + Number(time[1]) / 1000;
  const run = parseReport<RunReport>(runs.run);
  const { piecesBy = {}, ...report } = run?.report ?? {};
  const told = Object.entries(reports).flatMap(([worker, text]): SeenWorker[] => {
    const said = parseReport<WorkerReport>(text);
    if (!said) return [];
    const { host, state, perSecond } = said.report;
    const silent = state !== 'ended' && now - said.at > SILENT_MS;
    return [
      {
        ...{ name: worker, host, pieces: piecesBy[worker] ?? 0, seenS: seconds(now - said.at) },
        state: silent ? 'silent' : state,
        perSecond: state === 'working' && !silent ? perSecond : null,
      },
    ];
  });
  return {
    run: run && {
      ...(report as Omit<RunReport, 'piecesBy'>),
      state: run.report.state === 'running' && coordinator === null ? 'lost' : run.report.state,
      heardS: seconds(now - run.at),
    },
    tasks: run ? await countTasks(run.report.kind) : { waiting: 0, active: 0, failed: 0 },
    workers: told.sort((a, b) => a.name.localeCompare(b.name)),
  };
}

/** @throws Error when it takes longer than two seconds: a cut network says nothing for long */
async function answered<T>(pending: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  pending.catch(() => {}); // what comes too late is of no interest
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
  });
  return Promise.race([pending, late]).finally(() => clearTimeout(timer));
}
