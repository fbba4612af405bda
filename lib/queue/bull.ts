import { load, type RedisConnection } from './connect';

/** A job as BullMQ gives it. */
export interface Job<T> {
  id?: string;
  data: T;
  failedReason?: string;
  remove(): Promise<void>;
}

/** What is used of BullMQ's queues. */
export interface BullQueue<T> {
  add(name: string, data: T, options?: object): Promise<Job<T>>;
  getJobCounts(...states: string[]): Promise<Record<string, number>>;
  getJob(id: string): Promise<Job<T> | undefined>;
  getJobs(states: string[], start?: number, end?: number): Promise<Job<T>[]>;
  getWorkersCount(): Promise<number>;
  drain(delayed?: boolean): Promise<void>;
  on(event: string, listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What is used of BullMQ's workers. */
export interface BullWorker {
  on(event: string, listener: (...values: never[]) => void): unknown;
  close(force?: boolean): Promise<void>;
}

/** BullMQ, as far as it is used. */
export interface Bull {
  Queue: new <T>(name: string, options: object) => BullQueue<T>;
  Worker: new <T, R>(name: string, work: (job: Job<T>) => Promise<R>, options: object) => BullWorker;
}

/** Loads BullMQ. */
export const loadBull = async (): Promise<Bull> => (await load('bullmq')) as unknown as Bull;

/** Names in Redis of one collection's work. A model has a queue of its own: no worker gets what another must do. */
export const namesOf = (queue: string, kind: string) => ({
  tasks: `${queue}-${kind}`,
  results: `${queue}-${kind}-results`,
  wanted: `${queue}:wanted`,
  coordinator: `${queue}:coordinator`,
  run: `${queue}:run`,
  workers: `${queue}:workers`,
});

/** A worker that waits for tasks; `connection` is shared where it may be. */
export type WithConnection = { connection: RedisConnection };
