import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { zipSync } from 'fflate';
import { fromRoot, writeFileAtomic } from '../../base/index';
import type { Json } from './keras-config';
import { toKerasConfig } from './to-keras-config';

/** The part of h5wasm (NIST's build of the HDF5 library) that is used here. */
interface Hdf5Writer {
  ready: Promise<unknown>;
  File: new (path: string, mode: 'w') => Hdf5Target & { close(): void };
}
interface Hdf5Target {
  create_group(name: string): Hdf5Target;
  create_attribute(name: string, data: unknown): void;
  create_dataset(options: {
    name: string;
    data: Float32Array | Uint32Array;
    shape: number[];
    dtype: string;
  }): unknown;
}

/** Keras whose formats are written. */
const KERAS_VERSION = '3.15.1';

/**
 * Writes a model as Keras 3 does: `.keras` (a zip of topology and weights), or `.h5` (Keras' former format). Keras opens it
 * with `keras.models.load_model`, and predicts equally. Optimizer, loss and regularizers are not written.
 *
 * @param path ends in `.keras` or `.h5`; replaced at once
 * @throws Error for another ending, or when the file cannot be written
 * @example await saveKerasModel(model, 'data/models/dogs.keras')
 */
export async function saveKerasModel(model: tf.LayersModel, path: string): Promise<void> {
  const target = resolve(path);
  const config = toKerasConfig(model);
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-keras-'));
  try {
    const file = join(folder, 'weights.h5');
    if (target.endsWith('.keras')) {
      await writeHdf5(file, (root) => writeWeights(root, model, config));
      const metadata = { keras_version: KERAS_VERSION, date_saved: '1980-01-01@00:00:00' };
      const text = (value: unknown) => Buffer.from(JSON.stringify(value));
      const files = {
        'metadata.json': text(metadata),
        'config.json': text(config),
        'model.weights.h5': await readFile(file),
      };
      await writeFileAtomic(target, zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) })); // stored, as Keras does it
    } else if (target.endsWith('.h5')) {
      await writeHdf5(file, (root) => writeLegacy(root, model, config));
      await writeFileAtomic(target, await readFile(file));
    } else throw new Error(`expected a path that ends in .keras or .h5, received ${path}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeHdf5(path: string, write: (root: Hdf5Target) => Promise<void>): Promise<void> {
  // by path: its package.json names this file to `import` only
  const { ready, File } = require(
    fromRoot('node_modules', 'h5wasm', 'dist', 'node', 'hdf5_hl.js'),
  ) as Hdf5Writer;
  await ready;
  const file = new File(path, 'w');
  try {
    await write(file);
  } finally {
    file.close();
  }
}

/** `layers/<class>_<n>/vars/<i>`, nested for nested models; `<class>_<n>` counts in the order of the topology. */
async function writeWeights(into: Hdf5Target, model: tf.LayersModel, config: Json): Promise<void> {
  const group = into.create_group('layers');
  const counts = new Map<string, number>();
  for (const { class_name: kind, config: own } of (config.config as Json).layers as Json[]) {
    const stem = snakeCase(String(kind));
    const count = counts.get(stem) ?? 0;
    counts.set(stem, count + 1);
    const key = count > 0 ? `${stem}_${count}` : stem;
    const name = String((own as Json).name);
    if (kind === 'InputLayer') continue;
    const member = group.create_group(key);
    const vars = member.create_group('vars');
    vars.create_attribute('name', name);
    const layer = model.getLayer(name);
    if (layer instanceof tf.LayersModel) await writeWeights(member, layer, nested(config, name));
    else for (const [index, array] of (await arraysOf(layer)).entries()) dataset(vars, String(index), array);
    if (kind === 'Dropout') {
      const seed = member.create_group('seed_generator').create_group('vars');
      seed.create_dataset({
        name: '0',
        data: Uint32Array.of(0, Number((own as Json).seed ?? 0)),
        shape: [2],
        dtype: '<I',
      });
    }
  }
}

/** A group for each layer with the attribute `weight_names`, and the topology as an attribute. */
async function writeLegacy(root: Hdf5Target, model: tf.LayersModel, config: Json): Promise<void> {
  root.create_attribute('keras_version', KERAS_VERSION);
  root.create_attribute('backend', 'tensorflow');
  root.create_attribute('model_config', JSON.stringify(config));
  const group = root.create_group('model_weights');
  group.create_attribute('keras_version', KERAS_VERSION);
  group.create_attribute('backend', 'tensorflow');
  group.create_attribute(
    'layer_names',
    model.layers.map(({ name }) => name),
  );
  for (const layer of model.layers) {
    const arrays =
      layer instanceof tf.LayersModel
        ? await nestedArrays(layer)
        : (await arraysOf(layer)).map((array) => ({ ...array, owner: layer.name }));
    const member = group.create_group(layer.name);
    if (arrays.length > 0)
      member.create_attribute(
        'weight_names',
        arrays.map(({ owner, name }) => `${owner}/${name}`),
      );
    const owners = new Map<string, Hdf5Target>();
    for (const array of arrays) {
      const owner = owners.get(array.owner) ?? member.create_group(array.owner);
      owners.set(array.owner, owner);
      dataset(owner, array.name, array);
    }
  }
}

interface NamedArray {
  name: string;
  shape: number[];
  values: Float32Array;
  trainable: boolean;
}

/** All weights of a nested model: those that learn, then the others, as Keras' former format has them. */
async function nestedArrays(model: tf.LayersModel): Promise<(NamedArray & { owner: string })[]> {
  const all: (NamedArray & { owner: string })[] = [];
  for (const layer of model.layers)
    if (layer instanceof tf.LayersModel) all.push(...(await nestedArrays(layer)));
    else for (const array of await arraysOf(layer)) all.push({ ...array, owner: layer.name });
  return [...all.filter(({ trainable }) => trainable), ...all.filter(({ trainable }) => !trainable)];
}

const NOT_TRAINABLE = new Set(['moving_mean', 'moving_variance', 'mean', 'variance', 'count']);

/** Weights of a layer in Keras' order: those that learn first. */
async function arraysOf(layer: tf.layers.Layer): Promise<NamedArray[]> {
  const arrays = await Promise.all(
    layer.weights.map(async (weight): Promise<NamedArray> => {
      const name = weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1);
      const values = Float32Array.from(await weight.read().data());
      return {
        name: KERAS_NAMES.get(name) ?? name,
        shape: weight.shape as number[],
        values,
        trainable: !NOT_TRAINABLE.has(name),
      };
    }),
  );
  return [...arrays.filter(({ trainable }) => trainable), ...arrays.filter(({ trainable }) => !trainable)];
}
const KERAS_NAMES = new Map([['depthwise_kernel', 'kernel']]);

function dataset(group: Hdf5Target, name: string, { values, shape }: NamedArray): void {
  group.create_dataset({ name, data: values, shape, dtype: '<f4' });
}

/** The topology of a nested model. */
function nested(config: Json, name: string): Json {
  const found = ((config.config as Json).layers as Json[]).find(
    (layer) => (layer.config as Json).name === name,
  );
  if (!found) throw new Error(`expected a model ${name} in the topology`);
  return found;
}

/** As `to_snake_case` of Keras: `GlobalAveragePooling2D` is `global_average_pooling2d`. */
function snakeCase(name: string): string {
  return name
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
