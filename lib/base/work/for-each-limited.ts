import { elementAt } from '../numbers/element-at';

/**
 * Calls an async function for each item, at most `limit` at a time, in order of start.
 *
 * @throws the first error of `visit`; no further item is started after it
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  visit: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        await visit(elementAt(items, index), index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
