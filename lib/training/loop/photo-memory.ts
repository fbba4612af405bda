import { join } from 'node:path';
import type { Dataset, Example } from '../../dataset/index';
import { decodeImage } from '../../image/index';

/** Decoded photos, kept in memory as bytes as far as they fit, decoded again otherwise. */
export interface PhotoMemory {
  /** RGB bytes [side, side, 3] of a photo. @throws Error when it cannot be read */
  pixels(example: Example): Promise<Uint8Array>;
  /** Bytes that are held. */
  readonly bytes: number;
}

/**
 * Remembers photos that were decoded: a training epoch after the first reads no file. 2,490 photos of 300 x 300 take
 * 672 MB.
 *
 * @param side of the square that photos are stretched to, px
 * @param limitBytes photos beyond it are decoded every time; default 1.5 GB
 * @example
 * const memory = rememberPhotos(dataset, 300);
 * (await memory.pixels(dataset.examples[0])).length; // 270000
 */
export function rememberPhotos(
  dataset: Pick<Dataset, 'imagesFolder'>,
  side: number,
  limitBytes = 1.5e9,
): PhotoMemory {
  const kept = new Map<string, Uint8Array>();
  const each = side * side * 3;
  return {
    get bytes() {
      return kept.size * each;
    },
    async pixels(example) {
      const found = kept.get(example.file);
      if (found) return found;
      const options = { width: side, height: side, fit: 'fill', interpolation: 'bilinear' } as const;
      const { data } = await decodeImage(join(dataset.imagesFolder, example.file), options);
      if ((kept.size + 1) * each <= limitBytes) kept.set(example.file, data);
      return data;
    },
  };
}
