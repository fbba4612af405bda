import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RgbImage } from '../../image/index';
import type { Explanation, Prediction } from '../../models/index';
import { ApiError } from '../server/api-error';
import type { FromProcess, InferenceOptions, ModelInfo, ToProcess } from './inference-types';
import { RestartDelay } from './restart-delay';

/** No batch and no explanation takes this long unless something hangs. */
const CALL_TIMEOUT_MS = 120_000;

interface Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/**
 * The model in a process of its own: a computation, which blocks its thread, never keeps the server from answering, and
 * one that hangs, runs out of memory or crashes takes nothing else with it. (A worker thread cannot be ended while it
 * computes: onnxruntime then aborts the whole process.) A process that dies fails its open calls with 503 and is started
 * again.
 *
 * @example
 * const inference = new InferenceClient({ modelFolder: 'data/models/final', batchSizes: [1, 4] });
 * const { classNames } = await inference.ready();
 */
export class InferenceClient {
  private child: ChildProcess | null = null;
  private calls = new Map<number, Call>();
  private nextId = 1;
  private closed = false;
  private restartTimer: NodeJS.Timeout | null = null;
  private readonly restartDelay = new RestartDelay();
  private waiters: { resolve: (info: ModelInfo) => void; reject: (error: Error) => void }[] = [];
  /** Times that the process was started again. */
  restarts = 0;
  /** The served model, or null while it loads. */
  info: ModelInfo | null = null;
  /** What is being waited for, or why nothing can be served; one line for people. */
  status = 'starting';
  /** Set when the model cannot be loaded; then nothing is retried. */
  failure: string | null = null;

  constructor(
    private readonly options: InferenceOptions,
    private readonly onProgress: (message: string) => void = () => undefined,
  ) {
    this.start();
  }

  /** Number of the process that computes; undefined while there is none. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Resolves when the model is loaded and warm.
   *
   * @throws Error with the reason when it cannot be loaded, or when the client is closed before.
   */
  ready(): Promise<ModelInfo> {
    if (this.info) return Promise.resolve(this.info);
    if (this.failure) return Promise.reject(new Error(this.failure));
    if (this.closed) return Promise.reject(new Error('closed before the model was ready'));
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** Predictions for decoded photos, in their order. */
  classify(images: RgbImage[]): Promise<Prediction[]> {
    return this.call<Prediction[]>((id) => ({ type: 'classify', id, images }));
  }

  /** Where the model looked for `breed` (null: for its own first choice). */
  explain(image: RgbImage, breed: string | null): Promise<Explanation> {
    return this.call<Explanation>((id) => ({ type: 'explain', id, image, breed }));
  }

  /**
   * The loaded model's facts.
   *
   * @throws ApiError 503 `loading` while there is none.
   */
  require(): ModelInfo {
    if (this.info) return this.info;
    throw new ApiError(503, 'loading', `the model is not ready: ${this.failure ?? this.status}`, 5);
  }

  /** Ends the process; open calls fail. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.restartTimer) clearTimeout(this.restartTimer);
    for (const { reject } of this.waiters.splice(0)) reject(new Error('closed before the model was ready'));
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL'); // it holds nothing that has to be written
    await gone;
  }

  private async call<T>(message: (id: number) => ToProcess): Promise<T> {
    this.require();
    const { child } = this;
    const id = this.nextId++;
    // A computation that hangs ends with its process, which is then started again.
    const timer = setTimeout(() => child?.kill('SIGKILL'), CALL_TIMEOUT_MS);
    try {
      return await new Promise<T>((resolve, reject) => {
        this.calls.set(id, { resolve, reject });
        child?.send(message(id), () => undefined); // what cannot be sent fails when the process' end is seen
      });
    } finally {
      clearTimeout(timer);
    }
  }

  private start(): void {
    this.info = null;
    const child = fork(join(__dirname, 'inference-process.mjs'), [JSON.stringify(this.options)], {
      serialization: 'advanced',
      execArgv: process.execArgv.filter((arg) => /^--(max-|no-warnings|trace-)/.test(arg)),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    child.on('message', (message: FromProcess) => {
      if (this.child === child) this.receive(message); // else it died, and this is its last word
    });
    let over = false;
    const end = (how: string) => {
      if (over) return;
      over = true;
      if (this.child === child) this.lost(how);
    };
    child.on('error', (error) => {
      if (child.pid === undefined) end(`could not be started: ${error.message}`);
    });
    child.on('exit', (code, signal) =>
      end(signal ? `was ended by ${signal}` : `stopped with exit code ${code}`),
    );
  }

  private receive(message: FromProcess): void {
    if (message.type === 'progress') {
      this.say(message.message);
    } else if (message.type === 'ready') {
      this.info = message.info;
      this.status = 'ready';
      this.restartDelay.ready();
      for (const { resolve } of this.waiters.splice(0)) resolve(message.info);
    } else if (message.type === 'unavailable') {
      this.fail(message.message);
    } else {
      this.restartDelay.computed();
      const call = this.calls.get(message.id);
      this.calls.delete(message.id);
      if (message.type === 'failed') call?.reject(new Error(message.message));
      else call?.resolve(message.value as never);
    }
  }

  private say(message: string): void {
    this.status = message;
    this.onProgress(message);
  }

  private fail(message: string): void {
    this.failure = message;
    this.say(message);
    for (const { reject } of this.waiters.splice(0)) reject(new Error(message));
  }

  private lost(how: string): void {
    const doing = this.info ? '' : ` while: ${this.status}`;
    this.child = null;
    this.info = null;
    for (const { reject } of this.calls.values())
      reject(new ApiError(503, 'busy', `the process that computes ${how}: try again`, 5));
    this.calls.clear();
    if (this.closed || this.failure) return;
    const delayMs = this.restartDelay.afterDeath();
    if (delayMs === null) {
      this.fail(`the process that computes ${how}${doing}`);
      return;
    }
    this.restarts++;
    this.say(`the process that computes ${how}${doing}; starting it again`);
    this.restartTimer = setTimeout(() => this.start(), delayMs);
  }
}
