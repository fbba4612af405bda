import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from './hdf5';
import type { WeightArray, WeightMap } from './weight-map';

/**
 * Reads a file that Keras wrote, of any of its kinds: legacy weights (the official files; Keras 1, 2 and 3), a whole
 * legacy model (`model.save('x.h5')`), `.weights.h5` of Keras 3, or `.keras`, a zip of the last with the topology.
 * Weights of nested models are included, under their layers' names, or `<model>/<layer>` where a name occurs twice.
 * Optimizer state is left aside.
 *
 * @param path absolute path of the file
 * @throws Error when it is none of these, truncated, or holds other than floats and integers
 * @example (await readKerasFile('vgg19.h5')).layers.get('block1_conv1') // kernel [3, 3, 3, 64], bias [64]
 */
export async function readKerasFile(path: string): Promise<WeightMap> {
  const bytes = await readFile(path);
  if (bytes.toString('latin1', 0, 4) !== 'PK\x03\x04') return parseKerasH5(bytes, path);
  try {
    const files = unzipSync(bytes);
    const [weights, config] = [files['model.weights.h5'], files['config.json']];
    if (!weights || !config)
      throw new Error(
        `expected model.weights.h5 and config.json in it, found ${Object.keys(files).join(', ')}`,
      );
    return { ...parseKerasH5(Buffer.from(weights), path), modelConfig: Buffer.from(config).toString('utf8') };
  } catch (error) {
    throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseKerasH5(bytes: Buffer, path: string): WeightMap {
  const root = openHdf5(bytes, path);
  try {
    const top = root.keys.includes('model_weights') ? (root.get('model_weights') as Hdf5Group) : root;
    const legacy = 'layer_names' in top.attrs || 'layer_names0' in top.attrs;
    if (!legacy && !root.keys.includes('layers'))
      throw new Error('expected the weights of a Keras model, found none');
    const layerNames: string[] = [];
    const entries = legacy
      ? legacyLayers(top)
      : kerasThreeLayers(root.get('layers') as Hdf5Group, layerNames);
    if (legacy) layerNames.push(...names(top, 'layer_names'));
    const { model_config: config } = root.attrs;
    const modelConfig = typeof config === 'string' ? { modelConfig: config } : {};
    return { origin: path, layers: uniquelyNamed(entries), layerNames, ...modelConfig };
  } catch (error) {
    // jsfive throws strings, and RangeErrors on damaged files
    throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The arrays of a layer, and the models it lies in. */
interface Entry {
  models: string[];
  name: string;
  arrays: WeightArray[];
}

/** By name, or by path where a name occurs twice. */
function uniquelyNamed(entries: Entry[]): Map<string, WeightArray[]> {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    entries.map(({ models, name, arrays }) => [
      counts.get(name) === 1 ? name : [...models, name].join('/'),
      arrays,
    ]),
  );
}

/** Groups named by the attribute `layer_names`, each with an attribute `weight_names`. */
function legacyLayers(top: Hdf5Group): Entry[] {
  const entries: Entry[] = [];
  for (const layer of names(top, 'layer_names')) {
    const group = top.get(layer) as Hdf5Group;
    const weights = names(group, 'weight_names');
    const owners = weights.map((name) => name.split('/').slice(0, -1));
    const nested = new Set(owners.map((owner) => owner.at(-1))).size > 1; // a model inside keeps its layers' names
    const found = new Map<string, Entry>();
    for (const [index, name] of weights.entries()) {
      const owner = owners[index] ?? [];
      const inner = owner.filter((part) => part !== layer);
      const own = nested ? (owner.at(-1) ?? layer) : layer;
      const key = nested ? owner.join('/') : layer;
      const entry = found.get(key) ?? {
        models: nested ? [layer, ...inner.slice(0, -1)] : [],
        name: own,
        arrays: [],
      };
      found.set(key, entry);
      entry.arrays.push(readArray(group.get(name) as Hdf5Dataset, name));
    }
    entries.push(...found.values());
  }
  return entries;
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
function kerasThreeLayers(group: Hdf5Group, all: string[], models: string[] = []): Entry[] {
  const entries: Entry[] = [];
  for (const key of [...group.keys].sort(byNumber)) {
    const member = group.get(key) as Hdf5Group;
    const vars = member.keys.includes('vars') ? (member.get('vars') as Hdf5Group) : null;
    const name = typeof vars?.attrs.name === 'string' ? vars.attrs.name : key;
    if (models.length === 0) all.push(name);
    if (vars && vars.keys.length > 0) {
      const order = [...vars.keys].sort((a, b) => Number(a) - Number(b));
      const arrays = order.map((index) => readArray(vars.get(index) as Hdf5Dataset, index));
      entries.push({ models, name, arrays });
    }
    if (member.keys.includes('layers'))
      entries.push(...kerasThreeLayers(member.get('layers') as Hdf5Group, all, [...models, name]));
  }
  return entries;
}

/** `conv2d_2` before `conv2d_10`. */
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function readArray(dataset: Hdf5Dataset, name: string): WeightArray {
  if (typeof dataset.dtype !== 'string' || !/^[<>|=]?[fiu]\d$/.test(dataset.dtype))
    throw new Error(`expected numbers in ${name}, found ${String(dataset.dtype)}`);
  const shortName = name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
  return { name: shortName, shape: [...dataset.shape], values: Float32Array.from(dataset.value) };
}
