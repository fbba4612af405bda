import * as tf from '@tensorflow/tfjs';

/** 32-bit FNV-1a of a text. */
function fnv1a(text: string): number {
  let value = 2166136261;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 16777619);
  return value >>> 0;
}

/** A number in [0, 1) for each position: the finalizer of MurmurHash3, as in test/golden/models/make.py. */
function numberAt(seed: number, index: number): number {
  let value = (index + seed) | 0;
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  value ^= value >>> 16;
  return (value >>> 0) / 4294967296;
}

/** `count` numbers in [0, 1) that belong to a name. */
export function uniform(key: string, count: number): Float64Array {
  const seed = fnv1a(key);
  return Float64Array.from({ length: count }, (_, index) => numberAt(seed, index));
}

/** The weight `name` of a layer, equal to `generated` of make.py. */
export function generatedWeight(layer: string, name: string, shape: number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  const seed = fnv1a(`${layer}/${name}`);
  const scale = scaleOf(layer, name, shape);
  for (let index = 0; index < values.length; index += 1) values[index] = scale(numberAt(seed, index));
  return values;
}

function scaleOf(layer: string, name: string, shape: number[]): (number: number) => number {
  const weak = name === 'gamma' && /(project_bn|_3_bn|sepconv3_bn)$/i.test(layer); // ends a residual branch
  if (name === 'gamma' || name === 'moving_variance') return (number) => (0.5 + number) * (weak ? 0.25 : 1);
  if (name === 'variance') return (number) => 0.04 + 0.2 * number;
  if (name === 'mean') return (number) => 0.4 + 0.1 * number;
  if (name === 'count') return (number) => 0 * number;
  if (['beta', 'moving_mean', 'bias'].includes(name)) return (number) => 0.2 * number - 0.1;
  const inputs = shape.length === 4 && shape[3] === 1 ? shape.slice(0, 2) : shape.slice(0, -1);
  const limit = Math.sqrt(6 / inputs.reduce((product, side) => product * side, 1));
  return (number) => (2 * number - 1) * limit;
}

/** Gives every layer of a model its generated weights. */
export function fillModel(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const tensors = layer.weights.map(({ originalName, shape }) => {
      const name = originalName.slice(originalName.lastIndexOf('/') + 1);
      return tf.tensor(generatedWeight(layer.name, name, shape as number[]), shape as number[]);
    });
    layer.setWeights(tensors);
    tf.dispose(tensors);
  }
}

/** One RGB picture of whole numbers 0..255: [1, size, size, 3]. */
export function generatedPixels(size: number): tf.Tensor4D {
  const values = Float32Array.from(uniform('pixels', size * size * 3), (number) => Math.floor(256 * number));
  return tf.tensor4d(values, [1, size, size, 3]);
}
