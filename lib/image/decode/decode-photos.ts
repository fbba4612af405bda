import { join } from 'node:path';
import { forEachLimited } from '../../base/index';
import type { Dataset, Example } from '../../dataset/index';
import type { RgbImage } from '../types';
import { type DecodeOptions, decodeImage } from './decode-image';

/**
 * Decodes several photos of a dataset, some at a time, in their order. All of them are held in memory: for a sample,
 * not for a training set.
 *
 * @param options.signal ends it, as interrupting the cell does
 * @throws Error naming the first photo that cannot be decoded; Interrupted when it was stopped
 * @example const pictures = await decodePhotos(dataset, sample, { width: 32, height: 32, fit: 'fill' });
 */
export async function decodePhotos(
  dataset: Pick<Dataset, 'imagesFolder'>,
  examples: readonly Example[],
  { signal, ...options }: DecodeOptions & { signal?: AbortSignal } = {},
): Promise<RgbImage[]> {
  const images = new Array<RgbImage>(examples.length);
  const decode = async ({ file }: Example, index: number) => {
    images[index] = await decodeImage(join(dataset.imagesFolder, file), options);
  };
  await forEachLimited(examples, 4, decode, signal);
  return images;
}
