import * as tf from '@tensorflow/tfjs';

/** A layer's class, and what it may say of itself. */
type LayerClass = typeof tf.layers.Layer & { className: string; isPure?: boolean; isMask?: boolean };

const names = (list: string) => new Set(list.split(' '));

/** TF.js's layers whose output depends on inputs, weights and own properties only, in training too. */
const PURE = names(
  'InputLayer Conv1D Conv2D Conv3D Conv2DTranspose Conv3DTranspose SeparableConv2D DepthwiseConv2D Cropping2D ' +
    'UpSampling2D Dense Flatten Activation RepeatVector Reshape Permute Embedding Add Multiply Average Maximum Minimum ' +
    'Concatenate Dot BatchNormalization LayerNormalization ZeroPadding2D MaxPooling1D MaxPooling2D MaxPooling3D ' +
    'AveragePooling1D AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D ' +
    'GlobalMaxPooling1D GlobalMaxPooling2D ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Rescaling CenterCrop Resizing',
);
/** TF.js's layers that multiply by random factors in training, and do nothing otherwise. */
const MASKS = names('Dropout SpatialDropout1D GaussianDropout');
/** TF.js's other random layers, which do nothing outside training. */
const NOISE = names('GaussianNoise AlphaDropout');

/** Layers of a model, those of models inside it in their places. */
export function layersOf(model: tf.LayersModel): tf.layers.Layer[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel ? layersOf(layer) : [layer as tf.layers.Layer],
  );
}

const classOf = (layer: tf.layers.Layer) => layer.constructor as LayerClass;

/** True for a layer of a class that vouches for itself, or of one of TF.js's own of these names. */
function isVouched(layer: tf.layers.Layer, own: boolean | undefined, known: ReadonlySet<string>): boolean {
  if (hasReplacedMethods(layer) || (layer as unknown as { _callHook: unknown })._callHook) return false;
  if (own) return true;
  const type = classOf(layer);
  const registered = tf.serialization.SerializationMap.getMap().classNameMap[type.className];
  return known.has(type.className) && (registered?.[0] as unknown) === type;
}

/** True for an object that has functions of its own, instead of those of its class. */
export function hasReplacedMethods(object: object): boolean {
  return Object.values(object).some((value) => typeof value === 'function');
}

/**
 * True for a layer that multiplies its input by random factors in training, and does nothing else: TF.js's dropouts,
 * and classes that declare `static readonly isMask = true`.
 */
export function isMask(layer: tf.layers.Layer): boolean {
  return isVouched(layer, classOf(layer).isMask, MASKS);
}

/**
 * True for a layer whose output in training depends on inputs, weights and own properties only: TF.js's own, and
 * classes that declare `static readonly isPure = true`. Others, recurrent ones among them, are recorded at every call.
 */
export function isPure(layer: tf.layers.Layer): boolean {
  return isVouched(layer, classOf(layer).isPure, PURE);
}

/** True for a layer whose output outside training depends on inputs, weights and own properties only. */
export function isPureInference(layer: tf.layers.Layer): boolean {
  return isPure(layer) || isMask(layer) || isVouched(layer, undefined, NOISE);
}

/** The own properties of `layers`; those of masks, which count what they have drawn, decide nothing. */
export function propertiesOf(layers: readonly tf.layers.Layer[]): () => unknown[][] {
  const watched = layers.filter((layer) => !isMask(layer));
  return () => watched.map((layer) => Object.values(layer));
}

/** Notices changes of the own properties of objects. */
export class PropertyWatch {
  private before: unknown[][] = [];

  /** @param properties what to look at, for each object */
  constructor(private readonly properties: () => unknown[][]) {}

  /** True where a property differs from the last call; also at the first call. */
  changed(): boolean {
    const now = this.properties();
    const { before } = this;
    this.before = now;
    return !(
      now.length === before.length &&
      now.every((values, i) => {
        const old = before[i];
        return values.length === old?.length && values.every((value, k) => Object.is(value, old[k]));
      })
    );
  }
}
