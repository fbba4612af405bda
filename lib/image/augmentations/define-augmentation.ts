import type { Random } from '../../base/index';
import type { RgbImage } from '../types';

/** A value of an augmentation's options. */
export type OptionValue = number | boolean | string;

/** One option: its default, and what it means (with its unit). */
export interface AugmentationOption<Value extends OptionValue = OptionValue> {
  default: Value;
  description: string;
}

/** All about one augmentation; types, option lists, tables and tests follow from it. */
export interface Augmentation<
  Name extends string = string,
  Options extends object = object,
  Parameters = unknown,
> {
  name: Name;
  /** One line for tables. */
  title: string;
  /** Whose function it equals, and the paper. */
  source: string;
  options: { readonly [Key in keyof Options]: AugmentationOption<Options[Key] & OptionValue> };
  /** Draws what is random, in a fixed order, for a picture of this size. */
  draw(random: Random, size: { width: number; height: number }, options: Options): Parameters;
  /** Makes the new picture, of the old one's size unless an option says another. `partner` is of the old one's size too. */
  apply(image: RgbImage, parameters: Parameters, partner: RgbImage): RgbImage;
  /** Of augmentations that mix in a partner: the share of the picture's own label, 0..1. */
  ownShare?(parameters: Parameters): number;
}

/**
 * Defines an augmentation: its name, its options with their defaults, what is drawn and what is done. An export of one
 * of the files that `registry.ts` reads is all that it takes; its golden is test/golden/image/augmentations/NAME.json.
 *
 * @example
 * export const flip = defineAugmentation({
 *   name: 'flip',
 *   title: 'mirror half of the pictures',
 *   source: 'Keras RandomFlip',
 *   options: {},
 *   draw: (random) => ({ mirrored: random.next() < 0.5 }),
 *   apply: (image, { mirrored }) => (mirrored ? mirror(image) : image),
 * });
 */
export const defineAugmentation = <const Name extends string, Options extends object, Parameters>(
  definition: Augmentation<Name, Options, Parameters>,
): Augmentation<Name, Options, Parameters> => definition;

/** A number in low..high. */
export const between = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.next();
