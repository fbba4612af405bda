import { join } from 'node:path';
import type { Dataset, Example } from '../../dataset/index';
import { decodePhoto, type PhotoInput } from '../../image/index';

/** Decoded photos, kept in memory as bytes as far as they fit, decoded again otherwise. */
export interface PhotoMemory {
  /** RGB bytes [side, side, 3] of a photo. @throws Error when it cannot be read */
  pixels(example: Example): Promise<Uint8Array>;
  /** Bytes that are held. */
  readonly bytes: number;
}

/** Pictures of one size, stretched: what a network that is trained from scratch sees. */
export const stretchedInput = (size: number): PhotoInput => ({
  ...{ size, interpolation: 'bilinear', pixelCentres: 'half', crop: 'none', boxMargin: 0 },
  ...{ resize: 'stretch', views: 1 },
});

/**
 * Remembers photos that were decoded: a training epoch after the first reads no file. 2,490 photos of 300 x 300 take
 * 672 MB.
 *
 * @param input how photos are decoded, one square each; one view
 * @param limitBytes photos beyond it are decoded every time; default 1.5 GB
 * @example
 * const memory = rememberPhotos(dataset, stretchedInput(300));
 * (await memory.pixels(dataset.examples[0])).length; // 270000
 */
export function rememberPhotos(
  dataset: Pick<Dataset, 'imagesFolder'>,
  input: PhotoInput,
  limitBytes = 1.5e9,
): PhotoMemory {
  const kept = new Map<string, Uint8Array>();
  if (input.views !== 1) throw new Error(`expected one view of a photo, received ${input.views}`);
  const each = input.size * input.size * 3;
  return {
    get bytes() {
      return kept.size * each;
    },
    async pixels(example) {
      const found = kept.get(example.file);
      if (found) return found;
      const { boxes, file } = example;
      const { data } = await decodePhoto(join(dataset.imagesFolder, file), input, { boxes });
      if ((kept.size + 1) * each <= limitBytes) kept.set(example.file, data);
      return data;
    },
  };
}
