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
/**
 * Near duplicates look alike to the network too: cosine of their vectors. Copies at half of the side have 0.74 at the
 * least percent, two photos of different dogs 0.68 at the highest (`npm run bench -- duplicates`).
 */
const NEAR_COSINE = 0.65;

/** Difference hashes of many photos: 16 bytes each. */
interface Hashes {
  count: number;
  high: Uint32Array;
  low: Uint32Array;
  /** Rows of the table `photo`. */
  rowid: Float64Array;
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
  for (const sha of parent.keys()) {
    const group = members.get(find(sha));
    if (group) group.push(sha);
    else members.set(find(sha), [sha]);
  }
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
  const hashes = readHashes(db);
  const { high, low, rowid } = hashes;
  const photo = db.prepare(
    `select sha256, (select vector from embedding e where e.sha256 = photo.sha256 limit 1) as vector
     from photo where rowid = ?`,
  );
  const photoAt = (i: number) => photo.get(at(rowid, i)) as { sha256: string; vector: Uint8Array | null };
  for (const [band, [from, length]] of BANDS.entries())
    for (const bucket of bucketsOf(hashes, from, length))
      for (const [i, a] of bucket.entries())
        for (const b of bucket.subarray(0, i)) {
          const [highs, lows] = [at(high, a) ^ at(high, b), at(low, a) ^ at(low, b)];
          if (countBits(highs) + countBits(lows) > NEAR_BITS) continue;
          if (BANDS.slice(0, band).some(([f, l]) => bitsOf(highs, lows, f, l) === 0)) continue; // met there
          const [one, other] = [photoAt(a), photoAt(b)];
          if (looksAlike(one.vector, other.vector)) yield [one.sha256, other.sha256];
        }
}

/** The hashes of all pictures that have some structure. */
function readHashes(db: Catalogue['db']): Hashes {
  const [{ n } = { n: 0 }] = db.prepare('select count(*) as n from photo where dhash is not null').all() as {
    n: number;
  }[];
  const hashes: Hashes = {
    count: 0,
    high: new Uint32Array(n),
    low: new Uint32Array(n),
    rowid: new Float64Array(n),
  };
  for (const { rowid, dhash } of db
    .prepare('select rowid, dhash from photo where dhash is not null limit ?')
    .iterate(n) as IterableIterator<{ rowid: number; dhash: string }>) {
    const [high, low] = [Number.parseInt(dhash.slice(0, 8), 16), Number.parseInt(dhash.slice(8), 16)];
    const bits = countBits(high) + countBits(low);
    if (bits < 8 || bits > 56) continue;
    hashes.high[hashes.count] = high;
    hashes.low[hashes.count] = low;
    hashes.rowid[hashes.count++] = rowid;
  }
  return hashes;
}

/** Photos (as places in the arrays) by the bits of one band, by counting: 4 bytes a photo. */
function* bucketsOf(hashes: Hashes, from: number, length: number): Generator<Uint32Array> {
  const keyOf = (i: number) => bitsOf(at(hashes.high, i), at(hashes.low, i), from, length);
  const ends = new Uint32Array(2 ** length);
  for (let i = 0; i < hashes.count; i++) ends[keyOf(i)] = at(ends, keyOf(i)) + 1;
  for (let key = 1; key < ends.length; key++) ends[key] = at(ends, key) + at(ends, key - 1);
  const sorted = new Uint32Array(hashes.count);
  const starts = ends.slice();
  for (let i = hashes.count - 1; i >= 0; i--) {
    const key = keyOf(i);
    const place = at(starts, key) - 1;
    starts[key] = place;
    sorted[place] = i;
  }
  for (const [key, end] of ends.entries()) yield sorted.subarray(at(starts, key), end);
}

const at = (values: Uint32Array | Float64Array, i: number): number => values[i] ?? 0;

function looksAlike(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (!one || !other || one.byteLength !== other.byteLength) return true; // nothing speaks against it
  const [a, b] = [toFloats(one), toFloats(other)];
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot >= NEAR_COSINE * Math.sqrt(squareA * squareB);
}

const toFloats = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

/** Bits `from`..`from + length - 1` of the 64, counted from the lowest. */
function bitsOf(high: number, low: number, from: number, length: number): number {
  const [word, shift] = from < 32 ? [low, from] : [high, from - 32];
  const above = from < 32 && from + length > 32 ? high << (32 - from) : 0;
  return ((word >>> shift) | above) & (2 ** length - 1);
}

function countBits(value: number): number {
  let n = value - ((value >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
