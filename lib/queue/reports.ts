import { hostname } from 'node:os';
import { type RedisConnection, within } from './connect';
import { Pace } from './pace';
import type { PoisonTask, QueueCounts } from './queue-counts';

/** What a worker says of itself. */
export interface WorkerReport {
  host: string;
  state: 'working' | 'waiting' | 'ended';
  /** Over the last minute; null before its first task is done. */
  perSecond: number | null;
}

/** What a coordinator says of its run. */
export interface RunReport {
  kind: string;
  state: 'running' | 'done' | 'stopped' | 'failed';
  /** Why it failed. */
  message: string | null;
  /** Milliseconds since its beginning. */
  ms: number;
  tasks: number;
  /** Tasks whose results are written. */
  results: number;
  repeated: number;
  halved: number;
  dead: number;
  renewed: number;
  /** Pieces whose results are written, of all and by worker. */
  pieces: number;
  piecesBy: Record<string, number>;
  /** Results written over the last minute; null before the first one. */
  perSecond: number | null;
  /** The latest tasks whose workers died. */
  poison: PoisonTask[];
}

/** The time of Redis before a report: the machines' clocks may differ. */
const WRITE = `
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', t[1] * 1000 + math.floor(t[2] / 1000)) .. ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;
const KEEP_MS = 7 * 24 * 3600_000;
/** So often a worker says that it lives. */
export const WORKER_REPORT_MS = 5000;
const RUN_REPORT_MS = 1000;
const CLOSE_MS = 2000;

const write = (connection: RedisConnection, key: string, field: string, report: object): Promise<unknown> =>
  // lost when Redis is away or full: the next one says the same
  connection.status === 'ready'
    ? connection.eval(WRITE, 1, key, field, JSON.stringify(report), KEEP_MS).catch(() => {})
    : Promise.resolve();

/** A report of Redis with its time, or null where there is none that can be read. */
export function parseReport<T>(text: string | null | undefined): { at: number; report: T } | null {
  const [, at, json] = /^(\d+) (.*)$/s.exec(text ?? '') ?? [];
  if (!at || !json) return null;
  return { at: Number(at), report: JSON.parse(json) as T };
}

/** Has a worker tell how fast it is, at once and every five seconds. */
export function reportWorker(connection: RedisConnection, key: string, name: string) {
  const pace = new Pace();
  let working = 0;
  let endedAt = 0;
  let sentAt = 0;
  let sent: WorkerReport['state'] = 'waiting';
  // between two tasks it does not wait
  const present = () => (working > 0 || Date.now() - endedAt < RUN_REPORT_MS ? 'working' : 'waiting');
  const send = (state: WorkerReport['state'] = present()) => {
    [sent, sentAt] = [state, Date.now()];
    const report: WorkerReport = { host: hostname(), state, perSecond: pace.perSecond(sentAt) };
    return write(connection, key, name, report);
  };
  const timer = setInterval(() => void send(), WORKER_REPORT_MS);
  void send();
  return {
    /** Told when a task begins; returns what is to be told when it ends, with its pieces, 0 where it failed. */
    begin() {
      const from = Date.now();
      working++;
      if (sent !== 'working') void send();
      return (pieces: number): void => {
        working--;
        const now = Date.now();
        endedAt = now;
        if (pieces > 0) pace.add(from, now, pieces);
        if (now - sentAt > RUN_REPORT_MS) void send();
      };
    },
    end(): Promise<void> {
      clearInterval(timer);
      return within(CLOSE_MS, send('ended'));
    },
  };
}

/** Has a coordinator tell how its run goes, every second; reports of workers of earlier runs are forgotten. */
export function reportRun(
  connection: RedisConnection,
  keys: { run: string; workers: string },
  kind: string,
  counts: QueueCounts,
) {
  const pace = new Pace();
  const started = Date.now();
  let last = started;
  const send = (state: RunReport['state'] = 'running', message: string | null = null) => {
    const now = Date.now();
    const { workers: _tasksBy, paceBy: _paces, piecesBy, ...numbers } = counts;
    const report: RunReport = {
      ...numbers,
      ...{ kind, state, message, ms: now - started },
      piecesBy: Object.fromEntries(piecesBy),
      perSecond: pace.perSecond(now),
    };
    return write(connection, keys.run, 'run', report);
  };
  if (connection.status === 'ready') void connection.del(keys.workers).catch(() => {}); // those that live come back
  const timer = setInterval(() => void send(), RUN_REPORT_MS);
  void send();
  return {
    /** Told of pieces that are written. */
    wrote(pieces: number): void {
      const now = Date.now();
      pace.add(last, now, pieces);
      last = now;
    },
    end(state: Exclude<RunReport['state'], 'running'>, message: string | null = null): Promise<void> {
      clearInterval(timer);
      return within(CLOSE_MS, send(state, message));
    },
  };
}
