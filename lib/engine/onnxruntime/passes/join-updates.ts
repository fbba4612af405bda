import { append } from '../graph/lists';
import { traitsOf } from '../graph/traits';
import { attributesKey, type Emittable, type Outputs, Value } from '../graph/value';
import { emit, operation } from '../kernels/registry';
import type { Emitter } from '../onnx/emitter';
import { readersOf } from './readers';

/** Elements of a tensor above which an operation takes longer than starting it. */
const MOST = 1 << 15;
/** As many alike are joined. */
const LEAST_ALIKE = 3;

/** Nodes that compute on tensors of one shape, element by element, and whose results nothing else in the graph reads. */
interface Update {
  nodes: Emittable[];
  /** Tensors of that shape that they read, in the order of first use. */
  leaves: Value[];
  /** Results that are wanted. */
  results: Value[];
}

type JoinedNode = Emittable<Value[], { updates: Update[] }>;

/**
 * Joins the same updates of many small tensors, as an optimizer makes them for each of its variables: they are computed
 * on the tensors one behind the other. A dozen operations on each of two dozen tensors take longer to start than to
 * compute; so joined, they are a dozen.
 *
 * The list keeps its order and length: the joined node stands where the last of its own was, the others do nothing.
 * @param outputs values that are wanted
 * @param isFed true for values that may differ from run to run; others that hold numbers are constants
 */
export function joinUpdates(
  nodes: readonly Emittable[],
  outputs: readonly Value[],
  isFed: (value: Value) => boolean,
): Emittable[] {
  const tails = tailsOf(nodes);
  const wanted = new Set(outputs);
  const alike = new Map<string, Update[]>();
  const numbers = new Map<Value, number>();
  /** One number as text: a constant by what it is, others by which they are. */
  const nameOf = (value: Value) => {
    const [constant] = (isFed(value) ? null : value.data) ?? [];
    if (constant !== undefined) return `${value.dtype} ${attributesKey(constant)}`;
    numbers.set(value, numbers.get(value) ?? numbers.size);
    return `value ${numbers.get(value)}`;
  };
  for (const own of connected(tails)) {
    const { update, key } = describe(own, wanted, nameOf);
    append(alike, key, update);
  }
  const replaced = new Map<Emittable, Emittable>();
  for (const updates of alike.values()) {
    if (updates.length < LEAST_ALIKE) continue;
    const all = updates.flatMap((update) => update.nodes);
    const own = new Set(all);
    const last = nodes.filter((node) => own.has(node)).at(-1) as Emittable;
    const made = new Set(all.flatMap((node) => node.outputs as readonly Value[]));
    const inputs = [...new Set(all.flatMap((node) => node.inputs))].filter((value) => !made.has(value));
    for (const node of all) replaced.set(node, { ...node, op: 'Joined', inputs: [], attrs: { updates: [] } });
    replaced.set(last, {
      ...last,
      ...{ op: 'Joined', inputs, attrs: { updates } },
      outputs: updates.flatMap(({ results }) => results) as unknown as Outputs,
    });
  }
  return nodes.map((node) => replaced.get(node) ?? node);
}

/** The tensors of a node's own shape that it reads; what else it reads is one number. */
const ownInputs = ({ inputs, outputs: [output] }: Emittable): Value[] =>
  inputs.filter((value) => `${value.shape}` === `${output.shape}`);

/** True for one number whose rank is that of a row at most: it broadcasts over tensors in a row as over each of them. */
const isNumber = ({ size, shape }: Value) => size === 1 && shape.length <= 1;

