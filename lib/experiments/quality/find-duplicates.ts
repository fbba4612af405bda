import { elementAt } from '../../base/index';
import type { PhotoPrint } from './photo-prints';
import { similarFeatures, similarHashes } from './similar-photos';

/** Two photos that are copies of each other, or nearly. */
export interface DuplicatePair {
  a: string;
  b: string;
  /** `exact`: the same decoded pixels; `near`: by perceptual hash or features. */
  kind: 'exact' | 'near';
  /** Bits in which the perceptual hashes differ; null where the pixels were not looked at. */
  bits: number | null;
  /** Cosine of the features; null where there are none. */
  cosine: number | null;
  /** Whether the two are filed under different breeds: one label must be wrong. */
  acrossBreeds: boolean;
  /** Whether one is in the official train list and the other in the test list. */
  acrossSplits: boolean;
}

/** One photo as duplicates are looked for. */
export interface ComparedPhoto {
  file: string;
  breed: string;
  split: 'train' | 'test' | null;
  /** Absent where photos are not at hand. */
  print?: PhotoPrint;
}

/**
 * From when on two photos are near duplicates: hashes that differ in at most `bits`, features whose cosine is at least
 * `cosine`, or a little less of both at once.
 */
export const NEAR_DUPLICATE = { bits: 4, cosine: 0.97, weakBits: 10, weakCosine: 0.9 } as const;

/**
 * Exact and near duplicates among photos, by their prints, by their features, or by both.
 *
 * @param photos rows; with prints for all of them or for none
 * @param features row-major [photos.length, size], the same rows; absent where there are none
 * @returns pairs, the most alike first
 * @example await findDuplicates(rows, table) // [{ a: 'n02.../1.jpg', b: 'n02.../2.jpg', kind: 'near', ... }]
 */
export async function findDuplicates(
  photos: readonly ComparedPhoto[],
  features: { features: Float32Array; size: number } | null,
): Promise<DuplicatePair[]> {
  const { bits, cosine, weakBits, weakCosine } = NEAR_DUPLICATE;
  const pairs = new Map<number, { a: number; b: number; bits: number | null; cosine: number | null }>();
  const pairOf = (a: number, b: number) => {
    const key = a * photos.length + b;
    const pair = pairs.get(key) ?? { a, b, bits: null, cosine: null };
    pairs.set(key, pair);
    return pair;
  };
  const prints = photos.flatMap(({ print }) => print ?? []);
  const looked = prints.length === photos.length;
  if (looked)
    for (const found of similarHashes(prints.map(({ hash }) => hash), weakBits))
      pairOf(found.a, found.b).bits = found.bits; // biome-ignore format: one step a line
  if (features)
    for (const found of await similarFeatures(features.features, features.size, weakCosine))
      pairOf(found.a, found.b).cosine = found.cosine;
  const found: DuplicatePair[] = [];
  for (const pair of pairs.values()) {
    const [first, second] = [elementAt(photos, pair.a), elementAt(photos, pair.b)];
    const same = first.print !== undefined && first.print.pixels === second.print?.pixels;
    const byBits = pair.bits !== null && pair.bits <= bits;
    const byCosine = pair.cosine !== null && pair.cosine >= cosine;
    if (!same && !byBits && !byCosine && (pair.bits === null || pair.cosine === null)) continue;
    found.push({
      a: first.file,
      b: second.file,
      kind: same ? 'exact' : 'near',
      bits: pair.bits,
      cosine: pair.cosine,
      acrossBreeds: first.breed !== second.breed,
      acrossSplits: first.split !== null && second.split !== null && first.split !== second.split,
    });
  }
  const likeness = ({ kind, bits: differing, cosine: similar }: DuplicatePair) =>
    (kind === 'exact' ? 10 : 0) + (similar ?? 0.9) - (differing ?? 10) / 100;
  return found.sort((x, y) => likeness(y) - likeness(x) || (x.a < y.a ? -1 : 1));
}
