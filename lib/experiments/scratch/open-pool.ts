import type { ScratchData } from './scratch-job';
import { type ScratchPool, startScratchPool } from './scratch-pool';
import { startQueuePool, type TrainingQueue } from './scratch-queue';

/** Who trains: so many processes of this machine, or the workers of a queue. */
export type ScratchWorkers = number | TrainingQueue;

/**
 * Calls a function with a place where small CNNs are trained, which is closed afterwards.
 *
 * @param workers default: as many processes as there are cores
 * @throws Error when the queue is lost, whatever waits for a training
 */
export async function withPool<T>(
  data: ScratchData,
  workers: ScratchWorkers | undefined,
  use: (pool: ScratchPool) => Promise<T>,
): Promise<T> {
  const pool =
    typeof workers === 'object' ? await startQueuePool(data, workers) : startScratchPool(data, workers);
  try {
    return await Promise.race([use(pool), pool.lost]);
  } finally {
    await pool.close();
  }
}
