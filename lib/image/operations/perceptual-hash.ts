import type { RgbImage } from '../types';
import { pillowLuma } from './photo-signs';
import { resizeImage } from './resize-image';

const SIDE = 32;
const KEPT = 8;

/** Cosines of the DCT's lowest frequencies: row k holds cos(pi k (2 n + 1) / 64). */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / SIDE) * (2 * (i % SIDE) + 1)) / (2 * SIDE)),
);

/**
 * A perceptual hash of 64 bits: pictures that look alike have hashes that differ in few bits, whatever their size and
 * compression. The lowest 8 x 8 frequencies of a cosine transform of the 32 x 32 grey picture, each above or below their
 * median, row by row from the highest bit (`imagehash.phash` of the Python package ImageHash 4.3).
 *
 * @returns 16 hexadecimal digits
 * @example perceptualHash(await decodeImage('dog.jpg')) // 'c3b46ee9c4d4b193'
 */
export function perceptualHash(image: RgbImage): string {
  // grey first, then smaller: as ImageHash does
  const luma = pillowLuma(image);
  const grey = new Uint8Array(3 * luma.length);
  for (const [i, value] of luma.entries()) grey.fill(value, 3 * i, 3 * i + 3);
  const small = resizeImage(
    { data: grey, width: image.width, height: image.height },
    { width: SIDE, height: SIDE, interpolation: 'lanczos3' },
  );
  const columns = new Float64Array(KEPT * SIDE); // [frequency of rows, column]
  for (let k = 0; k < KEPT; k += 1)
    for (let y = 0; y < SIDE; y += 1)
      for (let x = 0; x < SIDE; x += 1)
        columns[k * SIDE + x] =
          (columns[k * SIDE + x] ?? 0) + (COSINES[k * SIDE + y] ?? 0) * (small.data[3 * (y * SIDE + x)] ?? 0);
  const low = new Float64Array(KEPT * KEPT);
  for (let k = 0; k < KEPT; k += 1)
    for (let l = 0; l < KEPT; l += 1)
      for (let x = 0; x < SIDE; x += 1)
        low[k * KEPT + l] =
          (low[k * KEPT + l] ?? 0) + (columns[k * SIDE + x] ?? 0) * (COSINES[l * SIDE + x] ?? 0);
  const sorted = Float64Array.from(low).sort();
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  let hash = '';
  for (let i = 0; i < low.length; i += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit += 1) digit = 2 * digit + ((low[i + bit] ?? 0) > median ? 1 : 0);
    hash += digit.toString(16);
  }
  return hash;
}
