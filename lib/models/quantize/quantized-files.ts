import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backbone } from '../backbones/load-backbone';
import type { NetworkRecipe } from '../recipe/network-recipe';
import { openQuantized } from './quantize-backbone';

/** Name of the file that holds a backbone's 8-bit network, in the folder of the saved model. */
const fileName = (backbone: string, identity: string): string =>
  `${backbone}-int8-${identity.slice(0, 16)}.onnx`;

/**
 * Files of the 8-bit networks of a classifier, by name: `saveModel` writes them beside the head.
 *
 * @example await saveModel(head, folder, metadata, quantizedFiles(backbones));
 */
export const quantizedFiles = (backbones: readonly Backbone[]): Record<string, Uint8Array> =>
  Object.fromEntries(
    backbones.flatMap(({ name, quantized }) =>
      quantized ? [[fileName(name, quantized.identity), quantized.model]] : [],
    ),
  );

/**
 * A backbone with its 8-bit network from the saved model's folder.
 *
 * @throws Error when the file is missing or is not the recipe's
 */
export async function withQuantized(
  backbone: Backbone,
  network: NetworkRecipe,
  folder: string | undefined,
): Promise<Backbone> {
  const { quantized = '' } = network;
  const path = join(folder ?? '.', fileName(network.backbone, quantized));
  const bytes = await readFile(path).catch(() => {
    throw new Error(
      `expected the 8-bit network of the model in ${path}, found none: copy the whole folder, or make it again with "dogbreeds quantize"`,
    );
  });
  const opened = await openQuantized(bytes, backbone.featureSize);
  if (opened.identity !== quantized)
    throw new Error(
      `expected the 8-bit network ${quantized} in ${path}, found ${opened.identity}: the file is damaged or another model's; copy it again`,
    );
  return { ...backbone, quantized: opened };
}
