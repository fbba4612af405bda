import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RgbImage } from '../../image/index';
import type { Explanation, Prediction } from '../../models/index';
import { ApiError } from '../server/api-error';
import type { FromWorker, ModelInfo, ToWorker, WorkerOptions } from './inference-types';

/** No batch and no explanation takes this long unless something hangs. */
const CALL_TIMEOUT_MS = 120_000;

interface Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/**
 * The model in a worker thread, so that a computation (which blocks its thread) never keeps the server from answering.
 * A worker that dies fails its open calls and is started again.
 *
 * @example
 * const inference = new InferenceClient({ modelFolder: 'data/models/final', batchSizes: [1, 4] });
 * const { classNames } = await inference.ready();
 */
export class InferenceClient {
  private worker: Worker | null = null;
  private calls = new Map<number, Call>();
  private nextId = 1;
  private closed = false;
  private restarts = 0;
  private waiters: { resolve: (info: ModelInfo) => void; reject: (error: Error) => void }[] = [];
  /** The served model, or null while it loads. */
  info: ModelInfo | null = null;
  /** What is being waited for, or why nothing can be served; one line for people. */
  status = 'starting';
  /** Set when the model cannot be loaded; then nothing is retried. */
  failure: string | null = null;

  constructor(
    private readonly options: WorkerOptions,
    private readonly onProgress: (message: string) => void = () => undefined,
  ) {
    this.start();
  }

  /**
   * Resolves when the model is loaded and warm.
   *
   * @throws Error with the reason when it cannot be loaded.
   */
  ready(): Promise<ModelInfo> {
    if (this.info) return Promise.resolve(this.info);
    if (this.failure) return Promise.reject(new Error(this.failure));
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

  /** Ends the worker; open calls fail. */
  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
  }

  private call<T>(message: (id: number) => ToWorker): Promise<T> {
    this.require();
    const id = this.nextId++;
    const worker = this.worker!;
    return new Promise<T>((resolve, reject) => {
      // A computation that hangs ends with its worker, which is then started again.
      const timer = setTimeout(() => void worker.terminate(), CALL_TIMEOUT_MS);
      const done = () => clearTimeout(timer);
      this.calls.set(id, {
        resolve: (value) => {
          done();
          resolve(value);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      worker.postMessage(message(id));
    });
  }

  private start(): void {
    this.info = null;
    const worker = new Worker(join(__dirname, 'inference-worker.mjs'), {
      workerData: this.options,
      execArgv: process.execArgv.filter((arg) => /^--(max-|no-warnings|trace-)/.test(arg)),
    });
    this.worker = worker;
    worker.on('message', (message: FromWorker) => this.receive(message));
    worker.on('error', (error) => this.say(`the inference worker failed: ${error.message}`));
    worker.on('exit', (code) => {
      if (this.worker === worker) this.lost(code);
    });
  }

  private receive(message: FromWorker): void {
    if (message.type === 'progress') {
      this.say(message.message);
    } else if (message.type === 'ready') {
      this.info = message.info;
      this.status = 'ready';
      for (const { resolve } of this.waiters.splice(0)) resolve(message.info);
    } else if (message.type === 'unavailable') {
      this.fail(message.message);
    } else {
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

  private lost(code: number): void {
    const wasReady = this.info !== null;
    this.info = null;
    for (const { reject } of this.calls.values())
      reject(new ApiError(503, 'busy', 'the inference worker stopped while it computed: try again', 5));
    this.calls.clear();
    if (this.closed || this.failure) return;
    if (!wasReady || this.restarts >= 5) {
      this.fail(`the inference worker stopped with code ${code}: ${this.status}`);
      return;
    }
    this.restarts++;
    this.say(`the inference worker stopped with code ${code}; starting it again (${this.restarts} of 5)`);
    this.start();
  }
}
