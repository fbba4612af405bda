import { product } from '../graph/lists';
import { traitsOf } from '../graph/traits';
import { type Emittable, Value } from '../graph/value';
import type { ConvAttrs } from '../kernels/convolution';
import { halvedBy } from '../kernels/pooling';
import './phases';
import { readersOf } from './readers';

/** Elements of a picture batch below which nothing is gained. */
const LEAST = 1 << 14;
/**
 * Channels in times channels out of a convolution above which nothing is gained: its products are near their peak as they
 * are, and phases multiply more (16 / 9 as often for 3 x 3, four times for the image's gradient).
 */
const MOST_CHANNELS = 128;

/** Operations that are written in another way for phases, by the one of whole pictures. */
const OF_PHASES: Record<string, string> = {
  Conv: 'PhasesConv',
  ConvFilterGradient: 'PhasesConvFilterGradient',
  ConvInputGradient: 'PhasesConvInputGradient',
  MaxPool: 'PhasesMaxPool',
  MaxPoolGradient: 'PhasesMaxPoolGradient',
};

/**
 * Pictures between a convolution of stride 1 and a max pooling of 2 x 2 in a training step, taken apart into their four
 * phases: even and odd rows and columns, as four pictures of a quarter of the size, [4 n, h / 2, w / 2, c]. All that
 * batch norms, activations and their gradients do is the same for them. The convolution gets four times the channels,
 * at a stride of 2, which suits the runtime's matrix products (they are far from their peak for few channels); a window
 * of the pooling is the same element of four pictures in a row, so that the pooling and its gradient pass over memory
 * as it lies.
 *
 * The list keeps its order and length: a node is where it was, in another form.
 * @param nodes as they are emitted
 * @param outputs values that must stay as they are
 */
export function splitPhases(nodes: readonly Emittable[], outputs: readonly Value[]): Emittable[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const readers = readersOf(nodes);
  const kept = new Set(outputs);
  const replaced = new Map<Emittable, Emittable>();
  for (const node of nodes) {
    const [, pictures] = node.inputs;
    if (node.op !== 'MaxPoolGradient' || replaced.has(node) || !pictures) continue;
    if (pictures.size < LEAST || !halvedBy(node)) continue;
    const region = regionOf(pictures, makers, readers, kept);
    for (const [old, phases] of region ?? []) replaced.set(old, phases);
  }
  return nodes.map((node) => replaced.get(node) ?? node);
}

/**
 * All nodes that have to do with pictures of one shape that are computed from each other, and what takes their place;
 * null where one of them needs whole pictures.
 */
function regionOf(
  start: Value,
  makers: ReadonlyMap<Value, Emittable>,
  readers: ReadonlyMap<Value, readonly Emittable[]>,
  kept: ReadonlySet<Value>,
): Map<Emittable, Emittable> | null {
  const phases = new Map<Value, Value>();
  const nodes = new Set<Emittable>();
  const found = [start];
  for (let value = found.pop(); value; value = found.pop()) {
    if (phases.has(value)) continue;
    const maker = value.data === null && !kept.has(value) ? makers.get(value) : undefined;
    if (!maker) return null;
    phases.set(value, phasesOf(value));
    for (const node of [maker, ...(readers.get(value) ?? [])]) {
      const pictures = picturesOf(node, start.shape);
      if (!pictures?.includes(value)) return null;
      nodes.add(node);
      found.push(...pictures);
    }
  }
  const swap = (value: Value) => phases.get(value) ?? value;
  return new Map(
    [...nodes].map((node) => [
      node,
      {
        ...node,
        op: OF_PHASES[node.op] ?? node.op,
        inputs: node.inputs.map(swap),
        outputs: node.outputs.map(swap) as unknown as Emittable['outputs'],
      },
    ]),
  );
}

function phasesOf({ shape, dtype }: Value): Value {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  return new Value([4 * batch, height / 2, width / 2, channels], dtype, null, 0);
}

/** Inputs and outputs of a node that may be in phases instead, all together; null if none may. */
function picturesOf(node: Emittable, shape: readonly number[]): Value[] | null {
  const [first, second] = node.inputs as [Value, Value];
  const [output] = node.outputs;
  switch (node.op) {
    case 'Conv':
      return suits(node, second) ? [output] : null;
    case 'ConvFilterGradient':
      return suits(node, output) && isSameSize(first, second) && first !== second ? [second] : null;
    case 'ConvInputGradient':
      return suits(node, second) && isSameSize(output, first) && first !== second ? [first] : null;
    case 'MaxPool':
      return halvedBy(node) ? [first] : null;
    case 'MaxPoolGradient':
      return halvedBy(node) ? [second, output] : null;
    case 'Sum':
    case 'Mean':
      return `${node.attrs.axes}` === '0,1,2' && first.shape.length === 4 ? [first] : null;
    default: {
      if (!traitsOf(node.op).isElementwise && node.op !== 'BatchNorm') return null;
      if (`${output.shape}` !== `${shape}`) return null;
      const pictures = node.inputs.filter((value) => `${value.shape}` === `${shape}`);
      const others = node.inputs.filter((value) => !pictures.includes(value));
      return others.every((value) => isForEachChannel(value, shape)) ? [...pictures, output] : null;
    }
  }
}

/** True for a convolution of few channels, all with all, whose windows lie side by side and are more than a pixel. */
function suits({ attrs }: Emittable, filter: Value): boolean {
  const { strides, dilations, depthwise, channelsFirst } = attrs as ConvAttrs;
  if (depthwise || channelsFirst || strides.length !== 2 || product([...strides, ...dilations]) !== 1)
    return false;
  const [height = 0, width = 0, channels = 0, filters = 0] = filter.shape;
  return height * width > 1 && channels * filters <= MOST_CHANNELS;
}

/** True if a convolution's result has the height and width of its image. */
function isSameSize(image: Value, result: Value): boolean {
  return `${image.shape.slice(0, 3)}` === `${result.shape.slice(0, 3)}`;
}

/** True for one number, or one for each channel. */
function isForEachChannel({ size, shape }: Value, pictures: readonly number[]): boolean {
  return size === 1 || (size === pictures.at(-1) && shape.at(-1) === size);
}
