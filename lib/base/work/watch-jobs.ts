/** Jobs that others started, and whether any of them is still under way. */
export interface WatchedJobs {
  /** Watches a job. @returns the same promise */
  watch<T>(job: Promise<T>): Promise<T>;
  /** Waits until none of those that are watched now is under way; never fails. */
  settled(): Promise<void>;
}

/**
 * Watches jobs that run in other threads, so that what takes all cores can wait for their end: two threads that meet
 * after every layer of a network, one of which is kept waiting, lose more than the work that kept it.
 *
 * @example
 * const decodes = watchJobs();
 * const image = decodes.watch(decodeImage(file));
 * await decodes.settled();
 */
export function watchJobs(): WatchedJobs {
  const running = new Set<Promise<unknown>>();
  return {
    watch(job) {
      const end = () => running.delete(job);
      running.add(job);
      job.then(end, end);
      return job;
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}
