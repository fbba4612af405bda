import type { WeightArray, WeightMap } from '../weights/weight-map';

/** Batch norms without scale divide by sqrt(variance + epsilon): 1 with this variance. */
const EPSILON = 1e-3;

/**
 * The weights of TensorFlow-Slim's InceptionV3 as a `.tflite` file holds them (batch norms folded into
 * convolutions, 1001 classes of which the first is "background"), under the names and in the arrays of
 * `keras.applications.InceptionV3`: each folded bias becomes the offset of a batch norm that changes nothing else.
 * Slim and Keras number the convolutions in one order.
 *
 * @param map of `readWeights`; one that names layers as Keras does comes back as it is
 * @throws Error when there are not 94 convolutions and a classifier
 */
export function inceptionV3Weights(map: WeightMap): WeightMap {
  if (map.layers.has('conv2d') || map.layers.has('batch_normalization')) return map;
  const folded = [...map.layers.values()];
  const classifier = folded.pop();
  if (folded.length !== 94 || !classifier)
    throw new Error(
      `expected 94 convolutions and a classifier in ${map.origin}, found ${map.layers.size} layers: ` +
        'this is another network than InceptionV3',
    );
  const layers = new Map<string, WeightArray[]>();
  for (const [index, arrays] of folded.entries()) {
    const [kernel, bias] = arrays;
    if (!kernel || !bias) throw new Error(`expected kernels and biases in ${map.origin}, found no bias`);
    const number = index > 0 ? `_${index}` : '';
    const { shape } = bias;
    const filled = (value: number) => new Float32Array(bias.values.length).fill(value);
    layers.set(`conv2d${number}`, [kernel]);
    layers.set(`batch_normalization${number}`, [
      { name: 'beta', shape, values: bias.values },
      { name: 'moving_mean', shape, values: filled(0) },
      { name: 'moving_variance', shape, values: filled(1 - EPSILON) },
    ]);
  }
  layers.set('predictions', classifier.map(withoutBackground));
  return { origin: map.origin, layers };
}

/** Leaves out the first class; [1, 1, in, 1001] becomes [in, 1000]. */
function withoutBackground({ name, shape, values }: WeightArray): WeightArray {
  const classes = shape.at(-1) ?? 0;
  const rows = values.length / classes;
  const kept = new Float32Array(rows * (classes - 1));
  for (let row = 0; row < rows; row += 1)
    kept.set(values.subarray(row * classes + 1, (row + 1) * classes), row * (classes - 1));
  return { name, shape: name === 'bias' ? [classes - 1] : [rows, classes - 1], values: kept };
}
