import type { Catalogue } from '../store/open-catalogue';
import { FOUND_COLUMNS, type FoundPhoto } from './find-photos';

/** Bits in which the hashes of near duplicates differ at most. */
const NEAR_BITS = 4;
/** Bands of the 64 bits: with one more than differing bits, two near hashes share at least one whole band. */
const BANDS = [
  [0, 13],
  [13, 13],
  [26, 13],
  [39, 13],
  [52, 12],
] as const;
/** Near duplicates look alike to the network too: cosine of their vectors. */
const NEAR_COSINE = 0.9;

interface Hashed {
  sha256: string;
  high: number;
  low: number;
}

/**
 * Groups of files that are the same photo: the same bytes, or (unless `exactOnly`) copies that were resized or saved
 * again: difference hashes at most 4 bits apart, confirmed by the vectors. Pictures without structure (all one colour)
 * only when their bytes are the same.
 *
 * @returns the files of each group, `group` from 1, largest picture first
 */
export function findDuplicates(catalogue: Catalogue, { exactOnly = false } = {}): FoundPhoto[][] {
  const { db } = catalogue;
  const parent = new Map<string, string>();
  const find = (sha: string): string => {
    let root = sha;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    parent.set(sha, root);
    return root;
  };
  if (!exactOnly) for (const [a, b] of nearPairs(catalogue)) parent.set(find(a), find(b));
  const members = new Map<string, string[]>();
  for (const sha of parent.keys()) members.set(find(sha), [...(members.get(find(sha)) ?? []), sha]);
  const doubled = db
    .prepare("select sha256 from file where state = 'done' group by sha256 having count(*) > 1")
    .pluck()
    .all() as string[];
  for (const sha of doubled) if (!parent.has(sha)) members.set(sha, [sha]);
  const files = db.prepare(
    `select ${FOUND_COLUMNS} from catalogue where sha256 = ? and state = 'done' order by root, path`,
  );
  return [...members.values()]
    .map((shas) => shas.flatMap((sha) => files.all(sha) as FoundPhoto[]))
    .filter((group) => group.length > 1)
    .map((group, i) =>
      group
        .sort((a, b) => area(b) - area(a) || (a.path < b.path ? -1 : 1))
        .map((file) => ({ ...file, group: i + 1 })),
    );
}

const area = ({ width, height }: FoundPhoto): number => (width ?? 0) * (height ?? 0);

/** Pairs of photos (by hash of their bytes) that are near duplicates. */
function* nearPairs({ db }: Catalogue): Generator<[string, string]> {
  const hashed: Hashed[] = [];
  for (const { sha256, dhash } of db
    .prepare('select sha256, dhash from photo where dhash is not null')
    .iterate() as IterableIterator<{ sha256: string; dhash: string }>) {
    const [high, low] = [Number.parseInt(dhash.slice(0, 8), 16), Number.parseInt(dhash.slice(8), 16)];
    const bits = countBits(high) + countBits(low);
    if (bits >= 8 && bits <= 56) hashed.push({ sha256, high, low });
  }
  const vector = db.prepare('select vector from embedding where sha256 = ? limit 1').pluck();
  const vectorOf = (sha256: string) => {
    const [value] = vector.all(sha256) as ArrayBuffer[];
    return value ? new Float32Array(value) : null;
  };
  for (const [band, [from, length]] of BANDS.entries()) {
    const buckets = new Map<number, Hashed[]>();
    for (const photo of hashed) {
      const key = bitsOf(photo, from, length);
      const bucket = buckets.get(key);
      if (!bucket) buckets.set(key, [photo]);
      else {
        for (const other of bucket) {
          if (countBits(photo.high ^ other.high) + countBits(photo.low ^ other.low) > NEAR_BITS) continue;
          const earlier = BANDS.slice(0, band).some(([f, l]) => bitsOf(photo, f, l) === bitsOf(other, f, l));
          if (!earlier && looksAlike(vectorOf(photo.sha256), vectorOf(other.sha256)))
            yield [photo.sha256, other.sha256];
        }
        bucket.push(photo);
      }
    }
  }
}

function looksAlike(a: Float32Array | null, b: Float32Array | null): boolean {
  if (!a || !b || a.length !== b.length) return true; // nothing speaks against it
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot >= NEAR_COSINE * Math.sqrt(squareA * squareB);
}

/** Bits `from`..`from + length - 1` of the 64, counted from the lowest. */
function bitsOf({ high, low }: Hashed, from: number, length: number): number {
  let bits = 0;
  for (let i = 0; i < length; i++) {
    const at = from + i;
    bits |= ((at < 32 ? low >>> at : high >>> (at - 32)) & 1) << i;
  }
  return bits;
}

function countBits(value: number): number {
  let n = value - ((value >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
