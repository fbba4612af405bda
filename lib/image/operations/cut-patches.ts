import type { Random } from '../../base/index';
import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import { cropImage } from './crop-and-mirror';

/**
 * Cuts square patches out of pictures at random places, to fit whitening on.
 *
 * @param images of any sizes
 * @param options `random`: the seeded generator that decides; `size`: side, px, default 7; `count`: default 4000
 * @returns `count` pictures of `size` x `size` px
 * @throws Error when a picture is smaller than a patch, or there is none
 * @example const whitening = fitWhitening(cutPatches(images, { random: createRandom(1) }));
 */
export function cutPatches(
  images: readonly RgbImage[],
  { random, size = 7, count = 4000 }: { random: Random; size?: number; count?: number },
): RgbImage[] {
  const [first] = images;
  if (!first) throw new Error('expected at least one picture to cut patches from, received none');
  for (const image of images) {
    checkImage(image);
    if (image.width < size || image.height < size)
      throw new Error(
        `expected pictures of at least ${size} x ${size} px, received ${image.width} x ${image.height}`,
      );
  }
  return Array.from({ length: count }, () => {
    const image = images.at(random.integer(images.length)) ?? first;
    const left = random.integer(image.width - size + 1);
    const top = random.integer(image.height - size + 1);
    return cropImage(image, { left, top, width: size, height: size });
  });
}
