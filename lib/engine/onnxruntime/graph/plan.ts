import type { RecordedNode, Value } from './value';

/** The part of the lazy graph that one run computes. */
export interface Plan {
  /** In recording order, which is topological. */
  nodes: RecordedNode[];
  /** Concrete values that the nodes read, in order of first use. */
  leaves: Value[];
  outputs: Value[];
  /** Equal for plans that the same model computes. */
  key: string;
}

/** Collects what `roots` (pending values) need. @throws the error of a value that they need and that failed */
export function plan(roots: readonly Value[]): Plan {
  const nodes = reachable(roots);
  const numbers = new Map<Value, string>();
  const leaves: Value[] = [];
  const parts: string[] = [];
  nodes.forEach((node, position) => {
    parts.push(node.signature);
    for (const input of node.inputs) {
      let number = numbers.get(input);
      if (number === undefined) {
        if (input.error) throw input.error;
        number = `#${leaves.length}`;
        numbers.set(input, number);
        leaves.push(input);
        // A segment knows the types of what it reads.
        parts.push(node.op === 'Segment' ? number : `${number}${input.dtype}[${input.shape}]`);
      } else parts.push(number);
    }
    for (const output of node.outputs) numbers.set(output, `${position}.${output.index}`);
  });
  parts.push('=>', ...roots.map((root) => numbers.get(root) ?? ''));
  return { nodes, leaves, outputs: [...roots], key: parts.join(' ') };
}

/** Pending nodes that `roots` depend on, in recording order. */
export function reachable(roots: readonly Value[]): RecordedNode[] {
  const seen = new Set<RecordedNode>();
  const stack: RecordedNode[] = [];
  const visit = (value: Value) => {
    const { producer } = value;
    if (value.data !== null || producer === null || seen.has(producer)) return;
    seen.add(producer);
    stack.push(producer);
  };
  for (const root of roots) visit(root);
  for (let node = stack.pop(); node; node = stack.pop()) for (const input of node.inputs) visit(input);
  return [...seen].sort((a, b) => a.id - b.id);
}
