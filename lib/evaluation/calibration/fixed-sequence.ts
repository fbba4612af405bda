/** Chance that is taken of a threshold that does not hold. */
export const RISK = 0.05;
/** Shares of the judged answers at which walks start: each has its part of {@link RISK}. */
const STARTS = [0.25, 0.5] as const;

/** Ever larger sets of answers, the surest first, each of which may keep a promise or not. */
export interface Sequence<T> {
  steps: readonly T[];
  /** Share of all judged answers that a step holds, 0..1; must not look at which are right. */
  share(step: T): number;
  /** Whether a step could pass at this risk if all of its answers were right; must not look at which are. */
  couldHold(step: T, risk: number): boolean;
  /** Whether the promise, were it broken for this step, would look so well kept with a probability of `risk` at most. */
  holds(step: T, risk: number): boolean;
}

/**
 * The largest step whose promise holds, chosen so that it is broken in at most {@link RISK} of all draws although many
 * steps are looked at: fixed-sequence testing with several starts (A. Angelopoulos et al. 2021, Learn then Test,
 * section on multi-start; the aim is that of Y. Geifman and R. El-Yaniv 2017, selection with guaranteed risk). From each
 * start, a quarter and a half of the judged answers (or further down, where so few could not pass), the walk goes down
 * until the first step that fails. Starting among the very surest would let one wrong label end it.
 *
 * @returns the largest step that was reached; null where every start fails
 */
export function largestThatHolds<T>({ steps, share, couldHold, holds }: Sequence<T>): T | null {
  const risk = RISK / STARTS.length;
  let last = -1;
  for (const start of STARTS) {
    const first = steps.findIndex((step) => share(step) >= start && couldHold(step, risk));
    for (const [at, step] of steps.entries()) {
      if (first < 0 || at < first) continue;
      if (!holds(step, risk)) break;
      last = Math.max(last, at);
    }
  }
  return steps[last] ?? null;
}
