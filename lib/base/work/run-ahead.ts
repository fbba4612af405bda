import { watchInterrupt } from './interrupt';

/** What became of one job: its value, or the error that it ended in. */
export type Outcome<I, O> = { item: I; value: O } | { item: I; error: Error };

/**
 * Works on items ahead of their reader: at most `ahead` jobs are under way or done and unread, so memory stays
 * bounded however many items there are. Outcomes come in the items' order; a job that fails is an outcome, not
 * the end. Jobs that run in other threads (sharp's) go on while the reader computes.
 *
 * @param items read one by one, as late as possible
 * @param work starts one job
 * @param ahead at least 1
 * @param signal stops it; so does a person who interrupts the cell
 * @throws Interrupted when it was stopped
 * @example
 * for await (const outcome of runAhead(files, (file) => decodeImage(file), 48))
 *   if ('error' in outcome) quarantine.push({ file: outcome.item, reason: outcome.error.message });
 */
export async function* runAhead<I, O>(
  items: Iterable<I>,
  work: (item: I) => Promise<O>,
  ahead: number,
  signal?: AbortSignal,
): AsyncGenerator<Outcome<I, O>> {
  const check = watchInterrupt(signal);
  const queue: Promise<Outcome<I, O>>[] = [];
  const iterator = items[Symbol.iterator]();
  const fill = () => {
    while (queue.length < ahead) {
      const next = iterator.next();
      if (next.done) return;
      const item = next.value;
      queue.push(
        work(item).then(
          (value) => ({ item, value }),
          (error: unknown) => ({ item, error: error instanceof Error ? error : new Error(String(error)) }),
        ),
      );
    }
  };
  fill();
  for (let next = queue.shift(); next; next = queue.shift()) {
    const outcome = await next;
    check();
    fill();
    yield outcome;
  }
}
