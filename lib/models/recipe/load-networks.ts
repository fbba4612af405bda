import { type Backbone, loadBackbone } from '../backbones/load-backbone';
import type { BackboneName } from '../backbones/registry';
import { withQuantized } from '../quantize/quantized-files';
import type { OnProgress } from '../weights/fetch-npm-folder';
import type { FeatureRecipe } from './feature-recipe';
import { type NetworkRecipe, networkRecipe } from './network-recipe';

/** Weights of a recipe that was saved before recipes named them: whatever the record says is taken. */
export const ANY_WEIGHTS = 'not recorded';

/** How the networks of a recipe are loaded. */
export interface LoadNetworksOptions {
  onProgress?: OnProgress;
  /** Gives a network instead of `loadBackbone`: for weights of your own. */
  load?: (network: NetworkRecipe, inputSize: number) => Promise<Backbone>;
  /** Folder that holds the files of 8-bit networks: the saved model's. */
  folder?: string;
}

/**
 * Loads the networks of a recipe and checks that they are those that it was made with.
 *
 * @throws WeightsUnavailableError when weights are neither on disk nor reachable
 * @throws Error when the weights, or the file of an 8-bit network, are others than the recipe's
 * @example const backbones = await loadNetworks(classifier.metadata.recipe);
 */
export async function loadNetworks(
  { networks, input }: FeatureRecipe,
  { onProgress, load = loadByName(onProgress), folder }: LoadNetworksOptions = {},
): Promise<Backbone[]> {
  const loaded: Backbone[] = [];
  try {
    for (const network of networks) {
      const float = await load(network, input.size);
      const backbone = network.quantized ? await withQuantized(float, network, folder) : float;
      loaded.push(backbone);
      checkNetwork(network, backbone);
    }
    return loaded;
  } catch (error) {
    for (const backbone of loaded) backbone.dispose();
    throw error;
  }
}

const loadByName =
  (onProgress: OnProgress | undefined) =>
  ({ backbone, inputScaling }: NetworkRecipe, inputSize: number): Promise<Backbone> =>
    loadBackbone(backbone as BackboneName, { inputSize, inputScaling, onProgress });

function checkNetwork(expected: NetworkRecipe, backbone: Backbone): void {
  const found = networkRecipe(backbone);
  if (expected.weights === ANY_WEIGHTS || expected.weights === found.weights) return;
  throw new Error(
    `expected the weights of ${expected.backbone} that the model was trained with (${expected.weights}), ` +
      `found ${found.weights}: put those files back, or train the model again`,
  );
}
