import { createRandom, elementAt, type Random } from '../../base/index';
import { groupByBreed } from './group-by-breed';
import { type Split, shareOut } from './split';

/** What a row needs for a split by groups. */
export interface GroupedRow {
  breed: string;
  /** Rows of one group stay together, also across breeds; a row without one stands alone. */
  group?: string;
}

/** Options of {@link splitGrouped}: the three fractions sum to 1. */
export interface SplitGroupedOptions {
  /** Default 0.75. */
  train?: number;
  /** Default 0.15. */
  validation?: number;
  /** Default 0.1. */
  test?: number;
  /**
   * How a breed's photos are shared out: `down` cuts train and validation to whole photos and leaves the rest to test,
   * as the presentation's `split-folders` does (all of Stanford Dogs: 15,394 / 3,025 / 2,161); `largest remainder`
   * comes as near to the fractions as whole photos allow. Default `down`.
   */
  rounding?: 'down' | 'largest remainder';
  /** Default 0. */
  seed?: number;
}

/**
 * Splits at random, stratified by breed, with copies kept together: a group (exact and near duplicates, see
 * `joinPairs`) is in one part as a whole, whichever breeds it is filed under. Groups of several photos find their part
 * first, with a chance that follows from what the part still wants; single photos fill what is left, so that the parts
 * have the sizes that they would have without groups wherever that is possible.
 *
 * @throws RangeError when the fractions are negative or do not sum to 1
 * @example
 * const groups = joinPairs(duplicates.map(({ a, b }) => [a, b]));
 * splitGrouped(photoTable().map((fact) => ({ ...fact, group: groups.get(fact.file) })), { seed: 42 });
 */
export function splitGrouped<T extends GroupedRow>(
  rows: readonly T[],
  options: SplitGroupedOptions = {},
): Split<T> {
  const { train = 0.75, validation = 0.15, test = 0.1, rounding = 'down', seed = 0 } = options;
  const weights = [train, validation, test];
  if (weights.some((weight) => !(weight >= 0)) || Math.abs(train + validation + test - 1) > 1e-9)
    throw new RangeError(
      `expected fractions train, validation and test that sum to 1, received ${weights.join(', ')}`,
    );
  const random = createRandom(seed);
  const wanted = new Map(
    groupByBreed(rows).map(([breed, own]) => [
      breed,
      rounding === 'down' ? cutDown(own.length, weights) : shareOut(own.length, weights),
    ]),
  );
  const parts: T[][] = [[], [], []];
  const { groups, singles } = unitsOf(rows, random);
  const place = (unit: readonly T[], part: number) => {
    elementAt(parts, part).push(...unit);
    for (const { breed } of unit) addTo(wanted.get(breed), part, -1);
  };
  for (const group of groups) place(group, drawPart(group, wanted, random));
  for (const [breed, own] of groupByBreed(singles)) {
    const left = wanted.get(breed) ?? [];
    // test first, then validation: where a group took more than its part wanted, train is the part that gives way
    for (const row of own) place([row], [2, 1].find((part) => (left[part] ?? 0) > 0) ?? 0);
  }
  const [inTrain = [], inValidation = [], inTest = []] = parts.map((part) => random.shuffle(part));
  return { train: inTrain, validation: inValidation, test: inTest };
}

/** Rows by group, larger groups first; and rows that stand alone. Both in an order of the seed's. */
export function unitsOf<T extends GroupedRow>(
  rows: readonly T[],
  random: Random,
): { groups: T[][]; singles: T[] } {
  const byGroup = new Map<string, T[]>();
  const singles: T[] = [];
  for (const row of random.shuffle(rows)) {
    const known = row.group === undefined ? undefined : byGroup.get(row.group);
    if (known) known.push(row);
    else if (row.group !== undefined) byGroup.set(row.group, [row]);
    else singles.push(row);
  }
  const all = [...byGroup.values()];
  singles.push(...all.filter(({ length }) => length === 1).flat());
  return { groups: all.filter(({ length }) => length > 1).sort((a, b) => b.length - a.length), singles };
}

/** Train and validation cut to whole photos, the rest to test. */
function cutDown(total: number, weights: readonly number[]): number[] {
  // 1e-9: 20 * 0.15 must not become 2.9999999999999996
  const [train = 0, validation = 0] = weights.map((weight) => Math.floor(total * weight + 1e-9));
  return [train, validation, total - train - validation];
}

/** A part in which the whole group has room, drawn by what the parts still want; else the one that wants most. */
function drawPart(
  group: readonly GroupedRow[],
  wanted: ReadonlyMap<string, readonly number[]>,
  random: Random,
): number {
  const needed = new Map<string, number>();
  for (const { breed } of group) needed.set(breed, (needed.get(breed) ?? 0) + 1);
  const room = [0, 1, 2].map((part) => {
    const left = [...needed].map(([breed, count]) => ({ count, left: wanted.get(breed)?.[part] ?? 0 }));
    const fits = left.every(({ count, left: free }) => free >= count);
    return { fits, free: Math.max(0, Math.min(...left.map(({ left: free }) => free))) };
  });
  const fitting = room.map(({ fits, free }) => (fits ? free : 0));
  const weights = fitting.some((free) => free > 0) ? fitting : room.map(({ free }) => free);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let at = random.next() * total;
  for (const [part, weight] of weights.entries()) {
    at -= weight;
    if (at < 0) return part;
  }
  return 0;
}

function addTo(counts: number[] | undefined, index: number, value: number): void {
  if (counts) counts[index] = (counts[index] ?? 0) + value;
}
