import { readTflite, type TfliteTensor } from './read-tflite';
import type { WeightArray, WeightMap } from './weight-map';

/**
 * The weights of a TensorFlow Lite model as a tf.layers model wants them: kernel and bias of each convolution,
 * depthwise convolution and dense layer, dequantized, in Keras' order of axes. Layers are named by the tensor that
 * they give, and stand in the order in which they are computed. Batch norms are folded into them already.
 *
 * @throws Error when the file is damaged or none
 * @example (await tfliteWeights('inception_v3.tflite')).layers.size // 95
 */
export async function tfliteWeights(path: string): Promise<WeightMap> {
  const { operations } = await readTflite(path);
  const layers = new Map<string, WeightArray[]>();
  const stored = new Map<TfliteTensor, TfliteTensor>(); // 16-bit weights come through an operation
  for (const operation of operations) {
    const [input] = operation.inputs;
    if (operation.kind === 'DEQUANTIZE' && input?.constant)
      for (const output of operation.outputs) stored.set(output, input);
    const arrays = arraysOf(
      operation.kind,
      operation.inputs.map((each) => (each && stored.get(each)) ?? each),
    );
    const [output] = operation.outputs;
    if (arrays && output) layers.set(output.name, arrays);
  }
  return { origin: path, layers };
}

function arraysOf(kind: string, inputs: (TfliteTensor | null)[]): WeightArray[] | null {
  const reorder = ORDERS.get(kind);
  const [, kernel, bias] = inputs;
  if (!reorder || !kernel?.constant) return null;
  const arrays = [reorder(kernel)];
  if (bias?.constant) arrays.push({ name: 'bias', shape: bias.shape, values: bias.values() });
  return arrays;
}

const ORDERS = new Map<string, (kernel: TfliteTensor) => WeightArray>([
  // [out, height, width, in] -> [height, width, in, out]
  [
    'CONV_2D',
    (kernel) =>
      named('kernel', kernel, ([out = 1, h = 1, w = 1, input = 1]) => [[h, w, input, out], lastAxis(out)]),
  ],
  // [1, height, width, channels] -> [height, width, channels, 1]
  [
    'DEPTHWISE_CONV_2D',
    (kernel) =>
      named('depthwise_kernel', kernel, ([, h = 1, w = 1, channels = 1]) => [[h, w, channels, 1], null]),
  ],
  // [out, in] -> [in, out]
  [
    'FULLY_CONNECTED',
    (kernel) => named('kernel', kernel, ([out = 1, input = 1]) => [[input, out], lastAxis(out)]),
  ],
]);

/** Moves the first axis, of `out` positions, to the end. */
const lastAxis =
  (out: number) =>
  (values: Float32Array): Float32Array => {
    const moved = new Float32Array(values.length);
    const rest = values.length / out;
    let to = 0;
    for (let index = 0; index < rest; index += 1)
      for (let from = index; from < values.length; from += rest) moved[to++] = values[from] ?? 0;
    return moved;
  };

function named(
  name: string,
  kernel: TfliteTensor,
  order: (shape: number[]) => [number[], ((values: Float32Array) => Float32Array) | null],
): WeightArray {
  const [shape, move] = order(kernel.shape);
  const values = kernel.values();
  return { name, shape, values: move ? move(values) : values };
}
