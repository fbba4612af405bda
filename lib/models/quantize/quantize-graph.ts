import type { OnnxConstant, OnnxGraph, OnnxNode } from '../../engine/index';
import { planQuantization } from './plan-quantization';
import type { WeightBits } from './processor';
import { activationScale, quantizeWeights, roundEven, type Scale } from './quantize-values';
import type { Range } from './ranges';

/** How a graph is quantized. */
export interface QuantizeOptions {
  weightBits: WeightBits;
  /** Outputs of convolutions that stay in float. */
  keepFloat?: ReadonlySet<string>;
}

const floats = (values: readonly number[], shape: number[] = []): OnnxConstant => ({
  ...{ type: 'float32', shape, data: Float32Array.from(values) },
});

/**
 * A float graph in 8 bits, in the form that onnxruntime computes with integers: each tensor is rounded by a pair of
 * `QuantizeLinear` and `DequantizeLinear` (QDQ), weights are int8 with a scale for each channel, biases int32.
 * The runtime joins a pair with the operators beside it. Follows `quantize_static` of onnxruntime.quantization.
 *
 * @param graph of `networkGraph`
 * @param ranges of every tensor that `planQuantization` names
 * @throws Error when a range is missing
 */
export function quantizeGraph(
  graph: OnnxGraph,
  ranges: ReadonlyMap<string, Range>,
  { weightBits, keepFloat = new Set() }: QuantizeOptions,
): OnnxGraph {
  const { integer, tensors, sameAs, absorbed } = planQuantization(graph, keepFloat);
  const constants = new Map(graph.constants);
  const nodes: OnnxNode[] = [];
  const scales = new Map<string, Scale>();
  const add = (type: string, inputs: string[], output: string, attributes: OnnxNode['attributes'] = {}) =>
    nodes.push({ type, inputs, outputs: [output], attributes });
  const rounded = new Set(tensors);
  const scaleOf = (name: string): Scale => {
    const source = sameAs.get(name);
    if (source) return scaleOf(source);
    const range = ranges.get(name);
    if (!range)
      throw new Error(`expected a range of the tensor ${name}, received none: calibrate the network again`);
    return activationScale(range);
  };

  /** Rounds `made`, which holds the tensor `name`. */
  const round = (name: string, made: string) => {
    const { scale, zero } = scaleOf(name);
    scales.set(name, { scale, zero });
    constants.set(`${name}_scale`, floats([scale]));
    constants.set(`${name}_zero`, { type: 'uint8', shape: [], data: Uint8Array.of(zero) });
    add('QuantizeLinear', [made, `${name}_scale`, `${name}_zero`], `${name}_q`);
    add('DequantizeLinear', [`${name}_q`, `${name}_scale`, `${name}_zero`], `${name}_dq`);
  };

  /** Weights and bias of a convolution, as their bytes and a node that tells what those mean. */
  const quantizeConv = ([x = '', w = '', b = '']: string[]): string[] => {
    const weights = constants.get(w);
    if (!weights) throw new Error(`expected weights ${w} that are constants, found none`);
    const [channels = 1] = weights.shape;
    const { bytes, scales: weightScales } = quantizeWeights(
      weights.data as Float32Array,
      channels,
      weightBits,
    );
    constants.set(`${w}_q`, { type: 'int8', shape: weights.shape, data: bytes });
    constants.set(`${w}_scale`, floats([...weightScales], [channels]));
    constants.set(`${w}_zero`, { type: 'int8', shape: [channels], data: new Int8Array(channels) });
    add('DequantizeLinear', [`${w}_q`, `${w}_scale`, `${w}_zero`], `${w}_dq`, { axis: 0 });
    const bias = constants.get(b);
    if (!bias) return [`${x}_dq`, `${w}_dq`];
    const { scale } = scales.get(x) ?? scaleOf(x);
    const biasScales = weightScales.map((each) => Math.fround(each * scale));
    const steps = Int32Array.from(bias.data as Float32Array, (value, i) =>
      roundEven(value / (biasScales[i] ?? 1)),
    );
    constants.set(`${b}_q`, { type: 'int32', shape: bias.shape, data: steps });
    constants.set(`${b}_scale`, floats([...biasScales], [channels]));
    add('DequantizeLinear', [`${b}_q`, `${b}_scale`], `${b}_dq`, { axis: 0 });
    return [`${x}_dq`, `${w}_dq`, `${b}_dq`];
  };

  const skipped = new Set(absorbed.values());
  const finished = new Map([...absorbed].map(([before, after]) => [before, after]));
  for (const { name } of graph.inputs) if (rounded.has(name)) round(name, name);
  for (const node of graph.nodes) {
    if (node.outputs.some((name) => skipped.has(name))) continue;
    const plain = node.inputs.map((name) => (rounded.has(name) ? `${name}_dq` : name));
    const inputs = node.type === 'Conv' && integer.has(node) ? quantizeConv(node.inputs) : plain;
    nodes.push({ ...node, inputs });
    for (const made of node.outputs) {
      const name = finished.get(made) ?? made;
      if (rounded.has(name)) round(name, made);
    }
  }
  return { ...graph, nodes, constants };
}
