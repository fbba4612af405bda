import { EMITTERS } from '../kernels/registry';
import { Emitter } from '../onnx/emitter';
import { fuse } from './fuse';
import { feedTensor, type Session, type SessionFactory } from './session';
import type { NumericArray, RecordedNode, Value } from './value';

/** The part of the lazy graph that one run computes. */
interface Plan {
  nodes: RecordedNode[];
  /** Concrete values that the nodes read, in order of first use. */
  leaves: Value[];
  outputs: Value[];
  /** Equal for plans that the same model computes. */
  key: string;
}

/** A compiled structure and what is known about the values fed to it. */
interface Compiled {
  session: Session;
  feeds: (string | null)[];
  outputs: string[];
}

interface Structure {
  generic: Compiled | null;
  /** Compiled with its steady leaves built in; valid while `pinned` still holds. */
  pinned: { compiled: Compiled; values: (NumericArray | null)[] } | null;
  /** What each pinnable leaf held in the last run. */
  last: NumericArray[];
  /** Consecutive runs in which no leaf of `steady` changed. */
  runs: number;
  steady: boolean[];
  /** Runs to wait before pinning; doubles each time that pinned values change. */
  patience: number;
}

/** Largest leaf that is compared by content: small constants are new tensors at every step. */
const SMALL = 8;

function same(a: NumericArray, b: NumericArray): boolean {
  if (a === b) return true;
  if (a.length !== b.length || a.length > SMALL) return false;
  return a.every((value, i) => Object.is(value, b[i]));
}

/** Collects what `roots` need, in recording order. */
export function plan(roots: readonly Value[]): Plan {
  const seen = new Set<RecordedNode>();
  const stack: RecordedNode[] = [];
  const visit = (value: Value) => {
    if (value.data === null && !seen.has(value.producer!)) {
      seen.add(value.producer!);
      stack.push(value.producer!);
    }
  };
  for (const root of roots) visit(root);
  for (let node = stack.pop(); node; node = stack.pop()) for (const input of node.inputs) visit(input);
  const nodes = [...seen].sort((a, b) => a.id - b.id);
  const numbers = new Map<Value, string>();
  const leaves: Value[] = [];
  const parts: string[] = [];
  nodes.forEach((node, position) => {
    parts.push(node.signature);
    for (const input of node.inputs) {
      let number = numbers.get(input);
      if (number === undefined) {
        number = `#${leaves.length}`;
        numbers.set(input, number);
        leaves.push(input);
        parts.push(`${number}${input.dtype}[${input.shape}]`);
      } else parts.push(number);
    }
    for (const output of node.outputs) numbers.set(output, `${position}.${output.index}`);
  });
  parts.push('=>', ...roots.map((root) => numbers.get(root)!));
  return { nodes, leaves, outputs: [...roots], key: parts.join(' ') };
}

/** Leaves that a plan uses where the runtime gains from knowing them: weights, statistics, small constants. */
function pinnable({ nodes, leaves }: Plan): boolean[] {
  const weights = new Set<Value>();
  for (const { op, inputs } of nodes) {
    const from = { Conv: 1, ConvInputGradient: 1, MatMul: 0, BatchNorm: 1 }[op];
    if (from !== undefined) for (const input of inputs.slice(from)) weights.add(input);
  }
  return leaves.map((leaf) => leaf.size <= 65536 || weights.has(leaf));
}

function compile(
  { nodes, leaves, outputs }: Plan,
  pinned: readonly boolean[],
  factory: SessionFactory,
): Compiled {
  const emitter = new Emitter();
  const feeds = leaves.map((leaf, i) => {
    if (pinned[i]) {
      emitter.constant(leaf, leaf.data!);
      return null;
    }
    emitter.feed(leaf, `x${i}`);
    return `x${i}`;
  });
  for (const node of fuse(nodes, outputs)) {
    const emit = EMITTERS.get(node.op);
    if (!emit)
      throw new Error(
        `expected an emitter for ${node.op}, found none: add one in lib/engine/onnxruntime/kernels`,
      );
    emit(emitter, node);
  }
  const names = outputs.map((output) => emitter.output(output));
  return { session: factory.open(emitter.writer.toBytes()), feeds, outputs: names };
}

/** Compiles plans to sessions, remembers them by structure, and runs them. */
export class Executor {
  private readonly structures = new Map<string, Structure>();
  /** Runs so far and models compiled, for tests and benchmarks. */
  readonly counts = { runs: 0, compiled: 0 };

  constructor(
    private readonly factory: SessionFactory,
    private readonly limit = 256,
  ) {}

  /** Computes `roots` (pending values) and makes them concrete. */
  run(roots: readonly Value[]): void {
    const todo = plan(roots);
    let structure = this.structures.get(todo.key);
    if (structure) this.structures.delete(todo.key);
    else structure = { generic: null, pinned: null, last: [], runs: 0, steady: pinnable(todo), patience: 2 };
    this.structures.set(todo.key, structure); // most recently used last
    const compiled = this.choose(structure, todo);
    this.counts.runs++;
    const feeds: Record<string, ReturnType<typeof feedTensor>> = {};
    todo.leaves.forEach((leaf, i) => {
      const name = compiled.feeds[i];
      if (name) feeds[name] = feedTensor(leaf.dtype, leaf.data!, leaf.shape);
    });
    const results = compiled.session.run(feeds, compiled.outputs);
    todo.outputs.forEach((output, i) => {
      output.data = results[compiled.outputs[i]!]!;
      output.producer = null;
    });
    this.shrink();
  }

  /** Forgets every compiled model. */
  clear(): void {
    for (const structure of this.structures.values()) release(structure);
    this.structures.clear();
  }

  private compile(todo: Plan, pinned: readonly boolean[]): Compiled {
    this.counts.compiled++;
    return compile(todo, pinned, this.factory);
  }

  private choose(structure: Structure, todo: Plan): Compiled {
    const data = todo.leaves.map((leaf) => leaf.data!);
    const { pinned } = structure;
    if (pinned) {
      if (pinned.values.every((value, i) => value === null || same(value, data[i]!))) return pinned.compiled;
      pinned.compiled.session.dispose();
      structure.pinned = null;
      structure.patience *= 2;
      structure.runs = 0;
      structure.steady = pinnable(todo);
    }
    if (structure.last.length > 0) {
      structure.steady = structure.steady.map((steady, i) => steady && same(structure.last[i]!, data[i]!));
      structure.runs++;
    }
    structure.last = data.map((array, i) => (structure.steady[i] ? array : new Uint8Array(0)));
    if (structure.runs >= structure.patience && structure.steady.includes(true)) {
      const compiled = this.compile(todo, structure.steady);
      structure.pinned = { compiled, values: data.map((array, i) => (structure.steady[i] ? array : null)) };
      return compiled;
    }
    structure.generic ??= this.compile(
      todo,
      todo.leaves.map(() => false),
    );
    return structure.generic;
  }

  private shrink(): void {
    for (const [key, structure] of this.structures) {
      if (this.structures.size <= this.limit) return;
      release(structure);
      this.structures.delete(key);
    }
  }
}

function release(structure: Structure): void {
  structure.generic?.session.dispose();
  structure.pinned?.compiled.session.dispose();
}
