import type { RecordedNode, Value } from './value';

/** What is emitted for a plan: like recorded nodes, after several became one. */
export type Emittable = Pick<RecordedNode, 'op' | 'inputs' | 'outputs' | 'attrs'>;

/**
 * Joins neighbouring nodes that the runtime cannot join by itself because their weights are fed at every run: a bias
 * added to a convolution becomes the convolution's own.
 * @param outputs values that must stay computed
 */
export function fuse(nodes: readonly RecordedNode[], outputs: readonly Value[]): Emittable[] {
  const uses = new Map<Value, number>();
  for (const value of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  }
  const absorbed = new Set<RecordedNode>();
  const replaced = new Map<RecordedNode, Emittable>();
  for (const node of nodes) {
    if (node.op !== 'Add') continue;
    const [sum] = node.outputs as [Value];
    for (const [conv, bias] of [node.inputs, [...node.inputs].reverse()] as [Value, Value][]) {
      const producer = nodes.length > 0 && conv.data === null ? conv.producer : null;
      if (producer?.op !== 'Conv' || uses.get(conv) !== 1 || producer.inputs.length !== 2) continue;
      if (producer.attrs.channelsFirst || bias.shape.length !== 1 || bias.shape[0] !== sum.shape.at(-1))
        continue;
      absorbed.add(producer);
      replaced.set(node, { ...producer, inputs: [...producer.inputs, bias], outputs: node.outputs });
      break;
    }
  }
  return nodes.filter((node) => !absorbed.has(node)).map((node) => replaced.get(node) ?? node);
}
