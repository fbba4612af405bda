/** Longest wait for what was taken, when the server is told to stop. */
const SHUTDOWN_MS = 20_000;

/**
 * Waits for SIGINT or SIGTERM and stops: a second signal ends the process at once with status 130, a stop that takes
 * longer than 20 s ends it with status 1. Call it before anything is printed that a person may answer by Ctrl-C.
 *
 * @param stop answers what was taken, then closes
 * @returns when `stop` has ended; rejects as it does
 */
export function untilSignal(stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = () => {
      if (stopping) process.exit(130);
      stopping = true;
      setTimeout(() => {
        console.error(`not finished within ${SHUTDOWN_MS / 1000} s: stopping anyway`);
        process.exit(1);
      }, SHUTDOWN_MS).unref();
      stop().then(resolve, reject);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
