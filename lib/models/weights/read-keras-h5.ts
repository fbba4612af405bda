import { readFile } from 'node:fs/promises';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from './hdf5';
import type { WeightArray, WeightMap } from './weight-map';

/**
 * Reads a weight file that Keras wrote, of any of its HDF5 kinds: legacy weights (the official files; Keras 1, 2
 * and 3), a whole legacy model (`model.save('x.h5')`, weights of nested models included), or `.weights.h5` of
 * Keras 3. Optimizer state is left aside.
 *
 * @param path absolute path of the file
 * @throws Error when it is no HDF5 file, truncated, not written by Keras, or holds other than floats and integers
 * @example (await readKerasH5('vgg19.h5')).layers.get('block1_conv1') // kernel [3, 3, 3, 64], bias [64]
 */
export async function readKerasH5(path: string): Promise<WeightMap> {
  const bytes = await readFile(path);
  const root = openHdf5(bytes, path);
  try {
    const top = root.keys.includes('model_weights') ? (root.get('model_weights') as Hdf5Group) : root;
    const layers =
      'layer_names' in top.attrs || 'layer_names0' in top.attrs
        ? legacyLayers(top)
        : root.keys.includes('layers')
          ? kerasThreeLayers(root.get('layers') as Hdf5Group)
          : null;
    if (!layers) throw new Error('expected the weights of a Keras model, found none');
    return { origin: path, layers };
  } catch (error) {
    // jsfive throws strings, and RangeErrors on damaged files
    throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Groups named by the attribute `layer_names`, each with an attribute `weight_names`. */
function legacyLayers(top: Hdf5Group): Map<string, WeightArray[]> {
  const layers = new Map<string, WeightArray[]>();
  for (const layer of names(top, 'layer_names')) {
    const group = top.get(layer) as Hdf5Group;
    const weights = names(group, 'weight_names');
    const owners = weights.map((name) => name.split('/').at(-2) ?? layer);
    const nested = new Set(owners).size > 1; // a model inside the model keeps its layers' names
    for (const [index, name] of weights.entries()) {
      const owner = nested ? owners[index]! : layer;
      const array = readArray(group.get(name) as Hdf5Dataset, name);
      layers.set(owner, [...(layers.get(owner) ?? []), array]);
    }
  }
  return layers;
}

/** A list of strings, which Keras splits over `name0`, `name1`, ... when it is long. */
function names(group: Hdf5Group, attribute: string): string[] {
  const parts: unknown[] = [];
  if (attribute in group.attrs) parts.push(group.attrs[attribute]);
  for (let part = 0; `${attribute}${part}` in group.attrs; part += 1)
    parts.push(group.attrs[attribute + part]);
  return parts
    .flatMap((part) => (Array.isArray(part) ? part : [part]))
    .filter((name): name is string => typeof name === 'string')
    .map((name) => name.replace(/\0+$/, '')); // old files pad with zeros
}

/** Groups `<class>_<n>`, whose `vars` say the layer's name and hold arrays 0, 1, ...; models are nested. */
function kerasThreeLayers(group: Hdf5Group): Map<string, WeightArray[]> {
  const layers = new Map<string, WeightArray[]>();
  for (const key of group.keys) {
    const member = group.get(key) as Hdf5Group;
    const vars = member.keys.includes('vars') ? (member.get('vars') as Hdf5Group) : null;
    if (vars && vars.keys.length > 0) {
      const name = typeof vars.attrs.name === 'string' ? vars.attrs.name : key;
      const order = [...vars.keys].sort((a, b) => Number(a) - Number(b));
      layers.set(
        name,
        order.map((index) => readArray(vars.get(index) as Hdf5Dataset, index)),
      );
    }
    if (member.keys.includes('layers'))
      for (const [name, arrays] of kerasThreeLayers(member.get('layers') as Hdf5Group))
        layers.set(name, arrays);
  }
  return layers;
}

function readArray(dataset: Hdf5Dataset, name: string): WeightArray {
  if (typeof dataset.dtype !== 'string' || !/^[<>|=]?[fiu]\d$/.test(dataset.dtype))
    throw new Error(`expected numbers in ${name}, found ${String(dataset.dtype)}`);
  const shortName = name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
  return { name: shortName, shape: [...dataset.shape], values: Float32Array.from(dataset.value) };
}
