import type * as tf from '@tensorflow/tfjs';
import { exportModel, type OnnxGraph, type OnnxNode, optimizeOnnx, readOnnx } from '../../engine/index';
import type { Backbone } from '../backbones/load-backbone';

/**
 * A backbone as an ONNX graph that is ready to be quantized: preprocessed pixels [batch, s, s, 3] float32 -> pooled
 * features [batch, D], any batch, batch norms folded into their convolutions.
 *
 * @throws Error when another engine than onnxruntime runs
 */
export async function networkGraph({ model, inputSize }: Backbone): Promise<OnnxGraph> {
  const { model: bytes } = await exportModel((pixels) => model.predictOnBatch(pixels) as tf.Tensor, {
    inputShape: [1, inputSize, inputSize, 3],
    inputType: 'float32',
    inputName: 'pixels',
    outputName: 'features',
  });
  const graph = freeBatch(readOnnx(await optimizeOnnx(bytes)));
  return joinClips(poolAfterwards(plainPools(foldPads(ownWeights(graph)))));
}

/** Lets the batch of a graph that was written for one picture be any. */
export function freeBatch(graph: OnnxGraph): OnnxGraph {
  const free = <P extends OnnxGraph['inputs'][number]>(port: P): P => ({
    ...port,
    shape: ['batch', ...(port.shape ?? []).slice(1)],
  });
  const constants = new Map(graph.constants);
  for (const { type, inputs } of graph.nodes) {
    const shape = constants.get(inputs[1] ?? '');
    if (type !== 'Reshape' || !shape) continue;
    const [first, ...rest] = shape.data as BigInt64Array;
    if (first === 1n && !rest.includes(-1n))
      constants.set(inputs[1] ?? '', { ...shape, data: BigInt64Array.from([-1n, ...rest]) });
  }
  return { ...graph, constants, inputs: graph.inputs.map(free), outputs: graph.outputs.map(free) };
}

/**
 * Gives each convolution constants of its own: the optimizer writes equal ones down once, and in 8 bits a bias has the
 * scale of what goes into its convolution.
 */
