/** A JSON object of a Keras or TF.js topology. */
export type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Layers that mean the same here and there. */
const PLAIN = new Set(
  (
    'InputLayer Dense Conv1D Conv2D DepthwiseConv2D SeparableConv2D Conv2DTranspose BatchNormalization Activation ReLU ' +
    'LeakyReLU ELU Softmax Add Subtract Multiply Average Maximum Minimum Concatenate Flatten Reshape Permute ' +
    'MaxPooling2D AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D ZeroPadding2D Cropping2D UpSampling2D ' +
    'LayerNormalization Embedding LSTM GRU GaussianNoise GlobalAveragePooling1D RepeatVector'
  ).split(' '),
);
const MODELS = new Set(['Sequential', 'Functional', 'Model']);

/** Settings that a layer must have at these values: TF.js has no others. */
const FIXED: Record<string, Json> = {
  Conv2D: { groups: 1 },
  GlobalAveragePooling2D: { keepdims: false },
  GlobalMaxPooling2D: { keepdims: false },
  ReLU: { negative_slope: 0, threshold: 0 },
  Normalization: { invert: false },
};
/** What TF.js does not know and inference does not need. */
const DROPPED =
  'quantization_config lora_rank lora_alpha synchronized renorm renorm_clipping renorm_momentum sparse ragged optional groups keepdims seed_generator gptq'.split(
    ' ',
  );

/**
 * The topology of a Keras model (Keras 2 or 3: a `Sequential` or a functional model, nested ones included) as
 * `tf.loadLayersModel` wants it.
 *
 * @param config `class_name` and `config`, of a `.keras` file's config.json or the attribute `model_config` of a `.h5`
 * @throws Error naming the layer that TF.js cannot compute
 */
export function toTfjsTopology(config: unknown): Json {
  if (!isObject(config) || typeof config.class_name !== 'string' || !isObject(config.config))
    throw new Error('expected a Keras model (class_name and config)');
  const { class_name: kind, config: own } = config;
  if (!MODELS.has(kind))
    throw new Error(
      `expected a Sequential or functional model, found the class ${kind}: rebuild it so in Keras, or export its weights`,
    );
  // Keras 1 and early Keras 2 give a Sequential as a plain list
  const layers = (Array.isArray(own) ? own : own.layers) as unknown;
  if (!Array.isArray(layers)) throw new Error(`expected layers in the model ${String(own.name)}, found none`);
  const models = new Set(layers.filter(isModel).map((layer) => layer.name ?? (layer.config as Json).name));
  const translated: Json = { ...own, layers: layers.map((layer) => layerOf(layer, models)) };
  delete translated.dtype;
  for (const key of ['input_layers', 'output_layers'])
    if (own[key] !== undefined) translated[key] = counted(connections(own[key]), models);
  return { class_name: kind === 'Model' ? 'Functional' : kind, config: translated };
}

const isModel = (layer: unknown): layer is Json =>
  isObject(layer) && MODELS.has(String(layer.class_name)) && isObject(layer.config);

/** TF.js counts the node between a model's own ends as its first, Keras does not. */
function counted(connections: unknown, models: Set<unknown>): unknown {
  if (!Array.isArray(connections)) return connections;
  return connections.map((connection) => {
    const [name, node, ...rest] = Array.isArray(connection) ? connection : [];
    return models.has(name) && typeof node === 'number' ? [name, node + 1, ...rest] : connection;
  });
}

function layerOf(layer: unknown, models: Set<unknown>): Json {
  if (!isObject(layer) || typeof layer.class_name !== 'string' || !isObject(layer.config))
    throw new Error('expected layers with class_name and config');
  const { class_name: kind, config } = layer;
  const name = layer.name ?? config.name;
  const inbound =
    layer.inbound_nodes === undefined
      ? {}
      : { inbound_nodes: nodes(layer.inbound_nodes).map((node) => counted(node, models)) };
  if (MODELS.has(kind)) return { ...toTfjsTopology(layer), name, ...inbound };
  for (const [setting, value] of Object.entries(FIXED[kind] ?? {}))
    if (config[setting] !== undefined && config[setting] !== null && config[setting] !== value)
      throw new Error(
        `expected ${setting} ${String(value)} for the ${kind} layer ${String(name)}, found ${JSON.stringify(config[setting])}: TF.js has no other`,
      );
  const [ownKind, own] = settings(kind, config, String(name));
  return { class_name: ownKind, config: own, name, ...inbound };
}

function settings(kind: string, config: Json, name: string): [string, Json] {
  const { trainable = true } = config;
  if (kind === 'Dropout' || kind === 'SpatialDropout2D') {
    const noise = config.noise_shape;
    const perPhoto = Array.isArray(noise) && noise.slice(1).every((side) => side === 1);
    return ['SeededDropout', { name, trainable, rate: config.rate, seed: config.seed ?? 0, perPhoto }];
  }
  if (kind === 'Rescaling') {
    const { scale, offset } = config;
    if (!Array.isArray(scale)) return ['Rescaling', { name, trainable, scale, offset }];
    if (offset !== undefined && offset !== 0)
      throw new Error(
        `expected no offset beside the list of scales of ${name}, found ${JSON.stringify(offset)}`,
      );
    return ['ChannelScale', { name, trainable, scale }];
  }
  if (kind === 'Normalization') return ['Normalization', { name, trainable }];
  if (!PLAIN.has(kind))
    throw new Error(
      `the ${kind} layer ${name} cannot be computed here: save the model without it (preprocessing and augmentation ` +
        'belong before the network), or load the weights into a network that is built from code',
    );
  const own: Json = {};
  for (const [key, value] of Object.entries(config))
    if (!DROPPED.includes(key)) own[key === 'batch_shape' ? 'batch_input_shape' : key] = setting(key, value);
  return [kind, own];
}

function setting(key: string, value: unknown): unknown {
  if (key === 'dtype')
    return isObject(value) ? (isObject(value.config) ? value.config.name : 'float32') : value;
  if (key === 'axis' && Array.isArray(value)) return value[0];
  if (key.endsWith('activation')) {
    const name = isObject(value)
      ? isObject(value.config)
        ? (value.config.name ?? value.class_name)
        : value.class_name
      : value;
    return name === 'silu' ? 'swish' : name;
  }
  if (isObject(value) && typeof value.class_name === 'string')
    return { class_name: value.class_name, config: isObject(value.config) ? value.config : {} };
  return value;
}

/** Connections `[layer, node, tensor]`: Keras 3 writes a single one without the outer list. */
function connections(value: unknown): unknown {
  return Array.isArray(value) && typeof value[0] === 'string' ? [value] : value;
}

/** Inbound nodes as Keras 2 has them: a list of connections for each call. */
function nodes(value: unknown): unknown[] {
  if (!Array.isArray(value)) return [];
  return value.map((node) => {
    if (!isObject(node)) return node; // Keras 2
    const found: unknown[] = [];
    histories(node.args, found);
    for (const [key, argument] of Object.entries(isObject(node.kwargs) ? node.kwargs : {}))
      if (key !== 'mask') histories(argument, found);
    return found;
  });
}

function histories(value: unknown, found: unknown[]): void {
  if (Array.isArray(value)) for (const entry of value) histories(entry, found);
  else if (isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config)) {
    const history = value.config.keras_history;
    if (Array.isArray(history)) found.push([...history.slice(0, 3), {}]);
  }
}
