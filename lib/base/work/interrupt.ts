/** What the kernel and long work share; the kernel makes a new one for each cell. */
interface CellInterrupt {
  signal: AbortSignal;
  /** Work that stops by itself when asked and keeps what it has. */
  active: Set<object>;
  /** What stopped work has kept, for the message under the cell. */
  kept: string[];
}

/** The running cell was stopped by a person. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

const KEY = Symbol.for('dogbreeds.interrupt');
const YIELD_MS = 20;

const current = (): CellInterrupt | undefined => (globalThis as { [KEY]?: CellInterrupt })[KEY];

/**
 * The signal that aborts when a person stops the running cell; undefined outside of a notebook.
 *
 * @example await fetch(url, { signal: cellSignal() })
 */
export const cellSignal = (): AbortSignal | undefined => current()?.signal;

/** Work under way that keeps what it has when it is stopped; see {@link beginStoppable}. */
export interface Stoppable {
  /** Whether it should stop; lets the event loop turn every now and then, so that a request can arrive at all. */
  shouldStop(): Promise<boolean>;
  /** Must be called at the end; after a stop with a sentence that says what was kept. */
  end(kept?: string): void;
}

/**
 * Says that long work begins that can stop after any step and keep what it has reached: a training, a search. It is
 * stopped by its caller's signal, or by a person who interrupts the cell.
 *
 * @param options.late what becomes of work that begins after a person has stopped the cell: refused (default), or, as
 *   `runs`, done for what a stopped training kept
 * @throws Interrupted when it was stopped before it began
 * @example
 * const work = beginStoppable(options.signal);
 * try {
 *   for (const step of steps) { if (await work.shouldStop()) break; await step(); }
 * } finally { work.end(); }
 */
export function beginStoppable(
  signal?: AbortSignal,
  { late = 'refused' }: { late?: 'refused' | 'runs' } = {},
): Stoppable {
  const running = current();
  const cell = late === 'runs' && running?.signal.aborted ? undefined : running;
  const signals = [signal, cell?.signal].filter((one) => one !== undefined);
  const stopped = () => signals.some(({ aborted }) => aborted);
  if (stopped()) throw new Interrupted('stopped before it began');
  const token = {};
  cell?.active.add(token);
  let yielded = performance.now();
  return {
    async shouldStop() {
      if (performance.now() - yielded > YIELD_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        yielded = performance.now();
      }
      return stopped();
    },
    end(kept) {
      if (!cell?.active.has(token)) return;
      // What was kept reaches its variable only if the cell may go on with it: it stays at work until the cell ends.
      if (kept && cell.signal.aborted) cell.kept.push(kept);
      else cell.active.delete(token);
    },
  };
}

/**
 * Ends work that has nothing to keep as soon as it is stopped.
 *
 * @returns a function that throws when a stop was asked for since this call; work that begins after a stop (to finish
 *   what a stopped training kept) is not disturbed
 */
export function watchInterrupt(signal?: AbortSignal): () => void {
  const cell = current();
  const begunBefore = cell?.signal.aborted === false;
  return () => {
    // Work that keeps what it has (a training) ends by itself; what it reads must not be taken from it.
    const stopped = begunBefore && cell.signal.aborted && cell.active.size === 0;
    if (stopped || signal?.aborted) throw new Interrupted('stopped');
  };
}
