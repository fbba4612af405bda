const WINDOW_MS = 60_000;
/** So many tasks count however old they are: a slow worker has fewer in a minute. */
const LEAST_TASKS = 3;

interface DoneTask {
  from: number;
  to: number;
  pieces: number;
}

/**
 * Pieces per second over the last minute, or over the last three tasks where those took longer. Times are milliseconds of
 * any one clock.
 */
export class Pace {
  private tasks: DoneTask[] = [];
  private all: DoneTask | null = null;

  /** Counts a task that is done. */
  add(from: number, to: number, pieces: number): void {
    const { from: first, pieces: before } = this.all ?? { from, pieces: 0 };
    this.all = { from: Math.min(first, from), to, pieces: before + pieces };
    const last = this.tasks.at(-1);
    if (last && from - last.to > WINDOW_MS) this.tasks = []; // what came before the pause says nothing of now
    this.tasks.push({ from, to, pieces });
    while (this.tasks.length > LEAST_TASKS && to - (this.tasks[0]?.to ?? to) > WINDOW_MS) this.tasks.shift();
  }

  /**
   * The present pace; it falls once the next task takes longer than the longest of those counted. Null before the first
   * task is done.
   */
  perSecond(now: number): number | null {
    const last = this.tasks.at(-1);
    if (!last) return null;
    const from = Math.min(...this.tasks.map((task) => task.from));
    const longest = Math.max(...this.tasks.map((task) => task.to - task.from));
    const pieces = this.tasks.reduce((sum, task) => sum + task.pieces, 0);
    return (1000 * pieces) / Math.max(1, Math.max(last.to, now - longest) - from);
  }

  /** Over all tasks, from the beginning of the first to the end of the last, pauses included; null: there was none. */
  mean(): number | null {
    return this.all && (1000 * this.all.pieces) / Math.max(1, this.all.to - this.all.from);
  }
}
