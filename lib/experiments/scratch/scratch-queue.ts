import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, fromRoot, writeFileAtomic } from '../../base/index';
import { openDataset } from '../../dataset/index';
import { runOnQueue, type Task } from '../../queue/index';
import type { ScratchData, ScratchJob, ScratchResult } from './scratch-job';
import { type ScratchPool, TrainingEndedError } from './scratch-pool';

/** Where the workers are that train. */
export interface TrainingQueue {
  /** `redis://:password@host:6379`, `rediss://` with TLS. */
  url: string;
  /** Default {@link TRAININGS_QUEUE}. */
  queue?: string;
  lockMs?: number;
  giveUpMs?: number;
  say?: (message: string) => void;
}

/** Name of the queue unless one is given. */
export const TRAININGS_QUEUE = 'dogbreeds-search';

/** A training on its way to a worker. The job's own checkpoint is a path of the machine that asks; its bytes go along. */
export interface AskedTraining {
  id: string;
  job: ScratchJob;
  /** base64: where an earlier rung ended; null: from the start. */
  checkpoint: string | null;
}

/** What comes back: how it went, and what a later rung goes on from; or why it cannot be trained, wherever it is tried. */
export type AnsweredTraining = { result: ScratchResult; checkpoint: string | null } | { error: string };

/** Rooms whose code decides what a training comes to. */
const ROOMS = [
  'base',
  'dataset',
  'image',
  'engine',
  'models',
  'training',
  'evaluation',
  'experiments/scratch',
];
const PACKAGES = ['@tensorflow/tfjs', 'onnxruntime-node'];

/**
 * Names the photos and the code of a training, in one hash: who has other ones would answer something else.
 *
 * @throws Error when there are no photos
 */
export async function kindOfTrainings(data: ScratchData): Promise<string> {
  const { fingerprint } = await openDataset({ ...data, seed: 0 });
  const hash = createHash('sha256').update(fingerprint);
  for (const room of ROOMS) hash.update(`${room}\n${codeOf(fromRoot('lib', room))}`);
  for (const name of PACKAGES)
    hash.update(
      `${name} ${JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version}`,
    );
  return hash.digest('hex').slice(0, 24);
}

/** Trainings that are asked for at once: the queue shares them out. */
const AT_ONCE = 64;

/**
 * Trainings by whatever workers there are (`startTrainingWorker`), on any number of machines. A rung's checkpoint travels
 * with it, and the new one comes back: it is a few hundred kilobytes, so that each machine can go on with each trial, and
 * the one that asks keeps all that a search needs on its own disk, as if it had trained by itself. A worker that dies loses
 * its rung and no more. What an earlier, killed run asked for and comes late is taken when it is asked for again.
 *
 * @throws Error when there are no photos
 */
export async function startQueuePool(data: ScratchData, options: TrainingQueue): Promise<ScratchPool> {
  const kind = await kindOfTrainings(data);
  const waiting: Task<AskedTraining>[] = [];
  const asked = new Map<string, Asked>();
  const settled = new Set<string>();
  const early = new Map<string, AnsweredTraining>();
  const stop = new AbortController();
  let closed = false;
  function* tasks() {
    while (!closed || waiting.length > 0) yield waiting.shift() ?? null;
  }
  const settle = (id: string, answer: AnsweredTraining) => {
    const known = asked.get(id);
    if (!known && !settled.has(id) && 'result' in answer) early.set(id, answer);
    if (!known) return;
    asked.delete(id);
    settled.add(id);
    known.settle(answer);
  };
  const running = runOnQueue<AskedTraining, AnsweredTraining>({
    ...{ ...options, queue: options.queue ?? TRAININGS_QUEUE, kind, tasks: tasks(), signal: stop.signal },
    sink: (answer, _worker, id) => settle(id, answer),
    halve: () => [],
    onDead: ({ id }) => settle(id, { error: 'the workers that trained it died' }),
    onFailed: ({ id }, reason) => {
      // anything else is the workers' trouble or Redis', and no trial fails by it
      if (!TrainingEndedError.is(reason))
        throw new Error(`expected workers that can train, each try failed: ${reason}`);
      settle(id, { error: reason });
    },
  });
  const lost = running.then(() => new Promise<never>(() => {}));
  lost.catch(() => {}); // who waits for it hears of it
  return {
    workers: AT_ONCE,
    lost,
    async run(job) {
      const { checkpoint: path, ...fit } = job.options;
      const training = { ...job, options: fit };
      const id = createHash('sha256')
        .update(JSON.stringify([kind, training]))
        .digest('hex')
        .slice(0, 24);
      const answer = await (asked.get(id)?.answer ?? ask(id, training, path));
      if ('error' in answer) throw new Error(answer.error);
      if (path && answer.checkpoint) await writeFileAtomic(path, Buffer.from(answer.checkpoint, 'base64'));
      return answer.result;
    },
    async close() {
      closed = true;
      if (asked.size > 0) stop.abort();
      await running.catch(() => {});
    },
  };

  async function ask(id: string, job: ScratchJob, path: string | undefined): Promise<AnsweredTraining> {
    const come = early.get(id);
    early.delete(id);
    if (come) return come;
    let settle: (answer: AnsweredTraining) => void = () => {};
    const answer = new Promise<AnsweredTraining>((resolve) => {
      settle = resolve;
    });
    asked.set(id, { answer, settle });
    const checkpoint = path && existsSync(path) ? (await readFile(path)).toString('base64') : null;
    waiting.push({ id, input: { id, job, checkpoint } });
    return answer;
  }
}

interface Asked {
  answer: Promise<AnsweredTraining>;
  settle: (answer: AnsweredTraining) => void;
}

/** Where a worker keeps a training that is under way. */
export const checkpointOf = (folder: string, id: string): string => join(folder, `training-${id}`);
