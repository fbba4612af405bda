import { item } from '../graph/lists';
import { type Plan, plan } from '../graph/plan';
import { elementsOf, type NumericArray, type Value } from '../graph/value';
import { type Compiled, compile } from './compile';
import { checkMemory, defaultBudget, footprintOf, heldBytes } from './footprint';
import { foldable, ownWeights, weights } from './initializers';
import { feedTensor, type SessionFactory } from './session';
import { settle } from './settle';

/** What is known about one structure of graphs. */
interface Structure {
  /** Compiled with all leaves fed. */
  generic: Compiled | null;
  /**
   * Compiled with its steady leaves as initializers, which the runtime folds and prepacks; valid while they hold
   * what they held.
   */
  folded: { compiled: Compiled; values: (NumericArray | null)[] } | null;
  /** What each leaf that may be an initializer held in the last run. */
  last: (WeakRef<NumericArray> | null)[];
  /** Consecutive runs in which the steady leaves did not change. */
  runs: number;
  /** Leaves that are worth being initializers, if steady. */
  isWeight: boolean[];
  steady: boolean[];
  /** Runs to wait before steady leaves become initializers; doubles each time that one of them changes after that. */
  foldAfter: number;
  /** Whether it was never run. */
  isNew: boolean;
  bytes: number;
}

/** Largest leaf that is compared by content: small constants are new tensors at every step. */
const SMALL = 8;
const MOST_STRUCTURES = 256;
/** These stay in any case: steps and predictions of whole and of last batches take turns. */
const FEWEST_STRUCTURES = 4;

function same(a: NumericArray | undefined, b: NumericArray): boolean {
  if (a === b) return true;
  if (!a || a.length !== b.length || a.length > SMALL) return false;
  return a.every((value, i) => Object.is(value, b[i]));
}

function missing({ shape }: Value): never {
  throw new Error(`expected a value of shape [${shape}] from the runtime, received none`);
}

/** Options of {@link Executor}. */
export interface ExecutorOptions {
  /** Bytes that compiled structures may hold, by {@link heldBytes}. */
  memoryBudget?: number;
  /** Whether weights are built in at the first run of a structure. Default false. */
  steadyWeights?: boolean;
}

/** Compiles plans to sessions, remembers them by structure, and runs them. */
export class Executor {
  /** Runs so far and models compiled, for tests and benchmarks. */
  readonly counts = { runs: 0, compiled: 0 };
  /** Least recently used first. */
  private readonly structures = new Map<string, Structure>();
  private readonly foldedInto = new Map<NumericArray, Set<Structure>>();
  private bytes = 0;
  private readonly budget: number;
  private readonly steadyWeights: boolean;

  constructor(
    private readonly factory: SessionFactory,
    { memoryBudget = defaultBudget(), steadyWeights = false }: ExecutorOptions = {},
  ) {
    this.budget = memoryBudget;
    this.steadyWeights = steadyWeights;
  }

  /** Computes what can be computed of `roots` (pending values); the others keep the error of what they need. */
  compute(roots: readonly Value[]): void {
    const open = roots.filter(({ isPending }) => isPending);
    if (open.length === 0) return;
    try {
      this.run(open);
    } catch {
      settle((some) => this.run(some), open);
    }
  }

  /** Computes `roots` (pending values) as one graph and makes them concrete. @throws if any cannot be computed */
  private run(roots: readonly Value[]): void {
    const todo = plan(roots);
    const structure = this.structureOf(todo);
    try {
      this.runStructure(structure, todo);
    } catch (error) {
      this.drop(todo.key, structure); // and with it the memory that its runtime has taken
      throw error;
    }
    this.shrink();
  }

  private runStructure(structure: Structure, todo: Plan): void {
    const { session, feeds, outputs } = this.choose(structure, todo);
    this.counts.runs++;
    const given: Record<string, ReturnType<typeof feedTensor>> = {};
    todo.leaves.forEach((leaf, i) => {
      const name = feeds[i];
      if (name) given[name] = feedTensor(leaf.dtype, elementsOf(leaf), leaf.shape);
    });
    const results = session.run(given, outputs);
    todo.outputs.forEach((output, i) => {
      output.data = results[item(outputs, i)] ?? missing(output);
      output.producer = null;
      output.product = null;
    });
  }

