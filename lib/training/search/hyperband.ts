/** One step of a bracket: how many trials reach it, and after how many epochs they are compared. */
export interface Rung {
  trials: number;
  epochs: number;
}

/** Options of {@link hyperbandBrackets}. */
export interface HyperbandOptions {
  /** Epochs after which trials are first compared. */
  minEpochs: number;
  /** Epochs of a whole training. */
  maxEpochs: number;
  /** One trial in `reduction` goes on, for `reduction` times as many epochs. Default 3. */
  reduction?: number;
  /** Factor of the numbers of trials. Default 1, Hyperband's own. */
  width?: number;
}

/**
 * The brackets of Hyperband (L. Li et al., JMLR 2018), the most exploring one first: each is a ladder of rungs of
 * successive halving (K. Jamieson and A. Talwalkar, 2016) that costs about the same.
 *
 * @throws RangeError unless 1 <= minEpochs <= maxEpochs and reduction > 1
 * @example
 * hyperbandBrackets({ minEpochs: 3, maxEpochs: 27 });
 * // [[9 @ 3, 3 @ 9, 1 @ 27], [5 @ 9, 1 @ 27], [3 @ 27]]
 */
export function hyperbandBrackets(options: HyperbandOptions): Rung[][] {
  const { minEpochs, maxEpochs, reduction = 3, width = 1 } = options;
  if (!(minEpochs >= 1 && maxEpochs >= minEpochs && reduction > 1 && width > 0))
    throw new RangeError(
      `expected 1 <= minEpochs <= maxEpochs, reduction > 1, width > 0; received ${JSON.stringify(options)}`,
    );
  const last = Math.floor(Math.log(maxEpochs / minEpochs) / Math.log(reduction) + 1e-9);
  return Array.from({ length: last + 1 }, (_, k) => {
    const steps = last - k;
    const first = Math.ceil((width * (last + 1) * reduction ** steps) / (steps + 1));
    return Array.from({ length: steps + 1 }, (_rung, step) => ({
      trials: Math.max(1, Math.floor(first / reduction ** step)),
      epochs: Math.round(maxEpochs / reduction ** (steps - step)),
    }));
  });
}

/** A trial that reached a rung, and its value there; higher is better. */
export interface RungResult {
  trial: number;
  value: number;
}

/**
 * Which trials of a rung go on: the best ones, earlier trials first among equals. Trials that failed have the value
 * minus infinity and never go on.
 *
 * @param places how many may
 */
export const bestOfRung = (results: readonly RungResult[], places: number): number[] =>
  results
    .filter(({ value }) => value > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.value - a.value || a.trial - b.trial)
    .slice(0, places)
    .map(({ trial }) => trial);

/** Where a trial stands in an asynchronous search. */
export interface AshaTrial {
  trial: number;
  /** Values at the rungs that it has finished, the lowest first. */
  values: readonly number[];
  /** Whether a worker has it now. */
  running: boolean;
}

/**
 * What an idle worker does next in asynchronous successive halving (L. Li et al., "A System for Massively Parallel
 * Hyperparameter Tuning", 2020): from the highest rung down, the best trial that is in the best 1 / `reduction` of those
 * that finished the rung and has not gone on; otherwise a new trial, while there are places.
 *
 * @param rungs how many there are
 * @returns the trial to go on with, `new`, or null when there is nothing to do
 */
export function nextOfAsha(
  trials: readonly AshaTrial[],
  { rungs, reduction = 3, limit }: { rungs: number; reduction?: number; limit: number },
): number | 'new' | null {
  for (let rung = rungs - 2; rung >= 0; rung -= 1) {
    const finished = trials
      .filter(({ values }) => values.length > rung)
      .map(({ trial, values }) => ({ trial, value: values[rung] ?? Number.NEGATIVE_INFINITY }));
    const promising = bestOfRung(finished, Math.floor(finished.length / reduction));
    const waiting = promising.find((trial) => {
      const found = trials.find((each) => each.trial === trial);
      return found?.values.length === rung + 1 && !found.running;
    });
    if (waiting !== undefined) return waiting;
  }
  return trials.length < limit ? 'new' : null;
}
