import * as tf from '@tensorflow/tfjs';
import { product } from './graph/lists';
import type { Emittable } from './graph/value';
import { operation } from './kernels/index';
import type { Emitter } from './onnx/emitter';
import type { OnnxGraph } from './onnx/read-model';
import { BACKEND_NAME } from './register';
import type { OnnxruntimeBackend } from './run/backend';

/** A foreign graph as an attribute: the key tells structures apart. */
interface Foreign {
  key: string;
  graph: OnnxGraph;
}

/** How many graphs were written into an emitter's model: their names must differ. */
const written = new WeakMap<Emitter, number>();
/** Any number that says "heavy": what is pending runs before the next batch is cut off. */
const MULTIPLY_ADDS = 1e9;

operation({
  name: 'OnnxGraph',
  multiplyAdds: () => MULTIPLY_ADDS,
  emit(e, { attrs, inputs, outputs: [out] }: Emittable) {
    const { graph } = attrs.foreign as Foreign;
    const number = written.get(e) ?? 0;
    written.set(e, number + 1);
    const names = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i] ? e.get(inputs[i]) : '']));
    const own = (name: string): string => (name === '' ? '' : (names.get(name) ?? `g${number}_${name}`));
    for (const [name, { type, shape, data }] of graph.constants)
      e.writer.initializer(own(name), type, shape, data);
    for (const { type, inputs: from, outputs: to, attributes } of graph.nodes)
      e.writer.node(type, from.map(own), to.map(own), attributes, e.origin);
    e.set(out, own(graph.outputs[0]?.name ?? ''));
  },
});

let graphs = 0;

/**
 * Makes an ONNX graph a function on tensors. It becomes part of what the backend records: one run with what stands
 * before and behind it, any batch size that the graph allows, and `exportOnnx` writes it out with the rest.
 *
 * @param graph one float32 input, one float32 output [batch, ...]
 * @param outputShape of the output without the batch
 * @returns a function from a tensor of the graph's input shape to a new tensor [batch, ...outputShape]
 * @throws Error when the graph has other inputs or outputs, or the backend `onnxruntime` is not current
 * @example const features = applyGraph(graph, [2048])(pixels);
 */
export function applyGraph(graph: OnnxGraph, outputShape: readonly number[]): (x: tf.Tensor) => tf.Tensor {
  if (graph.inputs.length !== 1 || graph.outputs.length !== 1)
    throw new Error(
      `expected a graph with one input and one output, received ${graph.inputs.length} and ${graph.outputs.length}`,
    );
  const foreign: Foreign = { key: `graph${graphs++}`, graph };
  return (x) => {
    if (tf.getBackend() !== BACKEND_NAME)
      throw new Error(
        `expected the backend ${BACKEND_NAME} to be current, it is ${tf.getBackend()}: 8-bit networks need it`,
      );
    const backend = tf.backend() as OnnxruntimeBackend;
    const value = backend.valueOf(x);
    if (!value) throw new Error('expected a numeric tensor, received strings or complex numbers');
    const shape = [x.shape[0] ?? 1, ...outputShape];
    if (product(shape) === 0) return tf.zeros(shape);
    const output = backend.record('OnnxGraph', [value], { foreign }, { shape, dtype: 'float32' });
    return backend.tensor(output);
  };
}
