import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';

/** Two photos that look alike, rows of the tables that were compared; `a` is the earlier one. */
export interface SimilarRows {
  a: number;
  b: number;
}

/** Rows that are compared at once: bounds memory to this many rows of products. */
const CHUNK = 512;

/**
 * All pairs of rows whose features point the same way: cosine of at least `lowest`. Brute force, one matrix product of
 * the engine for each 512 rows: 8,121 rows of 2,048 values take some seconds.
 *
 * @param features row-major [rows, size]
 * @param lowest smallest cosine, -1..1
 * @throws Error when the length is no multiple of `size`
 * @example await similarFeatures(table.features, table.size, 0.97) // [{ a: 3, b: 90, cosine: 0.99 }]
 */
export async function similarFeatures(
  features: Float32Array,
  size: number,
  lowest: number,
): Promise<(SimilarRows & { cosine: number })[]> {
  const rows = features.length / size;
  if (!Number.isInteger(rows))
    throw new Error(`expected rows of ${size} features, received ${features.length} values`);
  const unit = tf.tidy(() => {
    const all = tf.tensor2d(features, [rows, size]);
    return all.div(all.norm('euclidean', 1, true).maximum(1e-12)) as tf.Tensor2D;
  });
  const found: (SimilarRows & { cosine: number })[] = [];
  try {
    for (let from = 0; from < rows; from += CHUNK) {
      const count = Math.min(CHUNK, rows - from);
      const output = tf.tidy(() =>
        tf.matMul(
          unit.slice([from, 0], [count, size]),
          unit.slice([from, 0], [rows - from, size]),
          false,
          true,
        ),
      );
      const cosines = (await output.data()) as Float32Array;
      output.dispose();
      for (let a = 0; a < count; a += 1)
        for (let b = a + 1; b < rows - from; b += 1) {
          const cosine = cosines[a * (rows - from) + b] ?? 0;
          if (cosine >= lowest) found.push({ a: from + a, b: from + b, cosine: Math.min(1, cosine) });
        }
    }
  } finally {
    unit.dispose();
  }
  return found;
}

/**
 * All pairs of perceptual hashes that differ in at most `most` bits.
 *
 * @param hashes 16 hexadecimal digits each
 * @param most bits, 0..64
 * @example similarHashes(['ff00000000000000', 'fe00000000000000'], 4) // [{ a: 0, b: 1, bits: 1 }]
 */
export function similarHashes(hashes: readonly string[], most: number): (SimilarRows & { bits: number })[] {
  const words = Int32Array.from(
    hashes.flatMap((hash) => [hash.slice(0, 8), hash.slice(8)]),
    (word) => Number.parseInt(word, 16),
  );
  const found: (SimilarRows & { bits: number })[] = [];
  for (let a = 0; a < hashes.length; a += 1) {
    const [high, low] = [elementAt(words, 2 * a), elementAt(words, 2 * a + 1)];
    for (let b = a + 1; b < hashes.length; b += 1) {
      const bits = ones(high ^ (words[2 * b] ?? 0)) + ones(low ^ (words[2 * b + 1] ?? 0));
      if (bits <= most) found.push({ a, b, bits });
    }
  }
  return found;
}

/** Ones among 32 bits (Warren, Hacker's Delight, figure 5-2). */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}