function ownWeights(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.constants);
  const taken = new Set<string>();
  const ownName = (name: string): string => {
    const constant = constants.get(name);
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name}_${n}`;
    if (constant) constants.set(own, constant);
    taken.add(own);
    return own;
  };
  const nodes = graph.nodes.map((node) => {
    const [x = '', ...weights] = node.inputs;
    return node.type === 'Conv' ? { ...node, inputs: [x, ...weights.map(ownName)] } : node;
  });
  return { ...graph, constants, nodes };
}

/**
 * Joins a padding by zeros with the max pooling behind it, where the values before it are not negative (they come out
 * of a ReLU): a window's maximum is the same with nothing in the padding.
 */
export function foldPads(graph: OnnxGraph): OnnxGraph {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const gone = new Set<OnnxNode>();
  const nodes = graph.nodes.map((node) => {
    const pad = node.type === 'MaxPool' ? producers.get(node.inputs[0] ?? '') : undefined;
    if (pad?.type !== 'Pad' || consumers.get(pad.outputs[0] ?? '')?.length !== 1) return node;
    const [source = '', padsName = '', valueName = ''] = pad.inputs;
    const amounts = graph.constants.get(padsName)?.data;
    const value = graph.constants.get(valueName)?.data[0] ?? 0;
    if (!amounts || Number(value) !== 0 || producers.get(source)?.type !== 'Relu' || pad.inputs.length > 3)
      return node;
    const sizes = Array.from(amounts as BigInt64Array, Number);
    const rank = sizes.length / 2;
    if ([0, 1, rank, rank + 1].some((axis) => sizes[axis] !== 0)) return node;
    const own = (node.attributes.pads as number[] | undefined) ?? new Array<number>(2 * (rank - 2)).fill(0);
    const added = [...sizes.slice(2, rank), ...sizes.slice(rank + 2)];
    gone.add(pad);
    const attributes = { ...node.attributes, pads: own.map((side, i) => side + (added[i] ?? 0)) };
    return { ...node, inputs: [source], attributes };
  });
  return { ...graph, nodes: nodes.filter((node) => !gone.has(node)) };
}

/**
 * Leaves out the dilations of average poolings, which the optimizer writes down though they are 1: onnxruntime's integer
 * average pooling does not know the attribute, and the whole model is refused.
 */
function plainPools(graph: OnnxGraph): OnnxGraph {
  const nodes = graph.nodes.map((node) => {
    const { dilations, ...attributes } = node.attributes;
    const isPlain =
      node.type === 'AveragePool' && Array.isArray(dilations) && dilations.every((each) => each === 1);
    return isPlain ? { ...node, attributes } : node;
  });
  return { ...graph, nodes };
}

/**
 * Puts an average pooling behind the 1 x 1 convolution that alone reads it, where that gives fewer channels: both are
 * linear, and the shares of an average add up to 1, so the result is the same, bias and borders too. Inception pools 768
 * channels to make 192 of them, and onnxruntime's integer average pooling takes most of the time that its convolutions do.
 */
export function poolAfterwards(graph: OnnxGraph): OnnxGraph {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const moved = new Map<OnnxNode, OnnxNode[]>();
  for (const conv of graph.nodes) {
    const [between = '', w = ''] = conv.inputs;
    const pool = conv.type === 'Conv' ? producers.get(between) : undefined;
    const [after = 1, before = 1, ...kernel] = graph.constants.get(w)?.shape ?? [];
    const isPointwise =
      kernel.length > 0 &&
      [...kernel, ...listOf(conv, 'strides'), Number(conv.attributes.group ?? 1)].every((each) => each === 1);
    const padded = listOf(conv, 'pads').some((side) => side !== 0);
    if (pool?.type !== 'AveragePool' || !isPointwise || padded || after >= before) continue;
    const isPlain =
      listOf(pool, 'strides').every((stride) => stride === 1) &&
      !pool.attributes.ceil_mode &&
      (!pool.attributes.count_include_pad || listOf(pool, 'pads').every((side) => side === 0));
    if (!isPlain || consumers.get(between)?.length !== 1 || outputs.has(between)) continue;
    const unpooled = `${conv.outputs[0]}_unpooled`;
    moved.set(pool, []);
    moved.set(conv, [
      { ...conv, inputs: [pool.inputs[0] ?? '', ...conv.inputs.slice(1)], outputs: [unpooled] },
      { ...pool, inputs: [unpooled], outputs: conv.outputs },
    ]);
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => moved.get(node) ?? node) };
}

/** Numbers of an attribute; none where it is not there. */
const listOf = ({ attributes }: OnnxNode, name: string): number[] =>
  Array.isArray(attributes[name]) ? (attributes[name] as number[]) : [];

/** Writes a ReLU with a minimum behind it (ReLU6) as one `Clip`, which rounding to 8 bits can absorb. */
function joinClips(graph: OnnxGraph): OnnxGraph {
  const producers = producersOf(graph);
  const consumers = consumersOf(graph);
  const constants = new Map(graph.constants);
  const gone = new Set<OnnxNode>();
  const nodes = graph.nodes.map((node) => {
    const [x = '', ceiling = ''] = node.inputs;
    const relu = node.type === 'Min' && node.inputs.length === 2 ? producers.get(x) : undefined;
    const most = graph.constants.get(ceiling);
    const isOnly = consumers.get(x)?.length === 1;
    if (relu?.type !== 'Relu' || most?.type !== 'float32' || most.data.length !== 1 || !isOnly) return node;
    constants.set('clip_zero', { type: 'float32', shape: [], data: Float32Array.of(0) });
    constants.set(`${ceiling}_scalar`, { ...most, shape: [] });
    gone.add(relu);
    return { ...node, type: 'Clip', inputs: [relu.inputs[0] ?? '', 'clip_zero', `${ceiling}_scalar`] };
  });
  return { ...graph, constants, nodes: nodes.filter((node) => !gone.has(node)) };
}

/** The node that makes each tensor. */
export const producersOf = ({ nodes }: Pick<OnnxGraph, 'nodes'>): Map<string, OnnxNode> =>
  new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));

/** The nodes that read each tensor. */
export function consumersOf({ nodes }: Pick<OnnxGraph, 'nodes'>): Map<string, OnnxNode[]> {
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of nodes)
    for (const input of node.inputs) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  return consumers;
}
