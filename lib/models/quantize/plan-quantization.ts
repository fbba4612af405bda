import type { OnnxGraph, OnnxNode } from '../../engine/index';
import { consumersOf, producersOf } from './network-graph';

/** Operators that compute in 8 bits. */
const INTEGER = new Set(['Conv', 'Add', 'Concat', 'MaxPool', 'AveragePool']);

/** Of these, those whose output has a scale of its own: rounding it can clip. */
const ABSORBING = new Set(['Conv', 'Add', 'AveragePool']);

/** What of a graph becomes 8 bits. */
export interface QuantizationPlan {
  /** Nodes that compute in 8 bits. */
  integer: Set<OnnxNode>;
  /** Tensors that are rounded to 8 bits, in the order in which the graph makes them. */
  tensors: string[];
  /** Tensors that have the scale of another one: a maximum is one of the values that went in. */
  sameAs: Map<string, string>;
  /** Activations that rounding does by itself, because their range begins at 0: by the tensor that goes into them. */
  absorbed: Map<string, string>;
}

/**
 * What of a graph becomes 8 bits: convolutions and what lies between them. A ReLU (or ReLU6) behind a convolution,
 * addition or average costs nothing then: the rounding of its output clips at 0 (and at 6).
 *
 * @param keepFloat outputs of convolutions that stay in float
 */
export function planQuantization(
  graph: OnnxGraph,
  keepFloat: ReadonlySet<string> = new Set(),
): QuantizationPlan {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const isFloat = ({ type, outputs }: OnnxNode) => type === 'Conv' && keepFloat.has(outputs[0] ?? '');
  const integer = new Set(
    graph.nodes.filter((node) => INTEGER.has(node.type) && !isFloat(node) && hasFloats(node, graph)),
  );
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const absorbed = new Map<string, string>();
  for (const node of graph.nodes) {
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    const before = producers.get(input);
    const clips = node.type === 'Relu' || (node.type === 'Clip' && startsAtZero(node, graph));
    const only = consumers.get(input)?.length === 1 && !outputs.has(input) && !outputs.has(output);
    if (clips && only && before && integer.has(before) && ABSORBING.has(before.type))
      absorbed.set(input, output);
  }
  const tensors: string[] = [];
  const sameAs = new Map<string, string>();
  const add = (name: string) => {
    if (!graph.constants.has(name) && !absorbed.has(name) && !tensors.includes(name)) tensors.push(name);
  };
  for (const { name } of graph.inputs) if (consumers.get(name)?.some((node) => integer.has(node))) add(name);
  for (const node of graph.nodes)
    for (const name of node.outputs) {
      const target = absorbed.get(name) ?? name;
      const isRead = consumers.get(target)?.some((each) => integer.has(each)) ?? false;
      if (outputs.has(target) || !(integer.has(node) || isRead)) continue;
      add(target);
      if (node.type === 'MaxPool' && integer.has(node)) sameAs.set(target, node.inputs[0] ?? '');
    }
  return { integer, tensors, sameAs, absorbed };
}

/** A convolution whose weights are known, or any other operator. */
const hasFloats = ({ type, inputs }: OnnxNode, { constants }: OnnxGraph): boolean =>
  type === 'Conv'
    ? constants.get(inputs[1] ?? '')?.type === 'float32'
    : !inputs.some((name) => constants.has(name));

function startsAtZero({ inputs }: OnnxNode, { constants }: OnnxGraph): boolean {
  return Number(constants.get(inputs[1] ?? '')?.data[0] ?? Number.NaN) === 0;
}
