import { dropOldest, item, zip } from './lists';
import { plan } from './plan';
import { multiplyAddsOf } from './traits';
import { elementsOf, RecordedNode, type Value } from './value';

/** Segments to remember by structure: models of equal structure share one, and with it their compiled graphs. */
const MOST_SEGMENTS = 256;
/** Elements up to which a constant decides what a segment is. */
const SMALL_CONSTANT = 8;
const known = new Map<string, Segment>();
let made = 0;

/**
 * A piece of graph that was recorded once, with placeholders for what it reads, and is recorded again as a single node:
 * the forward pass of a model. Compiling puts its nodes in the place of that node.
 */
export class Segment {
  private readonly id = made++;
  /** Signatures of the outputs. */
  readonly outputs: readonly Value[];
  /** Most bytes that a convolution or matrix product reads and writes, weights left out. */
  readonly largestNodeBytes: number;
  /** Multiply-adds, roughly: what the backend calls heavy. */
  readonly heaviness: number;

  constructor(
    readonly nodes: readonly RecordedNode[],
    /** Values that the inputs of a node of this segment take the place of. */
    private readonly inputs: readonly Value[],
    outputs: readonly Value[],
  ) {
    this.outputs = outputs;
    const outside = new Set(inputs);
    const bytes = (values: readonly Value[]) => values.reduce((sum, { size }) => sum + size * 4, 0);
    this.largestNodeBytes = Math.max(
      0,
      ...nodes
        .filter((node) => multiplyAddsOf(node) > 0) // the runtime joins what is elementwise to these
        .map(({ inputs, outputs: made }) =>
          bytes([...inputs.filter((value) => !outside.has(value)), ...made]),
        ),
    );
    this.heaviness = nodes.reduce((sum, node) => sum + multiplyAddsOf(node), 0);
  }

  /** Part of a node's signature: equal for nodes of the same segment. */
  get key(): number {
    return this.id;
  }

  /** The segment's nodes with the inputs and outputs of `node` in place of its own. */
  expand(node: RecordedNode): RecordedNode[] {
    const actual = new Map<Value, Value>();
    for (const [inner, outer] of zip<[Value, Value]>(this.inputs, node.inputs)) actual.set(inner, outer);
    for (const [inner, outer] of zip<[Value, Value]>(this.outputs, node.outputs)) actual.set(inner, outer);
    return this.nodes.map(({ op, inputs, attrs, outputs, kernel }, position) => {
      const copy = new RecordedNode(
        op,
        inputs.map((value) => actual.get(value) ?? value), // else a constant inside
        attrs,
        outputs,
      );
      copy.kernel = kernel;
      copy.layer = node.layers?.[position] ?? '';
      outputs.forEach((value, i) => {
        const outer = actual.get(value);
        if (outer) copy.outputs[i] = outer;
        else actual.set(value, item(copy.outputs, i));
      });
      return copy;
    });
  }
}

/** What a call of a segment reads besides its inputs, and the segment. */
export interface CapturedSegment {
  segment: Segment;
  /** Positions of the placeholders that are read at all. */
  used: number[];
  /** Large constants made while recording; small ones are part of the segment. */
  constants: Value[];
  /** The layer that recorded each of the segment's nodes. */
  layers: string[];
}

/** A pending value that takes the place of another while a segment is recorded. */
export function placeholder(shape: number[], dtype: Value['dtype'], index: number): Value {
  return new RecordedNode('Placeholder', [], { index }, [{ shape, dtype }]).outputs[0];
}

/**
 * The nodes between placeholders and outputs as a segment.
 * @param placeholders pending ones, and concrete values that are not constants
 * @returns null if an output is a placeholder or a constant itself, or stands there twice
 */
export function captureSegment(
  placeholders: readonly Value[],
  outputs: readonly Value[],
): CapturedSegment | null {
  if (outputs.some((value) => value.data !== null || value.producer?.op === 'Placeholder')) return null;
  if (new Set(outputs).size < outputs.length) return null;
  const { nodes, leaves, key } = plan(outputs);
  const open = new Set(placeholders);
  const read = new Set([...nodes.map(({ outputs: [first] }) => first), ...leaves]);
  const used = placeholders.flatMap((value, i) => (read.has(value) ? [i] : []));
  const isInside = (leaf: Value) => !open.has(leaf) && leaf.size <= SMALL_CONSTANT;
  const constants = leaves.filter((leaf) => !open.has(leaf) && !isInside(leaf));
  const inside = leaves.map((leaf) => (isInside(leaf) ? Array.from(elementsOf(leaf), text) : open.has(leaf)));
  const whole = `${key} ${inside.join()}`;
  const segment =
    known.get(whole) ??
    new Segment(
      nodes.filter(({ op }) => op !== 'Placeholder'),
      [...used.map((i) => item(placeholders, i)), ...constants],
      outputs,
    );
  known.delete(whole);
  known.set(whole, segment);
  dropOldest(known, MOST_SEGMENTS);
  const layers = nodes.filter(({ op }) => op !== 'Placeholder').map(({ layer }) => layer);
  return { segment, used, constants, layers };
}

/** A number as text that tells -0 from 0. */
const text = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

/** Recorded nodes with the nodes of segments in their places. */
export function expandSegments(nodes: readonly RecordedNode[]): RecordedNode[] {
  return nodes.flatMap((node) =>
    node.op === 'Segment' ? (node.attrs.segment as Segment).expand(node) : [node],
  );
}
