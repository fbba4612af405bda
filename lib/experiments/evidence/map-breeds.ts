import { UMAP } from 'umap-js';
import { createRandom, displayName, elementAt, formatPercent } from '../../base/index';
import { breedTable, FCI_GROUPS } from '../../dataset/index';
import type { FeatureTable } from '../../training/index';

/** One breed on the map. */
export interface MappedBreed {
  breed: string;
  x: number;
  y: number;
  /** Name of its FCI group; `no FCI group` for wild dogs and breeds that the FCI does not list. */
  group: string;
  /** The breed whose mean features are the most alike, by the features themselves and not by the map. */
  nearest: string;
}

/** A map of breeds by what a network sees of them. */
export interface BreedMap {
  breeds: MappedBreed[];
  /** Share of breeds with an FCI group whose nearest breed is of the same group, 0..1. */
  sameGroup: number;
  /** The same share if neighbours were drawn blindly. */
  chance: number;
}

const NO_GROUP = 'no FCI group';

/**
 * Lays the breeds out in a plane so that breeds with similar mean features lie near each other: UMAP (McInnes, Healy and
 * Melville 2018; `umap-js`) on the cosine between the breeds' mean features, less the mean of all. Distances between far
 * breeds mean nothing on such a map.
 *
 * @param options.seed of the layout, default 0
 * @throws Error when the table names no breeds, or fewer than 4
 * @example const { breeds, sameGroup } = mapBreeds(await loadShippedFeatures(), { seed: 42 });
 */
export function mapBreeds(
  { features, size, breeds: breedOf, source }: FeatureTable,
  { seed = 0 }: { seed?: number } = {},
): BreedMap {
  if (!breedOf)
    throw new Error(`expected a feature table that names breeds, received one without: ${source}`);
  const names = [...new Set(breedOf)].sort();
  if (names.length < 4) throw new Error(`expected at least 4 breeds for a map, received ${names.length}`);
  const groups = new Map(
    breedTable().map(({ breed, fciGroup }) => [breed, FCI_GROUPS[fciGroup ?? 0] ?? NO_GROUP]),
  );
  const means = centredMeans(features, size, breedOf, names);
  const random = createRandom(seed);
  const umap = new UMAP({
    nNeighbors: Math.min(8, names.length - 1),
    minDist: 0.4,
    nEpochs: 500,
    random: random.next,
    distanceFn: cosineDistance,
  });
  const points = umap.fit(means.map((mean) => [...mean]));
  const rows = names.map((breed, i) => {
    const [x = 0, y = 0] = points[i] ?? [];
    const nearest = elementAt(names, nearestOf(means, i));
    return { breed, x, y, group: groups.get(breed) ?? NO_GROUP, nearest };
  });
  const groupOf = new Map(rows.map(({ breed, group }) => [breed, group]));
  const listed = rows.filter(({ group }) => group !== NO_GROUP);
  const same = listed.filter(({ group, nearest }) => groupOf.get(nearest) === group).length;
  const blind = listed.reduce(
    (sum, { group }) => sum + (rows.filter((other) => other.group === group).length - 1) / (rows.length - 1),
    0,
  );
  return { breeds: rows, sameGroup: same / listed.length, chance: blind / listed.length };
}

/** A sentence about a map, from its numbers. */
export function describeBreedMap({ breeds, sameGroup, chance }: BreedMap): string {
  const closest = breeds.find(({ breed, nearest }) =>
    breeds.some((other) => other.breed === nearest && other.nearest === breed),
  );
  const pair = closest
    ? ` ${displayName(closest.breed)} and ${displayName(closest.nearest)}, for one, are each other's nearest.`
    : '';
  if (!(chance < 0.9))
    return `Nearly all of these breeds are of one FCI group, so the map says nothing of groups.${pair}`;
  const verdict =
    sameGroup > 1.5 * chance
      ? 'The network was told nothing of groups, and yet'
      : 'The groups are not what the network goes by:';
  return `${verdict} ${formatPercent(sameGroup, 0)} of the breeds have their nearest breed in their own FCI group (blindly: ${formatPercent(chance, 0)}).${pair}`;
}

function centredMeans(
  features: Float32Array,
  size: number,
  breedOf: readonly string[],
  names: readonly string[],
): Float64Array[] {
  const index = new Map(names.map((name, i) => [name, i]));
  const means = names.map(() => new Float64Array(size));
  const counts = new Float64Array(names.length);
  for (const [row, breed] of breedOf.entries()) {
    const label = index.get(breed) ?? 0;
    const mean = elementAt(means, label);
    for (let i = 0; i < size; i += 1) mean[i] = (mean[i] ?? 0) + (features[row * size + i] ?? 0);
    counts[label] = elementAt(counts, label) + 1;
  }
  const middle = new Float64Array(size);
  for (const [label, mean] of means.entries())
    for (let i = 0; i < size; i += 1) {
      mean[i] = (mean[i] ?? 0) / elementAt(counts, label);
      middle[i] = (middle[i] ?? 0) + (mean[i] ?? 0) / names.length;
    }
  for (const mean of means) for (let i = 0; i < size; i += 1) mean[i] = (mean[i] ?? 0) - (middle[i] ?? 0);
  return means;
}

function cosineDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [p, q] = [a[i] ?? 0, b[i] ?? 0];
    product += p * q;
    x += p * p;
    y += q * q;
  }
  return 1 - product / Math.max(1e-12, Math.sqrt(x * y));
}

function nearestOf(means: readonly Float64Array[], own: number): number {
  let best = own === 0 ? 1 : 0;
  const distance = (other: number) => cosineDistance(elementAt(means, own), elementAt(means, other));
  for (let other = 0; other < means.length; other += 1)
    if (other !== own && distance(other) < distance(best)) best = other;
  return best;
}
