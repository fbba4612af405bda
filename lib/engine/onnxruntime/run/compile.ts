import type { Plan } from '../graph/plan';
import { expandSegments } from '../graph/segment';
import { elementsOf } from '../graph/value';
import { emit } from '../kernels/index';
import { Emitter } from '../onnx/emitter';
import { fuse } from '../passes/fuse';
import { joinUpdates } from '../passes/join-updates';
import { splitPhases } from '../passes/split-phases';
import type { Session, SessionFactory } from './session';

/** A plan as a loaded ONNX model. */
export interface Compiled {
  session: Session;
  /** Name of the graph input of each leaf; null for leaves that are built in. */
  feeds: (string | null)[];
  /** Name of the graph output of each of the plan's outputs. */
  outputs: string[];
}

/** Writes a plan as ONNX graph and loads it. @param isInitializer leaves to write as initializers, the others are fed */
export function compile(plan: Plan, isInitializer: readonly boolean[], factory: SessionFactory): Compiled {
  const emitter = new Emitter(factory);
  const feeds = plan.leaves.map((leaf, i) => {
    if (isInitializer[i]) {
      emitter.constant(leaf, elementsOf(leaf));
      return null;
    }
    emitter.feed(leaf, `x${i}`);
    return `x${i}`;
  });
  emitNodes(emitter, plan);
  const outputs = plan.outputs.map((output) => emitter.output(output));
  return { session: factory.open(emitter.writer.toBytes()), feeds, outputs };
}

/** Emits the nodes of a plan whose leaves are declared, constants inside segments excepted. @throws if an op has no emitter */
export function emitNodes(emitter: Emitter, { nodes, outputs }: Pick<Plan, 'nodes' | 'outputs'>): void {
  const phases = splitPhases(fuse(expandSegments(nodes), outputs), outputs);
  const all = joinUpdates(phases, outputs, (value) => emitter.declared(value));
  for (const [position, node] of all.entries()) {
    emitter.origin = `#${position}`;
    for (const input of node.inputs) {
      if (input.data && !emitter.declared(input)) emitter.constant(input, input.data);
    }
    try {
      emit(emitter, node);
    } catch (error) {
      throw new Error(`n#${position}: ${(error as Error).message}`, { cause: error });
    }
  }
}
