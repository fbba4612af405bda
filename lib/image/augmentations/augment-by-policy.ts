import type { Random } from '../../base/index';
import { checkImage } from '../check-image';
import type { RgbImage } from '../types';
import type { OptionValue } from './define-augmentation';
import { type AugmentationStep, augmentationDefinition } from './registry';

/** A picture after its policy. */
export interface AugmentedImage {
  image: RgbImage;
  /** Share of the picture's own label, 0..1; the rest is the partner's. 1 unless a step mixes pictures. */
  ownShare: number;
}

/**
 * Changes a picture at random by a list of augmentations, one after the other. `mixup` and `cutmix` mix in a partner:
 * the label then is `ownShare` of the picture's and the rest of the partner's.
 *
 * @param policy steps with a name and those options that are not the defaults, see `describeAugmentations`
 * @param random the seeded generator that decides
 * @param partner another picture of the same size, for steps that mix; must be given where there is one
 * @returns a picture of the same size, or of the size that a crop is told
 * @throws Error for an augmentation or option that does not exist, a missing partner or one of another size
 * @throws RangeError for a probability outside of 0..1
 * @example
 * const policy = [{ use: 'random-resized-crop', minScale: 0.5 }, { use: 'flip' }] as const;
 * const { image } = augmentByPolicy(photo, policy, createRandom(1));
 */
export function augmentByPolicy(
  image: RgbImage,
  policy: readonly AugmentationStep[],
  random: Random,
  partner?: RgbImage,
): AugmentedImage {
  checkImage(image);
  let result: AugmentedImage = { image, ownShare: 1 };
  for (const step of policy) {
    const { use, probability = 1, ...given } = step;
    const definition = augmentationDefinition(use);
    const options = checkOptions(use, definition.options, given);
    if (!(probability >= 0 && probability <= 1))
      throw new RangeError(`expected a probability of 0..1 for ${use}, received ${probability}`);
    if (probability < 1 && random.next() >= probability) continue;
    const { width, height } = result.image;
    if (definition.ownShare) checkPartner(use, partner, { width, height });
    const parameters = definition.draw(random, { width, height }, options);
    result = {
      image: definition.apply(result.image, parameters, partner ?? image),
      ownShare: result.ownShare * (definition.ownShare?.(parameters) ?? 1),
    };
  }
  return result;
}

/**
 * A policy from names, each augmentation with its defaults: how a notebook's parameter lists one.
 *
 * @throws Error for a name that is no augmentation
 * @example namedPolicy(['random-resized-crop', 'flip'])
 */
export const namedPolicy = (names: readonly string[]): AugmentationStep[] =>
  names.map((name) => ({ use: augmentationDefinition(name).name }) as AugmentationStep);

/** Whether a policy mixes pictures, and so asks for partners. */
export const mixesPictures = (policy: readonly AugmentationStep[]): boolean =>
  policy.some(({ use }) => augmentationDefinition(use).ownShare !== undefined);

function checkOptions(
  name: string,
  known: Readonly<Record<string, { default: OptionValue }>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, OptionValue> {
  const options = Object.fromEntries(Object.entries(known).map(([key, option]) => [key, option.default]));
  for (const [key, value] of Object.entries(given)) {
    const wanted = known[key];
    if (!wanted)
      throw new Error(`expected options of ${name} (${Object.keys(known).join(', ')}), received ${key}`);
    if (value === undefined) continue;
    if (typeof value !== typeof wanted.default || Number.isNaN(value))
      throw new Error(`expected a ${typeof wanted.default} for ${key} of ${name}, received ${value}`);
    options[key] = value as OptionValue;
  }
  return options;
}

function checkPartner(
  name: string,
  partner: RgbImage | undefined,
  { width, height }: { width: number; height: number },
): void {
  if (!partner) throw new Error(`expected a second picture for ${name}, received none`);
  checkImage(partner);
  if (partner.width !== width || partner.height !== height)
    throw new Error(
      `expected a second picture of ${width} x ${height} px for ${name}, received ${partner.width} x ${partner.height}`,
    );
}
