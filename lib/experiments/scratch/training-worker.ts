import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cacheFolder, writeFileAtomic } from '../../base/index';
import { type QueueWorker, WorkerUnfitError, workOnQueue } from '../../queue/index';
import type { ScratchData, ScratchJob, ScratchResult } from './scratch-job';
import { startScratchPool, TrainingEndedError } from './scratch-pool';
import {
  type AnsweredTraining,
  type AskedTraining,
  checkpointOf,
  kindOfTrainings,
  TRAININGS_QUEUE,
  type TrainingQueue,
} from './scratch-queue';

/** Options of {@link startTrainingWorker}. */
export interface TrainingWorkerOptions extends TrainingQueue {
  /** Trainings at a time, one thread each. Default: as many as there are cores. */
  workers?: number;
  name?: string;
  /** Where trainings under way are kept. Default: in the cache. */
  folder?: string;
  /** Told of each training that is done, as far as it was asked for. @param epochs and the seconds of all of them */
  onDone?: (epochs: number, seconds: number) => void;
}

/** A trial takes minutes, in which machines may go for reasons that are not its own. */
const MOST_DEATHS = 4;

/**
 * Trains for a search or for repeated trainings on another machine, in processes of its own. It writes a checkpoint after
 * each epoch, so a worker that was killed and is started again goes on with the training that it gets again.
 *
 * @param data this machine's copy of the same photos
 * @throws Error when the coordinator has other photos or another version
 */
export async function startTrainingWorker(
  data: ScratchData,
  options: TrainingWorkerOptions,
): Promise<QueueWorker> {
  const { folder = cacheFolder('trainings'), onDone, queue = TRAININGS_QUEUE, ...rest } = options;
  mkdirSync(folder, { recursive: true });
  const kind = await kindOfTrainings(data);
  const pool = startScratchPool(data, options.workers);
  const train = async (job: ScratchJob): Promise<{ result: ScratchResult } | { error: string }> => {
    try {
      return { result: await pool.run(job) };
    } catch (error) {
      if (error instanceof TrainingEndedError) throw error; // another try, perhaps on another machine
      const { message } = error as Error;
      if ((await kindOfTrainings(data).catch(() => '')) !== kind)
        throw new WorkerUnfitError(`this machine's photos are no longer what they were: ${message}`);
      return { error: message };
    }
  };
  const worker = await workOnQueue<AskedTraining, AnsweredTraining>({
    ...{ ...rest, queue, kind, concurrency: pool.workers, mostDeaths: MOST_DEATHS },
    refuse: (wanted, own) =>
      `expected a worker with the photos and the version of the coordinator (${wanted}), this one has others (${own}): give it the same photos and the same dogbreeds`,
    onDone: (_asked, answer) =>
      'result' in answer && onDone?.(answer.result.history.loss.length, answer.result.seconds),
    async work({ id, job, checkpoint }) {
      const path = checkpointOf(folder, id);
      // one that is here already is of the same training, and further on
      if (checkpoint && !existsSync(path)) await writeFileAtomic(path, Buffer.from(checkpoint, 'base64'));
      const outcome = await train({ ...job, options: { ...job.options, checkpoint: path } });
      const { until, epochs } = job.options;
      const goesOn = 'result' in outcome && until !== undefined && epochs !== undefined && until < epochs;
      const reached = goesOn ? (await readFile(path)).toString('base64') : null;
      rmSync(path, { force: true });
      return 'error' in outcome ? outcome : { ...outcome, checkpoint: reached };
    },
  }).catch(async (error) => {
    await pool.close();
    throw error;
  });
  const ended = worker.ended.finally(() => pool.close());
  ended.catch(() => {}); // who waits for it hears of it
  return { ...worker, ended };
}
