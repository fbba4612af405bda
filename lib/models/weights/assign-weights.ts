import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';
import type { WeightArray, WeightMap } from './weight-map';

/** A name that Keras gave by itself, e.g. `conv2d_3`: its number depends on what was built before. */
const AUTOMATIC =
  /^(conv2d|convolution2d|depthwise_conv2d|separable_conv2d|dense|batch_normalization|batchnormalization|normalization)(_\d+)?$/;

/**
 * Loads weights into a model by layer name, each array checked for its shape. Layers that the model names
 * automatically are matched in their order. When the names do not fit, layers are matched in the file's order
 * if there are as many of them, as Keras itself does.
 *
 * @param model whose every layer with weights must be found; layers of the file beyond that (its classifier,
 *   say) are left aside
 * @param rename today's name of a layer in the file
 * @throws Error naming the layer that is missing or has other shapes
 */
export function assignWeights(
  model: tf.LayersModel,
  map: WeightMap,
  rename: (name: string) => string = (name) => name,
): void {
  const paths = leafLayers(model);
  const layers = [...paths.keys()];
  const byName = matchByName(paths, map, rename);
  const missing = layers.filter((layer) => !byName.has(layer));
  const inOrder = [...map.layers.values()];
  const matched =
    missing.length > 0 && inOrder.length === layers.length
      ? new Map(layers.map((layer, index) => [layer, elementAt(inOrder, index)]))
      : byName;
  for (const layer of layers) setLayer(layer, matched.get(layer), map);
}

/** Layers with weights, those of nested models included, and their paths `<model>/<layer>`. */
function leafLayers(model: tf.LayersModel, path = ''): Map<tf.layers.Layer, string> {
  const leaves = new Map<tf.layers.Layer, string>();
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    if (layer instanceof tf.LayersModel)
      for (const [leaf, inner] of leafLayers(layer, `${path}${layer.name}/`)) leaves.set(leaf, inner);
    else leaves.set(layer, path + layer.name);
  }
  return leaves;
}

function matchByName(
  layers: Map<tf.layers.Layer, string>,
  map: WeightMap,
  rename: (name: string) => string,
): Map<tf.layers.Layer, WeightArray[]> {
  const named = new Map([...map.layers].map(([name, arrays]) => [rename(name), arrays]));
  const matched = new Map<tf.layers.Layer, WeightArray[]>();
  const automatic = new Map<string, tf.layers.Layer[]>();
  for (const [layer, path] of layers) {
    const kind = AUTOMATIC.exec(layer.name)?.[1];
    const [byPath, byName] = [path === layer.name ? undefined : named.get(path), named.get(layer.name)];
    if (byPath) matched.set(layer, byPath);
    else if (kind) automatic.set(kind, [...(automatic.get(kind) ?? []), layer]);
    else if (byName) matched.set(layer, byName);
  }
  for (const [kind, group] of automatic) {
    const candidates = [...named]
      .filter(([name]) => plainKind(name) === kind)
      .sort(([a], [b]) => byNumber(a, b))
      .map(([, arrays]) => arrays);
    if (candidates.length !== group.length) continue;
    for (const [index, layer] of group.sort((a, b) => byNumber(a.name, b.name)).entries())
      matched.set(layer, elementAt(candidates, index));
  }
  return matched;
}

/** The automatic kind of a name in today's spelling (`convolution2d_2` of Keras 1 is a `conv2d`). */
function plainKind(name: string): string | undefined {
  const kind = AUTOMATIC.exec(name)?.[1];
  if (kind === 'convolution2d') return 'conv2d';
  return kind === 'batchnormalization' ? 'batch_normalization' : kind;
}

const byNumber = (a: string, b: string): number =>
  Number(/\d+$/.exec(a.replace('2d', ''))?.[0] ?? 0) - Number(/\d+$/.exec(b.replace('2d', ''))?.[0] ?? 0);

function setLayer(layer: tf.layers.Layer, arrays: WeightArray[] | undefined, { origin }: WeightMap): void {
  const shapes = layer.weights.map((weight) => weight.shape as number[]);
  const expected = shapes.map((shape) => `[${shape.join(', ')}]`).join(' ');
  if (!arrays)
    throw new Error(`expected weights ${expected} for layer ${layer.name} in ${origin}, found no such layer`);
  const found = arrays.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
  if (found !== expected)
    throw new Error(
      `expected weights ${expected} for layer ${layer.name}, found ${found} in ${origin}: ` +
        'these are the weights of another architecture',
    );
  const tensors = arrays.map(({ values, shape }) => tf.tensor(values, shape));
  layer.setWeights(tensors);
  tf.dispose(tensors);
}