  /** Says that no tensor shows `data` any more: models that it is built into go. */
  forget(data: NumericArray): void {
    for (const structure of this.foldedInto.get(data) ?? []) this.unfold(structure);
  }

  /** Forgets every compiled model. */
  clear(): void {
    for (const [key, structure] of this.structures) this.drop(key, structure);
  }

  private structureOf(todo: Plan): Structure {
    let structure = this.structures.get(todo.key);
    if (structure) {
      this.structures.delete(todo.key);
      ownWeights(todo, structure.isWeight);
    } else {
      const footprint = footprintOf(todo);
      checkMemory(footprint);
      const bytes = heldBytes(footprint);
      const isWeight = weights(todo);
      ownWeights(todo, isWeight);
      structure = {
        generic: null,
        folded: null,
        last: [],
        runs: 0,
        isWeight,
        steady: foldable(todo, isWeight),
        foldAfter: 2,
        isNew: true,
        bytes,
      };
      this.bytes += bytes;
    }
    this.structures.set(todo.key, structure);
    return structure;
  }

  /** The model to run: with steady leaves built in, once they have been steady for long enough. */
  private choose(structure: Structure, todo: Plan): Compiled {
    const data = todo.leaves.map(elementsOf);
    if (structure.folded) {
      const { values, compiled } = structure.folded;
      if (values.every((value, i) => value === null || same(value, item(data, i)))) return compiled;
      this.unfold(structure);
      structure.foldAfter *= 2;
      structure.steady = foldable(todo, structure.isWeight);
      structure.last = [];
    }
    const { last, isWeight } = structure;
    if (
      this.steadyWeights &&
      structure.isNew &&
      isWeight.some((weight, i) => weight && structure.steady[i])
    ) {
      structure.isNew = false;
      structure.steady = structure.steady.map((steady, i) => steady && isWeight[i] === true);
      return this.fold(structure, todo, data); // other small leaves may be what is predicted from
    }
    if (last.length > 0) {
      structure.steady = structure.steady.map(
        (steady, i) => steady && !todo.leaves[i]?.borrowed && same(last[i]?.deref(), item(data, i)),
      );
      structure.runs++;
    }
    structure.last = data.map((array, i) => {
      if (!structure.steady[i]) return null;
      const before = last[i];
      return before?.deref() === array ? before : new WeakRef(array);
    });
    const worthwhile = structure.steady.some((steady, i) => steady && structure.isWeight[i]);
    if (worthwhile && structure.runs >= structure.foldAfter) return this.fold(structure, todo, data);
    structure.generic ??= this.compile(
      todo,
      todo.leaves.map(() => false),
    );
    return structure.generic;
  }

  private fold(structure: Structure, todo: Plan, data: NumericArray[]): Compiled {
    const compiled = this.compile(todo, structure.steady);
    const values = data.map((array, i) => (structure.steady[i] ? array : null));
    structure.folded = { compiled, values };
    for (const value of values) {
      if (!value || value.length <= SMALL) continue;
      this.foldedInto.set(value, (this.foldedInto.get(value) ?? new Set()).add(structure));
    }
    structure.generic?.session.dispose();
    structure.generic = null;
    return compiled;
  }

  private unfold(structure: Structure): void {
    for (const value of structure.folded?.values ?? []) {
      if (!value) continue;
      const users = this.foldedInto.get(value);
      if (users?.delete(structure) && users.size === 0) this.foldedInto.delete(value);
    }
    structure.folded?.compiled.session.dispose();
    structure.folded = null;
    structure.runs = 0;
  }

  private compile(todo: Plan, isInitializer: readonly boolean[]): Compiled {
    this.counts.compiled++;
    return compile(todo, isInitializer, this.factory);
  }

  private drop(key: string, structure: Structure): void {
    this.unfold(structure);
    structure.generic?.session.dispose();
    this.structures.delete(key);
    this.bytes -= structure.bytes;
  }

  private shrink(): void {
    for (const [key, structure] of this.structures) {
      const { size } = this.structures;
      if (size <= FEWEST_STRUCTURES || (size <= MOST_STRUCTURES && this.bytes <= this.budget)) return;
      this.drop(key, structure);
    }
  }
}
