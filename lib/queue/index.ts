/** The queue: shards of work done on many machines, through BullMQ; it knows nothing of photos. */
export { showUrl } from './connect';
export { type QueueCounts, type QueueRunOptions, runOnQueue, type Task } from './run-on-queue';
export { type QueueWorker, WorkerUnfitError, type WorkOptions, workOnQueue } from './work-on-queue';
