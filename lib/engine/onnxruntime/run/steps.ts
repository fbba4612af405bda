import type * as tf from '@tensorflow/tfjs';
import type { Value } from '../graph/value';

/** A new value of a variable that was assigned before it was computed. */
interface Assignment {
  variable: tf.Variable;
  before: Value;
  after: Value;
}

/** Assignments that hold together or not at all: those of one training step. */
interface Step {
  assignments: Assignment[];
  /** What a failure of the step fails too: its loss and metrics. */
  results: Value[];
  undo: (() => void)[];
}

/**
 * Remembers what variables held before values were assigned to them that are not computed yet. When a value of a
 * training step turns out not to be computable, all variables of the step, and those of later steps that build on
 * them, hold again what they held before.
 */
export class Steps {
  private steps: Step[] = [];
  private open: Step | null = null;

  /** @param restore gives a variable back an earlier value */
  constructor(private readonly restore: (variable: tf.Variable, value: Value) => void) {}

  /**
   * Makes all assignments within `run` one step; inner steps are part of the outer one.
   * @param results values among what `run` returns that must not outlive a failure of the step
   * @param undo called if the step fails
   */
  step<T>(run: () => T, results: (result: T) => Value[], undo?: () => void): T {
    if (this.open) return run();
    const step: Step = { assignments: [], results: [], undo: undo ? [undo] : [] };
    this.open = step;
    try {
      const result = run();
      step.results = results(result);
      return result;
    } finally {
      this.open = null;
      if (step.assignments.some(({ after }) => after.data === null)) this.steps.push(step);
    }
  }

  /** Remembers an assignment. */
  assigned(variable: tf.Variable, before: Value, after: Value): void {
    const assignment = { variable, before, after };
    if (this.open) this.open.assignments.push(assignment);
    else if (after.data === null) this.steps.push({ assignments: [assignment], results: [], undo: [] });
  }

  /**
   * Called when nothing is pending any more: takes failed steps back.
   * @param compute computes earlier values that nobody else needed
   */
  settle(compute: (values: readonly Value[]) => void): void {
    const { steps } = this;
    if (steps.length === 0) return;
    this.steps = [];
    const taken = new Map<tf.Variable, Value>();
    const unread = new Set<Error>();
    let cause: Error | null = null;
    const undone: (() => void)[] = [];
    for (const { assignments, results, undo } of steps) {
      let error = assignments.find(({ after }) => after.error)?.after.error ?? null;
      error ??= results.find((result) => result.error)?.error ?? null;
      const builds = assignments.some(({ variable }) => taken.has(variable));
      if (!error && !builds) continue;
      for (const { variable, before } of assignments) if (!taken.has(variable)) taken.set(variable, before);
      undone.push(...undo);
      cause = error ?? cause;
      for (const result of results) result.error ??= cause;
      if (error && results.length === 0) unread.add(error);
    }
    if (taken.size === 0) return;
    for (const back of undone.reverse()) back();
    compute([...taken.values()]);
    for (const [variable, before] of taken) if (!variable.isDisposed) this.restore(variable, before);
    for (const { message } of unread) {
      process.emitWarning(`variables keep what they held before a step that failed: ${message}`, {
        type: 'EngineWarning',
      });
    }
  }
}
