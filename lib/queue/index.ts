/** The queue: shards of work done on many machines, through BullMQ; it knows nothing of photos. */
export { showUrl } from './connect';
export { describeWorkers } from './describe-workers';
export { Pace } from './pace';
export type { QueueCounts } from './queue-counts';
export { type QueueRunOptions, runOnQueue, type Task } from './run-on-queue';
export { type QueueView, type QueueWatch, watchQueue } from './watch-queue';
export { type QueueWorker, WorkerUnfitError, type WorkOptions, workOnQueue } from './work-on-queue';
