import { totalmem } from 'node:os';
import type { Plan } from '../graph/plan';
import { expandSegments } from '../graph/segment';
import { traitsOf } from '../graph/traits';
import type { Emittable, Value } from '../graph/value';
import { fuse } from '../passes/fuse';
import { splitPhases } from '../passes/split-phases';

/** A graph that is not run, because it would take more memory than there is. */
export class TooLargeError extends Error {}

/** Memory that a plan takes. */
export interface Footprint {
  /** Bytes of its leaves. */
  leaves: number;
  /** Bytes of the values that are alive at its largest moment, leaves apart. */
  peak: number;
  /** Which of the emitted nodes makes the largest of them. */
  at: number;
}

const bytesOf = ({ size, dtype }: Value) => size * (dtype === 'bool' ? 1 : 4);

/** What a plan takes, node by node in the order of recording: the runtime frees a value after its last reader. */
export function footprintOf({ nodes, leaves, outputs }: Plan): Footprint {
  const emitted = splitPhases(fuse(expandSegments(nodes), outputs), outputs);
  const lastReader = new Map<Value, number>();
  for (const [at, { inputs }] of emitted.entries()) for (const value of inputs) lastReader.set(value, at);
  const kept = new Set(outputs);
  /** Values that are alive, by the node that made them. */
  const owned = new Map<Value, number>();
  const there = memoryThereIs();
  let alive = 0;
  let largest = { peak: 0, at: 0 };
  for (const [at, node] of emitted.entries()) {
    const dying = [...new Set(node.inputs)].filter(
      (value) => owned.has(value) && !kept.has(value) && lastReader.get(value) === at,
    );
    const reused = dying.find((value) => isReused(node, value)); // computed in its place
    for (const value of node.outputs) {
      owned.set(value, at);
      alive += bytesOf(value);
    }
    if (reused) alive -= bytesOf(reused);
    if (alive > largest.peak) largest = { peak: alive, at: alive > there ? makerOfLargest(owned) : at };
    for (const value of dying) {
      owned.delete(value);
      if (value !== reused) alive -= bytesOf(value);
    }
  }
  return { leaves: leaves.reduce((sum, leaf) => sum + bytesOf(leaf), 0), ...largest };
}

function makerOfLargest(owned: ReadonlyMap<Value, number>): number {
  const [, at] = [...owned].reduce((a, b) => (bytesOf(b[0]) > bytesOf(a[0]) ? b : a));
  return at;
}

function isReused({ op, outputs: [output] }: Emittable, value: Value): boolean {
  return (traitsOf(op).isElementwise === true || op === 'Reshape') && bytesOf(value) === bytesOf(output);
}

/**
 * Bytes that a compiled plan holds on to until it is dropped: the runtime keeps the memory of the largest moment, and
 * takes it in steps of powers of two. Measured, see "Memory" in the README.
 */
export function heldBytes({ leaves, peak }: Footprint): number {
  return SESSION_BYTES + 2 * peak + leaves;
}

/** What a session takes for itself. */
const SESSION_BYTES = 1 << 20;

/** Bytes that compiled plans may hold by default: a quarter of the memory, 2 GiB at most. */
export function defaultBudget(): number {
  return Math.min(2 * 2 ** 30, memoryThereIs() / 4);
}

/** Bytes of memory that this process may use. */
function memoryThereIs(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** @throws TooLargeError if a plan takes more memory than there is */
export function checkMemory({ peak, at }: Footprint): void {
  const there = memoryThereIs();
  if (peak <= there) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new TooLargeError(
    `n#${at}: it needs about ${gigabytes(peak)} at once, and there are ${gigabytes(there)}: take a smaller batch, ` +
      'smaller pictures or smaller parts',
  );
}
