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
