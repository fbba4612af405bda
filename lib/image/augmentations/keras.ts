import type { Random } from '../../base/index';
import { type FillMode, type Transform, transformImage } from '../operations/transform-image';
import type { RgbImage } from '../types';
import { defineAugmentation } from './define-augmentation';

/** Ranges as `ImageDataGenerator` of Keras names them. */
export interface AugmentOptions {
  /** Degrees either way. Default 40. */
  rotationRange?: number;
  /** Fraction of the width either way. Default 0.2. */
  widthShiftRange?: number;
  /** Fraction of the height either way. Default 0.2. */
  heightShiftRange?: number;
  /** Degrees either way (degrees, though people take it for a fraction). Default 0.2. */
  shearRange?: number;
  /** Zoom between 1 - range and 1 + range, each axis for itself. Default 0.2. */
  zoomRange?: number;
  /** Whether half of the pictures are mirrored. Default true. */
  horizontalFlip?: boolean;
  /** What is seen outside of the picture. Default `nearest`. */
  fillMode?: FillMode;
  /** Value for the fill mode `constant`, 0..255. Default 0. */
  fillValue?: number;
}

/** The presentation's data generator. */
export const PRESENTATION_AUGMENTATION: Required<AugmentOptions> = {
  rotationRange: 40,
  widthShiftRange: 0.2,
  heightShiftRange: 0.2,
  shearRange: 0.2,
  zoomRange: 0.2,
  horizontalFlip: true,
  fillMode: 'nearest',
  fillValue: 0,
};

/**
 * Draws one geometric change, in the order in which `ImageDataGenerator.get_random_transform` of Keras draws its
 * parameters.
 */
export function drawTransform(
  random: Random,
  { width, height }: { width: number; height: number },
  options: AugmentOptions = {},
): Transform {
  const ranges = { ...PRESENTATION_AUGMENTATION, ...options };
  const within = (range: number) => range * (2 * random.next() - 1);
  const theta = within(ranges.rotationRange);
  const tx = within(ranges.heightShiftRange) * height;
  const ty = within(ranges.widthShiftRange) * width;
  const shear = within(ranges.shearRange);
  const zx = 1 + within(ranges.zoomRange);
  const zy = 1 + within(ranges.zoomRange);
  const flipHorizontal = random.next() < 0.5 && ranges.horizontalFlip;
  return { theta, tx, ty, shear, zx, zy, flipHorizontal };
}

/**
 * Makes another picture of the same dog: turned, shifted, sheared, zoomed, mirrored at random as
 * `ImageDataGenerator(rotation_range=40, width_shift_range=0.2, height_shift_range=0.2, shear_range=0.2,
 * zoom_range=0.2, horizontal_flip=True, fill_mode='nearest')` of Keras does.
 *
 * @param random the seeded generator that decides
 * @param options ranges, by default the presentation's
 * @returns a new picture of the same size
 * @throws Error when the pixels are not as many as the size says
 * @example
 * const random = createRandom(1);
 * const nine = Array.from({ length: 9 }, () => augmentImage(image, random));
 */
export function augmentImage(image: RgbImage, random: Random, options: AugmentOptions = {}): RgbImage {
  const fill = { mode: options.fillMode, value: options.fillValue };
  return transformImage(image, drawTransform(random, image, options), fill);
}

export const keras = defineAugmentation({
  name: 'keras',
  title: "turn, shift, shear, zoom and mirror: the presentation's generator",
  source: 'Keras ImageDataGenerator.random_transform',
  options: {
    rotationRange: { default: 40, description: 'degrees either way' },
    widthShiftRange: { default: 0.2, description: 'fraction of the width either way' },
    heightShiftRange: { default: 0.2, description: 'fraction of the height either way' },
    shearRange: { default: 0.2, description: 'degrees either way' },
    zoomRange: { default: 0.2, description: 'from 1 - range to 1 + range, each axis for itself' },
    horizontalFlip: { default: true as boolean, description: 'whether half of the pictures are mirrored' },
    fillMode: { default: 'nearest' as FillMode, description: 'nearest, constant, reflect or wrap' },
    fillValue: { default: 0, description: 'for the fill mode constant, 0..255' },
  },
  draw: (random, size, options: Required<AugmentOptions>) => ({
    transform: drawTransform(random, size, options),
    fill: { mode: options.fillMode, value: options.fillValue },
  }),
  apply: (image, { transform, fill }) => transformImage(image, transform, fill),
});
