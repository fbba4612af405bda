import { elementAt } from '../numbers/element-at';
import { watchInterrupt } from './interrupt';

/**
 * Calls an async function for each item, at most `limit` at a time, in order of start.
 *
 * @param signal stops it; so does a person who interrupts the cell
 * @throws the first error of `visit`; no further item is started after it. Interrupted when it was stopped
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  visit: (item: T, index: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const check = watchInterrupt(signal);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        check();
        await visit(elementAt(items, index), index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
