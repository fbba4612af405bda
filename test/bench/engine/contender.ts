import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a contender is asked to time. */
export interface Task {
  net: string;
  size: number;
  batch: number;
  batches: number;
}

/** A contender in its own process: it idles while the others are measured. */
export class Contender {
  description = '';
  /** Why it cannot run here; empty where it can, or did not say. */
  reason = '';
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;

  constructor(
    readonly name: string,
    command: string,
    args: string[],
  ) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.on('error', () => undefined); // answers are then missing, which ready() reports
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits for the process to be up. @returns false when it cannot run here */
  async ready(): Promise<boolean> {
    const answer = await this.answer();
    this.description = typeof answer?.ready === 'string' ? answer.ready : '';
    this.reason = typeof answer?.error === 'string' ? answer.error : '';
    return this.description !== '';
  }

  /** Milliseconds per batch, or null when the contender cannot do the task. */
  async time(task: Task): Promise<number | null> {
    this.child.stdin.write(`${JSON.stringify(task)}\n`);
    const answer = await this.answer();
    return typeof answer?.ms === 'number' ? answer.ms : null;
  }

  stop(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private async answer(): Promise<Record<string, unknown> | null> {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) return null;
      if (value.startsWith('{')) return JSON.parse(value) as Record<string, unknown>;
    }
  }
}
