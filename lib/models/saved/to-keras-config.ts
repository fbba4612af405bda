import type * as tf from '@tensorflow/tfjs';
import type { Json } from './keras-config';

/** Settings that Keras takes from its own defaults: they matter for training from the start only, or are TF.js' own. */
const DROPPED =
  /(_initializer|_regularizer|_constraint)$|^(dtype|data_format|batch_input_shape|input_dtype|sparse|ragged)$/;

/**
 * The topology of a TF.js model as Keras 3 reads it, of `config.json` in a `.keras` file or of the attribute
 * `model_config` in a `.h5`. Regularizers and initializers are left out: the weights follow.
 *
 * @returns `{ module, class_name, config, registered_name }`
 * @throws Error for a layer that Keras does not have
 */
export function toKerasConfig(model: tf.LayersModel): Json {
  return modelOf(model.toJSON(null, false) as unknown as Json);
}

function modelOf({ class_name: kind, config }: Json): Json {
  const own = config as Json;
  const sequential = kind === 'Sequential';
  const models = new Set(
    ((own.layers ?? []) as Json[]).filter(({ class_name: of }) => MODELS.has(of)).map(nameOf),
  );
  const layers = ((own.layers ?? []) as Json[]).map((layer) => layerOf(layer, models));
  const [first] = (own.layers ?? []) as Json[];
  const shape = (first?.config as Json | undefined)?.batch_input_shape;
  if (sequential && first?.class_name !== 'InputLayer' && shape)
    layers.unshift(keras('InputLayer', { name: 'input_layer', batch_shape: shape, dtype: 'float32' }));
  const ends = sequential
    ? {}
    : {
        input_layers: single(recounted(own.input_layers, models)),
        output_layers: single(recounted(own.output_layers, models)),
      };
  return {
    module: sequential ? 'keras' : 'keras.src.models.functional',
    class_name: sequential ? 'Sequential' : 'Functional',
    config: { name: own.name, trainable: true, layers, ...ends },
    registered_name: sequential ? null : 'Functional',
  };
}

const MODELS = new Set<unknown>(['Model', 'Functional', 'Sequential']);
const nameOf = ({ name, config }: Json): unknown => name ?? (config as Json).name;

/** TF.js counts the node between a model's own ends as its first, Keras does not. */
function recounted(connections: unknown, models: Set<unknown>): unknown {
  if (!Array.isArray(connections)) return connections;
  return connections.map((connection) => {
    const [name, node, ...rest] = Array.isArray(connection) ? connection : [];
    return models.has(name) && typeof node === 'number' && node > 0 ? [name, node - 1, ...rest] : connection;
  });
}

function layerOf(layer: Json, models: Set<unknown>): Json {
  const { class_name: kind, config, name, inbound_nodes: nodes } = layer;
  const inbound = Array.isArray(nodes) ? { inbound_nodes: nodes.map((node) => recounted(node, models)) } : {};
  const own = config as Json;
  if (MODELS.has(kind)) return { ...modelOf(layer), name: name ?? own.name, ...inbound };
  const [kerasKind, settings] = settingsOf(String(kind), own);
  return {
    ...keras(kerasKind, { name: own.name, trainable: own.trainable ?? true, ...settings }),
    name: own.name,
    ...inbound,
  };
}

function settingsOf(kind: string, own: Json): [string, Json] {
  switch (kind) {
    case 'InputLayer':
      return ['InputLayer', { batch_shape: own.batch_input_shape, dtype: 'float32' }];
    case 'SeededDropout':
      return [
        'Dropout',
        {
          rate: own.rate,
          seed: own.seed,
          noise_shape: own.per_photo || own.perPhoto ? [null, 1, 1, 1] : null,
        },
      ];
    case 'ChannelScale':
      return ['Rescaling', { scale: own.scale, offset: 0 }];
    case 'Normalization':
      return ['Normalization', { axis: -1 }];
    default:
      return [kind, Object.fromEntries(Object.entries(own).filter(([key]) => !DROPPED.test(key)))];
  }
}

const keras = (kind: string, config: Json): Json => ({
  module: 'keras.layers',
  class_name: kind,
  config,
  registered_name: null,
});

/** Keras 3 writes one end of a model without the outer list. */
const single = (ends: unknown): unknown => (Array.isArray(ends) && ends.length === 1 ? ends[0] : ends);
