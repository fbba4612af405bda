import type { RgbImage } from '../../image/index';
import { showImages } from '../display/show-images';
import { keepVariants } from '../values/keep-pictures';
import { markDrawn } from './mark-drawn';
import type { ExamplePicture } from './photo-pictures';
import { showBeforeAfter } from './show-photos';

/** Shows pictures that were made from one photo; those of a drawn example say so on themselves. */
export interface PictureShower {
  /** Pictures side by side, each with its name below. */
  images(pictures: Readonly<Record<string, RgbImage>>, alt: string): Promise<void>;
  /** A picture before and after a step, with the histogram of its levels under each. */
  beforeAfter(before: RgbImage, after: RgbImage, name: string): Promise<void>;
  /** A picture and what augmentation makes of it. */
  variants(original: RgbImage, variants: readonly RgbImage[]): Promise<void>;
}

/**
 * What shows the pictures that are made from an example.
 *
 * @example await showerOf(await examplePicture(photos, 7)).beforeAfter(photo, equalizeHistogram(photo), 'equalized');
 */
export function showerOf({ isDrawn }: Pick<ExamplePicture, 'isDrawn'>): PictureShower {
  const marked = (image: RgbImage) => (isDrawn ? markDrawn(image) : Promise.resolve(image));
  const tiles = (pictures: readonly (readonly [string, RgbImage])[]) =>
    Promise.all(pictures.map(async ([caption, image]) => ({ image: await marked(image), caption })));
  return {
    async images(pictures, alt) {
      await showImages(await tiles(Object.entries(pictures)), alt, { tileWidth: 300 });
    },
    beforeAfter: (before, after, name) => showBeforeAfter(before, after, name, { isDrawn }),
    async variants(original, variants) {
      const named = variants.map((image, i) => [`variant ${i + 1}`, image] as const);
      const alt = `The picture and ${variants.length} random variants of it`;
      await showImages(await tiles([['original', original], ...named]), alt, { columns: 6 });
      await keepVariants(original, variants);
    },
  };
}
