/** Element `i` of `list`. @throws RangeError if there is none */
export function item<T>(list: ArrayLike<T>, i: number): T {
  const found = list[i];
  if (found === undefined) {
    throw new RangeError(`expected a position below ${list.length} in a list, received ${i}`);
  }
  return found;
}

/** First elements of all lists, second elements, and so on. @param lists of the same length */
export function zip<T extends unknown[]>(...lists: { [K in keyof T]: ArrayLike<T[K]> }): T[] {
  return Array.from({ length: lists[0]?.length ?? 0 }, (_, i) => lists.map((list) => list[i]) as T);
}

/** Lets go of the entries of a map that were set first, down to `most`. */
export function dropOldest<K>(map: Map<K, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

/** Adds to the list that `map` holds for a key. */
export function append<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** The product of `sizes`; 1 of none. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