/** Small elementwise nodes whose results are read by such nodes only, if at all, in order. */
function tailsOf(nodes: readonly Emittable[]): Emittable[] {
  const readers = readersOf(nodes);
  const tails = new Set<Emittable>();
  for (const node of [...nodes].reverse()) {
    const [output] = node.outputs;
    const own = ownInputs(node);
    const isSmall = traitsOf(node.op).isElementwise && output.size <= MOST;
    const isPlain =
      isSmall &&
      own.length > 0 &&
      output.size > 0 &&
      node.inputs.every((value) => own.includes(value) || isNumber(value));
    const isRead = (reader: Emittable) => tails.has(reader) && ownInputs(reader).includes(output);
    if (isPlain && output.dtype === 'float32' && (readers.get(output) ?? []).every(isRead)) tails.add(node);
  }
  return nodes.filter((node) => tails.has(node));
}

/** Tails apart by what they have to do with each other: none reads or makes a tensor of another's. Each in order. */
function connected(tails: readonly Emittable[]): Emittable[][] {
  /** What an entry belongs to: a chain of positions that ends at the one that stands for all of its own. */
  const belongs = tails.map((_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (belongs[root] !== root) root = belongs[root] ?? root;
    belongs[at] = root;
    return root;
  };
  const firstWith = new Map<Value, number>();
  for (const [at, node] of tails.entries()) {
    for (const value of [...ownInputs(node), ...node.outputs]) {
      const first = firstWith.get(value);
      if (first === undefined) firstWith.set(value, at);
      else belongs[find(at)] = find(first);
    }
  }
  const groups = new Map<number, Emittable[]>();
  for (const [at, node] of tails.entries()) append(groups, find(at), node);
  return [...groups.values()];
}

/**
 * An update, and what it computes as text: equal for those that differ in shape and tensors only.
 * @param nameOf a number that is read beside the tensors, as text
 */
function describe(
  nodes: Emittable[],
  wanted: ReadonlySet<Value>,
  nameOf: (value: Value) => string,
): { update: Update; key: string } {
  const names = new Map<Value, string>();
  const leaves: Value[] = [];
  const ownName = (value: Value) => {
    const known = names.get(value);
    if (known) return known;
    const name = `leaf ${leaves.push(value)} ${value.dtype}`;
    names.set(value, name);
    return name;
  };
  const results: Value[] = [];
  const parts = nodes.map((node) => {
    const own = new Set(ownInputs(node));
    const inputs = node.inputs.map((value) => (own.has(value) ? ownName(value) : nameOf(value)));
    const [output] = node.outputs;
    names.set(output, `made ${names.size}`);
    if (wanted.has(output)) results.push(output);
    return `${wanted.has(output) ? 'wanted ' : ''}${node.op}${attributesKey(node.attrs)}(${inputs.join()})`;
  });
  return { update: { nodes, leaves, results }, key: parts.join(';') };
}

/** Writes the nodes of the first update, on the tensors of all of them one behind the other. */
function emitJoined(e: Emitter, { attrs: { updates } }: JoinedNode): void {
  const [first] = updates;
  if (!first) return; // joined to another
  const sizes = updates.map(({ nodes: [node] }) => node?.outputs[0].size ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const flat = new Map<Value, Value>();
  const flatten = (value: Value) => {
    const whole = new Value([total], value.dtype, null, 0);
    flat.set(value, whole);
    return whole;
  };
  first.leaves.forEach((leaf, at) => {
    const parts = updates
      .map(({ leaves }) => leaves[at] as Value)
      .map((value) => e.reshape(e.get(value), [value.size]));
    e.set(flatten(leaf), e.add('Concat', parts, { axis: 0 }));
  });
  for (const node of first.nodes) {
    const inputs = node.inputs.map((value) => flat.get(value) ?? value);
    const outputs = node.outputs.map(flatten) as unknown as Outputs;
    emit(e, { ...node, inputs, outputs });
  }
  first.results.forEach((result, at) => {
    const parts = e.addMany(updates.length, 'Split', [e.get(flat.get(result) as Value), e.ints(sizes)], {
      axis: 0,
    });
    updates.forEach(({ results }, i) => {
      const value = results[at] as Value;
      e.set(value, e.reshape(e.know(parts[i] as string, [value.size]), value.shape));
    });
  });
}

operation({ name: 'Joined', emit: emitJoined });
