/** Groups rows by their breed, breeds in alphabetical order (by code unit), rows in the given order. */
export function groupByBreed<T extends { breed: string }>(rows: readonly T[]): [breed: string, rows: T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.breed);
    if (group) group.push(row);
    else groups.set(row.breed, [row]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What tells of a row which others show the same photo. */
export interface MaybeCopied {
  /** Of the photo's bytes: equal for exact copies. */
  hash?: string;
  /** Of near copies (see `joinPairs`), whichever breed they are filed under; goes before `hash`. */
  group?: string;
}

/**
 * Rows that show the very same photo (equal groups, else equal hashes) as one group each, in order of first appearance;
 * rows without either stand alone. A split that shares out groups never has a photo in two of its parts.
 */
export function groupCopies<T extends MaybeCopied>(rows: readonly T[]): T[][] {
  const groups = new Map<string | number, T[]>();
  for (const [index, row] of rows.entries()) {
    const key = row.group ?? row.hash ?? index;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
