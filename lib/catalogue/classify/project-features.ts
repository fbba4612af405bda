import { createRandom } from '../../base/index';

/** Numbers in a photo's vector. */
export const VECTOR_SIZE = 256;

const projections = new Map<number, { index: Uint16Array; sign: Int8Array; starts: Uint32Array }>();

/**
 * Features in 256 numbers that keep the distances between photos: a sparse random projection (Achlioptas 2003, one
 * entry in three, from a fixed seed), so every machine and every version gives the same, and nothing has to be shipped.
 *
 * @param features any number of them; up to 256 stay as they are, padded with zeros
 * @example projectFeatures(new Float32Array(2048)).length // 256
 */
export function projectFeatures(features: Float32Array): Float32Array {
  const vector = new Float32Array(VECTOR_SIZE);
  if (features.length <= VECTOR_SIZE) {
    vector.set(features);
    return vector;
  }
  const { index, sign, starts } = projectionFor(features.length);
  const scale = Math.sqrt(3 / VECTOR_SIZE);
  for (let out = 0; out < VECTOR_SIZE; out++) {
    let sum = 0;
    const end = starts[out + 1] ?? index.length;
    for (let i = starts[out] ?? 0; i < end; i++) sum += (sign[i] ?? 0) * (features[index[i] ?? 0] ?? 0);
    vector[out] = sum * scale;
  }
  return vector;
}

function projectionFor(size: number) {
  const known = projections.get(size);
  if (known) return known;
  const random = createRandom(size);
  const index: number[] = [];
  const sign: number[] = [];
  const starts = new Uint32Array(VECTOR_SIZE + 1);
  for (let out = 0; out < VECTOR_SIZE; out++) {
    for (let i = 0; i < size; i++) {
      const draw = random.next();
      if (draw >= 1 / 3) continue;
      index.push(i);
      sign.push(draw < 1 / 6 ? 1 : -1);
    }
    starts[out + 1] = index.length;
  }
  const made = { index: Uint16Array.from(index), sign: Int8Array.from(sign), starts };
  projections.set(size, made);
  return made;
}
