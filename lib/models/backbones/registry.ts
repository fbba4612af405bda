import type { WeightRecord } from '../weights/weight-records';
import type { BackboneDefinition } from './define-backbone';
import { efficientnetb0, efficientnetb3 } from './efficientnet';
import { efficientnetlite0, efficientnetlite1, efficientnetlite2 } from './efficientnet-lite';
import { inceptionv3 } from './inceptionv3';
import { mobilenetv2 } from './mobilenetv2';
import { resnet50 } from './resnet50';
import { vgg19 } from './vgg19';
import { xception } from './xception';

/** All backbones, the presentation's four first, in the order of its table. */
const DEFINITIONS = [
  vgg19,
  resnet50,
  efficientnetb3,
  xception,
  mobilenetv2,
  efficientnetb0,
  inceptionv3,
  efficientnetlite0,
  efficientnetlite1,
  efficientnetlite2,
] as const;

/** The backbones of this project by name. */
export type BackboneName = (typeof DEFINITIONS)[number]['name'];

/** Names of all backbones, in the order of the presentation's table. */
export const BACKBONES: readonly BackboneName[] = DEFINITIONS.map(({ name }) => name);

/**
 * The weight records. URLs, MD5 sums, preprocessing and parameter counts follow `keras.applications` (Keras
 * 3.15); test/golden/models/make.py prints the counts.
 */
export const WEIGHTS = Object.fromEntries(
  DEFINITIONS.map((definition) => [definition.name, definition]),
) as Readonly<Record<BackboneName, BackboneDefinition<BackboneName>>>;

/**
 * All about a backbone.
 *
 * @throws Error when the name is none of {@link BACKBONES}.
 */
export function backboneDefinition(name: string): BackboneDefinition<BackboneName> {
  const found = DEFINITIONS.find((definition) => definition.name === name);
  if (!found) throw new Error(`expected a backbone (${BACKBONES.join(', ')}), received "${name}"`);
  return found;
}

/**
 * The weight record of a backbone.
 *
 * @throws Error when the name is none of {@link BACKBONES}.
 * @example weightRecord('resnet50').featureSize // 2048
 */
export const weightRecord = (name: string): WeightRecord & { name: BackboneName } => backboneDefinition(name);

/**
 * Today's Keras name of a layer in a weight file of an older Keras. Names that never changed come back as they are.
 *
 * @example currentLayerName('resnet50', 'bn5c_branch2a') // 'conv5_block3_1_bn'
 */
export const currentLayerName = (backbone: BackboneName, layer: string): string =>
  backboneDefinition(backbone).rename?.(layer) ?? layer;
