import type { FeatureTransform } from '../../models/index';
import { describeRecipe, type FeatureRecipe, recipeHash, transformFeatures } from '../../models/index';
import type { ExtractedFeatures } from './extract-features';
import type { FeatureTable } from './feature-table';

/**
 * Tables of several networks' features of the same photos as one: each row is the networks' rows side by side.
 *
 * @throws Error when the tables hold other photos, or photos were decoded otherwise
 * @example const joined = joinFeatures([inception, lite]); // size 2048 + 1280
 */
export function joinFeatures<Table extends FeatureTable>(tables: readonly Table[]): Table {
  const [first, ...others] = tables;
  if (!first) throw new Error('expected at least one table of features, received none');
  if (others.length === 0) return first;
  for (const { files, source } of others)
    if (files.length !== first.files.length || files.some((file, row) => file !== first.files[row]))
      throw new Error(`expected features of the photos of "${first.source}", received those of "${source}"`);
  const recipe = joinRecipes(tables.map((table) => table.recipe));
  const size = tables.reduce((sum, table) => sum + table.size, 0);
  const features = new Float32Array(first.files.length * size);
  let column = 0;
  for (const table of tables) {
    for (let row = 0; row < first.files.length; row += 1)
      features.set(table.features.subarray(row * table.size, (row + 1) * table.size), row * size + column);
    column += table.size;
  }
  return {
    ...first,
    ...{ features, size, source: tables.map(({ source }) => source).join('; joined with ') },
    ...(recipe && { recipe }),
  };
}

/** {@link joinFeatures} of what was extracted together: counts are added up, the time is that of all. */
export function joinExtracted(tables: readonly ExtractedFeatures[]): ExtractedFeatures {
  const joined = joinFeatures(tables);
  if (tables.length < 2) return joined;
  const total = (of: (table: ExtractedFeatures) => number) =>
    tables.reduce((sum, table) => sum + of(table), 0);
  const [, place = ''] = /(, computed from .*)$/.exec(joined.source) ?? [];
  return {
    ...joined,
    source: `${describeRecipe(joined.recipe)}${place}`,
    computed: total(({ computed }) => computed),
  };
}

/**
 * The table with its features transformed, as its recipe then says.
 *
 * @throws Error when the features are transformed already
 * @example transformTable(table, 'l2')
 */
export function transformTable<Table extends FeatureTable>(table: Table, transform: FeatureTransform): Table {
  const { recipe, size } = table;
  if (transform === 'none') return table;
  if (recipe && recipe.transform !== 'none')
    throw new Error(`expected features as the networks give them, received them after ${recipe.transform}`);
  const parts = recipe?.networks.map(({ featureSize }) => featureSize) ?? [size];
  const features = transformFeatures(table.features, size, transform, parts);
  return { ...table, features, ...(recipe && { recipe: { ...recipe, transform } }) };
}

function joinRecipes(recipes: readonly (FeatureRecipe | undefined)[]): FeatureRecipe | undefined {
  const [first] = recipes;
  if (!first) return undefined;
  const known = recipes.filter((recipe): recipe is FeatureRecipe => recipe !== undefined);
  const input = inputHash(first);
  const other = known.find((recipe) => inputHash(recipe) !== input);
  if (other || known.length < recipes.length)
    throw new Error(
      `expected photos that were decoded alike, received ${describeRecipe(first)} and ` +
        `${other ? describeRecipe(other) : 'features of which the recipe is not known'}`,
    );
  return { ...first, networks: known.flatMap(({ networks }) => networks) };
}

/** Of what happens to a photo before the networks see it. */
const inputHash = ({ input, transform }: FeatureRecipe) => recipeHash({ input, transform, networks: [] });
