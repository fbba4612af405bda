import type { PhotoInput } from '../../image/index';
import { weightRecord } from '../backbones/registry';
import { type FeatureRecipe, recipeHash } from '../recipe/feature-recipe';
import { ANY_WEIGHTS } from '../recipe/load-networks';
import type { FeatureTransform } from '../recipe/transform-features';
import { type ClassifierMetadata, METADATA_VERSION } from './classifier-metadata';

/** What was saved before models carried their recipe: photos were stretched, and seen once. */
export interface ClassifierMetadataV1 extends Omit<ClassifierMetadata, 'version' | 'recipe' | 'recipeHash'> {
  /** The frozen network whose pooled features feed the head; `null`: the saved network takes pixels itself. */
  backbone: string | null;
  /** Side of the backbone's square input in pixels; without it the size its weights were trained at. */
  inputSize?: number;
  /** Needed where `backbone` is null. `0-1` divides raw pixels by 255. */
  pixels?: { size: number; scaling: '0-1' | '0-255' };
  featureTransform: FeatureTransform;
}

/**
 * The metadata of a saved classifier, of this or of an older version, as this version has them.
 *
 * @param saved what metadata.json holds
 * @param where names the file in messages
 * @throws Error when it is no classifier's, of a newer version, or its recipe was altered
 * @example (await migrateMetadata(JSON.parse(text), 'data/models/final/metadata.json')).recipe.input.size // 224
 */
export async function migrateMetadata(saved: unknown, where: string): Promise<ClassifierMetadata> {
  const { checkMetadata } = await import('./check-metadata'); // a library that only who loads a model waits for
  const { classNames, version } = (saved ?? {}) as { classNames?: unknown; version?: unknown };
  if (!Array.isArray(classNames))
    throw new Error(
      `expected the metadata of a classifier (classNames, recipe, temperature ...) in ${where}`,
    );
  if (version === undefined) {
    const migrated = fromFirst(saved as ClassifierMetadataV1);
    checkMetadata(migrated, where);
    return migrated;
  }
  if (version !== METADATA_VERSION)
    throw new Error(
      `expected metadata of version ${METADATA_VERSION} or older in ${where}, found ${version}: update this program`,
    );
  checkMetadata(saved, where);
  const metadata = saved as ClassifierMetadata;
  const found = recipeHash(metadata.recipe);
  if (found !== metadata.recipeHash)
    throw new Error(
      `expected the recipe ${metadata.recipeHash} in ${where}, found one of ${found}: ` +
        'photos would be prepared otherwise than in training; save the model again',
    );
  return metadata;
}

function fromFirst(saved: ClassifierMetadataV1): ClassifierMetadata {
  const { backbone, inputSize, pixels, featureTransform, ...rest } = saved;
  const recipe = backbone
    ? backboneRecipe(backbone, inputSize, featureTransform)
    : pixelRecipe(pixels, featureTransform);
  return { ...rest, version: METADATA_VERSION, recipe, recipeHash: recipeHash(recipe) };
}

const stretched = (size: number, interpolation: PhotoInput['interpolation']): PhotoInput => ({
  ...{ size, interpolation, pixelCentres: 'half', crop: 'none', boxMargin: 0, resize: 'stretch', views: 1 },
});

function backboneRecipe(name: string, size: number | undefined, transform: FeatureTransform): FeatureRecipe {
  const { inputSize, interpolation, featureSize, channelOrder, scaling } = weightRecord(name);
  const { mode, mean, std } = scaling;
  return {
    input: stretched(size ?? inputSize, interpolation),
    networks: [
      {
        backbone: name,
        weights: ANY_WEIGHTS,
        featureSize,
        channelOrder,
        scaling: `${mode}, mean ${mean.join(' ')}, std ${std.join(' ')}`,
        inputScaling: 'correct',
      },
    ],
    transform,
  };
}

function pixelRecipe(pixels: ClassifierMetadataV1['pixels'], transform: FeatureTransform): FeatureRecipe {
  if (!pixels)
    throw new Error('expected a backbone, or metadata.pixels for a network that takes pixels itself');
  const std = pixels.scaling === '0-1' ? 255 : 1;
  return {
    input: stretched(pixels.size, 'bilinear'),
    networks: [],
    transform,
    pixels: { channelOrder: 'rgb', mean: [0, 0, 0], std: [std, std, std] },
  };
}
