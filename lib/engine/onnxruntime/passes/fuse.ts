import { item } from '../graph/lists';
import type { Emittable, RecordedNode, Value } from '../graph/value';
import type { ConvAttrs } from '../kernels/convolution';

/**
 * Joins neighbouring nodes that the runtime cannot join by itself: a bias added to a convolution becomes the
 * convolution's own (the runtime does it for built-in weights only), and so do zeros padded around its image (the
 * runtime does not see through the transpose between them). Where a relu is followed by a max pooling, the relu and
 * its gradient are taken of the maxima, which are fewer.
 * @param outputs values that must stay computed
 */
export function fuse(nodes: readonly RecordedNode[], outputs: readonly Value[]): Emittable[] {
  const uses = new Map<Value, number>();
  for (const value of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  }
  const absorbed = new Set<RecordedNode>();
  /** By the node that a convolution is emitted in place of: itself, or the sum with its bias. */
  const replaced = new Map<RecordedNode, Emittable>();
  const sumOf = new Map<RecordedNode, RecordedNode>();
  for (const node of nodes) {
    if (node.op !== 'Add') continue;
    for (const [conv, bias] of [node.inputs, [...node.inputs].reverse()] as [Value, Value][]) {
      const producer = conv.data === null ? conv.producer : null;
      if (producer?.op !== 'Conv' || uses.get(conv) !== 1 || producer.inputs.length !== 2) continue;
      if (producer.attrs.channelsFirst || bias.shape.length !== 1 || bias.shape[0] !== conv.shape.at(-1))
        continue;
      absorbed.add(producer);
      replaced.set(node, { ...producer, inputs: [...producer.inputs, bias], outputs: node.outputs });
      sumOf.set(producer, node);
      break;
    }
  }
  fusePooledRelus(nodes, uses, absorbed, replaced);
  for (const node of nodes) {
    if (node.op !== 'Conv') continue;
    const [image] = node.inputs as [Value];
    const pad = image.data === null && uses.get(image) === 1 ? image.producer : null;
    const place = sumOf.get(node) ?? node;
    const padded = pad && absorbPad(pad, replaced.get(place) ?? node);
    if (!pad || !padded) continue;
    absorbed.add(pad);
    replaced.set(place, padded);
  }
  return nodes.filter((node) => !absorbed.has(node)).map((node) => replaced.get(node) ?? node);
}

/** Takes relus before a max pooling, and their gradients, behind it. */
function fusePooledRelus(
  nodes: readonly RecordedNode[],
  uses: ReadonlyMap<Value, number>,
  absorbed: Set<RecordedNode>,
  replaced: Map<RecordedNode, Emittable>,
): void {
  /** Readers of a relu that read its input instead. */
  const moved = new Map<RecordedNode, { node: RecordedNode; instead: Emittable }[]>();
  const move = (relu: RecordedNode, node: RecordedNode, instead: Emittable) =>
    moved.set(relu, [...(moved.get(relu) ?? []), { node, instead }]);
  for (const node of nodes) {
    const [first, x] = node.inputs as [Value, Value];
    const producer = first?.data === null ? first.producer : null;
    if (node.op === 'MaxPool' && producer?.op === 'Relu') {
      move(producer, node, { ...node, inputs: producer.inputs, attrs: { ...node.attrs, relu: true } });
    }
    if (node.op !== 'MaskPositive' || producer?.op !== 'MaxPoolGradient' || uses.get(first) !== 1) continue;
    const [gradient, image] = producer.inputs as [Value, Value];
    const relu = image.data === null ? image.producer : null;
    if (relu?.op !== 'Relu' || relu.inputs[0] !== x) continue;
    absorbed.add(producer);
    const attrs = { ...producer.attrs, relu: true };
    move(relu, node, { ...producer, inputs: [gradient, x], attrs, outputs: node.outputs });
  }
  for (const [relu, readers] of moved) {
    // Without a gradient the runtime computes the relu along with the convolution before it.
    if (readers.every(({ node }) => node.op === 'MaxPool')) continue;
    for (const { node, instead } of readers) replaced.set(node, instead);
    if (uses.get(relu.outputs[0]) === readers.length) absorbed.add(relu);
  }
}

/** The convolution that pads its image itself, or null where `pad` does more than surround pictures with zeros. */
function absorbPad(pad: RecordedNode, conv: Emittable): Emittable | null {
  const { paddings, constantValue, mode } = pad.attrs as unknown as {
    paddings: [number, number][];
    constantValue: number;
    mode: string;
  };
  const { before, after, channelsFirst } = conv.attrs as unknown as ConvAttrs;
  if (pad.op !== 'Pad' || mode !== 'constant' || constantValue !== 0 || channelsFirst) return null;
  const outer = [...paddings.slice(0, 1), ...paddings.slice(-1)];
  if (outer.some(([low, high]) => low !== 0 || high !== 0)) return null;
  const spatial = paddings.slice(1, -1);
  const attrs = {
    ...conv.attrs,
    before: before.map((size, axis) => size + item(spatial, axis)[0]),
    after: after.map((size, axis) => size + item(spatial, axis)[1]),
  };
  return { ...conv, inputs: [...pad.inputs, ...conv.inputs.slice(1)], attrs };
}
