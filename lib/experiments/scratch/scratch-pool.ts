import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FromWorker, ScratchData, ScratchJob, ScratchResult, ToWorker } from './scratch-job';

/** Where small CNNs are trained. */
export interface ScratchPool {
  /** Trainings at a time. */
  workers: number;
  /** Trains in the next idle process; waits for one. @throws Error what the training threw, or how the process ended */
  run(job: ScratchJob): Promise<ScratchResult>;
  /** Rejects when no training can be had any more, whoever waits for one. */
  lost: Promise<never>;
  /** Ends the processes, or leaves the queue. */
  close(): Promise<void>;
}

/** The process of a training ended in the middle of it: no fault of the training's own, as far as is known. */
export class TrainingEndedError extends Error {
  constructor(how: string) {
    super(`${ENDED} ${how}`);
  }

  /** Whether a message is of this error: classes do not travel. */
  static is(message: string): boolean {
    return message.startsWith(ENDED);
  }
}

const ENDED = 'the training process';

/** How many trainings at a time: with one thread each, this many small networks train faster than one on all cores. */
export const scratchWorkers = (): number => availableParallelism();

interface Worker {
  child: ChildProcess;
  idle: boolean;
}

/**
 * Starts processes that train small CNNs, as many as there are cores, one thread each: a step of such a network takes
 * milliseconds, half of which a second thread cannot share.
 *
 * @param workers default {@link scratchWorkers}; one thread each however many, so that results do not depend on it
 */
export function startScratchPool(data: ScratchData, workers = scratchWorkers()): ScratchPool {
  const pool: Worker[] = [];
  const waiting: (() => void)[] = [];
  let closed = false;
  const start = (): Worker => {
    const child = fork(join(__dirname, 'scratch-worker.mjs'), [JSON.stringify(data)], {
      serialization: 'advanced',
      execArgv: process.execArgv.filter((arg) => /^--(max-|no-warnings|trace-)/.test(arg)),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const worker = { child, idle: true };
    pool.push(worker);
    child.on('exit', () => {
      pool.splice(pool.indexOf(worker), 1);
      if (!closed) waiting.shift()?.();
    });
    return worker;
  };
  const take = async (): Promise<Worker> => {
    for (;;) {
      if (closed) throw new Error('expected a pool that is open, this one was closed');
      const worker = pool.find(({ idle }) => idle) ?? (pool.length < workers ? start() : null);
      if (worker) {
        worker.idle = false;
        return worker;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  let last = 0;
  return {
    workers,
    lost: new Promise(() => {}),
    async run(job) {
      const worker = await take();
      try {
        return await ask(worker.child, { id: ++last, job });
      } finally {
        worker.idle = true;
        waiting.shift()?.();
      }
    },
    async close() {
      closed = true;
      for (const { child } of pool) child.kill('SIGKILL'); // the checkpoints hold what is worth keeping
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

function ask(child: ChildProcess, message: ToWorker): Promise<ScratchResult> {
  return new Promise((resolve, reject) => {
    const over = () => {
      child.off('message', answer);
      child.off('exit', ended);
    };
    const answer = (said: FromWorker) => {
      if (said.id !== message.id) return;
      over();
      if ('error' in said) reject(new Error(said.error));
      else resolve(said.result);
    };
    const ended = (code: number | null, signal: string | null) => {
      over();
      reject(new TrainingEndedError(signal ? `was ended by ${signal}` : `stopped with ${code}`));
    };
    child.on('message', answer);
    child.on('exit', ended);
    child.send(message);
  });
}
