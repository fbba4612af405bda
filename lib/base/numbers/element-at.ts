/**
 * The element of a list at an index that must be there: the checked form of `items[index]`.
 *
 * For loops over typed arrays that must be fast, write `items[i] ?? Number.NaN` instead: it costs nothing there, while
 * this function, called with arrays of many kinds, is slow.
 *
 * @throws RangeError when there is none
 * @example elementAt(['a', 'b'], 1) // 'b'
 */
export function elementAt<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index];
  if (item === undefined)
    throw new RangeError(`expected an index from 0 to ${items.length - 1}, received ${index}`);
  return item;
}
