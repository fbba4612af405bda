import * as colour from './colour';
import * as cropping from './cropping';
import type { Augmentation, OptionValue } from './define-augmentation';
import * as keras from './keras';
import * as mixing from './mixing';
import * as randAugment from './rand-augment';

/** Every export of these files that is an augmentation is registered by that. */
const FILES = { ...keras, ...cropping, ...colour, ...mixing, ...randAugment };

type Registered = Extract<(typeof FILES)[keyof typeof FILES], { name: string; draw: unknown }>;

/** Names of all augmentations. */
export type AugmentationName = Registered['name'];

/** The options of a definition, from what its `draw` takes. */
type OptionsOf<Definition> = Definition extends {
  draw(random: never, size: never, options: infer Options): unknown;
}
  ? Options
  : never;

/** One step of a policy: an augmentation, how often it happens, and those of its options that are not the defaults. */
export type AugmentationStep = {
  [Definition in Registered as Definition['name']]: {
    use: Definition['name'];
    /** How often it happens, 0..1. Default 1. */
    probability?: number;
  } & Partial<OptionsOf<Definition>>;
}[AugmentationName];

const DEFINITIONS = new Map(
  (Object.values(FILES) as unknown[])
    .filter((value): value is Augmentation => typeof value === 'object' && value !== null && 'draw' in value)
    .map((definition) => [definition.name, definition]),
);

/** Names of all augmentations, in their order. */
export const AUGMENTATIONS = [...DEFINITIONS.keys()] as AugmentationName[];

/**
 * All about an augmentation.
 *
 * @throws Error when the name is none of {@link AUGMENTATIONS}
 */
export function augmentationDefinition(name: string): Augmentation<string, Record<string, OptionValue>> {
  const found = DEFINITIONS.get(name);
  if (!found) throw new Error(`expected an augmentation (${AUGMENTATIONS.join(', ')}), received "${name}"`);
  return found as Augmentation<string, Record<string, OptionValue>>;
}

/** One option of one augmentation, for tables. */
export interface AugmentationRow {
  augmentation: string;
  what: string;
  source: string;
  option: string;
  default: OptionValue | '';
  meaning: string;
}

/**
 * All augmentations with their options, a row for each option, as tables and help show them.
 *
 * @example describeAugmentations().filter(({ augmentation }) => augmentation === 'mixup');
 */
export function describeAugmentations(): AugmentationRow[] {
  return [...DEFINITIONS.values()].flatMap(({ name, title, source, options }) => {
    const row = { augmentation: name, what: title, source };
    const entries = Object.entries(options as Record<string, { default: OptionValue; description: string }>);
    if (entries.length === 0) return [{ ...row, option: '', default: '' as const, meaning: '' }];
    return entries.map(([option, { default: value, description }]) => ({
      ...row,
      option,
      default: value,
      meaning: description,
    }));
  });
}
