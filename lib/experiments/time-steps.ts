import { elementAt } from '../base/index';

/** What a step costs. */
export interface StepTime {
  step: string;
  /** Median time of one run, ms. */
  milliseconds: number;
}

/**
 * Times steps side by side: one run of each to warm up, then `rounds` rounds in which every step runs once, and the
 * median of each. Interleaving lets a busy moment of the machine hit all of them.
 *
 * @throws RangeError for fewer than one round
 * @example await timeSteps({ equalize: () => equalizeHistogram(photo) }, 5);
 */
export async function timeSteps(
  steps: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<StepTime[]> {
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`expected a whole number of rounds of at least 1, received ${rounds}`);
  const entries = Object.entries(steps);
  const times = entries.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, [, run]] of entries.entries()) {
      const started = performance.now();
      await run();
      if (round > 0) elementAt(times, index).push(performance.now() - started);
    }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  return entries.map(([step], index) => ({
    step,
    milliseconds: median(elementAt(times, index)) ?? Number.NaN,
  }));
}
