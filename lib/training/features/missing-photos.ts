import type { Example } from '../../dataset/index';
import type { FeatureRecipe } from '../../models/index';
import type { FeatureStore } from './feature-store';

/**
 * What a photo's features are kept under: its content, and its box where the recipe crops to it.
 *
 * @example photoKey(example, recipe) // '5f3d1c0a9b8e7d6c'
 */
export function photoKey(example: Pick<Example, 'hash' | 'boxes'>, recipe: FeatureRecipe): string {
  if (recipe.input.crop !== 'box') return example.hash;
  const numbers = example.boxes.flatMap(({ xmin, ymin, xmax, ymax }) => [xmin, ymin, xmax, ymax]);
  return [example.hash, ...numbers.map((value) => value.toFixed(4))].join('-');
}

/** Photos whose content is neither in the store nor named twice. */
export function missingPhotos(
  examples: readonly Example[],
  recipe: FeatureRecipe,
  store: FeatureStore,
): Example[] {
  const seen = new Set<string>();
  return examples.filter((example) => {
    const key = photoKey(example, recipe);
    if (seen.has(key) || store.has(key)) return false;
    seen.add(key);
    return true;
  });
}
