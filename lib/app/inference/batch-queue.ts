import { elementAt } from '../../base/index';
import { ApiError } from '../server/api-error';

/** Options of {@link BatchQueue}. */
export interface BatchQueueOptions {
  /** Places: items being read, waiting or computed. The next {@link BatchQueue.reserve} throws 503. */
  maxPending: number;
  /** Batch sizes that may run, e.g. `[1, 2, 4, 8]`: few sizes, because the engine keeps one graph for each. */
  batchSizes: number[];
  /** Longest wait in milliseconds from `add` to the start of its batch. */
  timeoutMs: number;
  /** Longest wait in milliseconds for reserved places that are still being read, when a batch could start. */
  gatherMs?: number;
  /** Told of each finished batch: its size and its seconds. */
  onBatch?: (size: number, seconds: number) => void;
}

interface Waiting<I, O> {
  item: I;
  deadline: number;
  signal?: AbortSignal;
  resolve: (value: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Bounded queue that turns single items into batches: while one batch runs, what arrives waits and forms the next. An
 * idle queue starts at once unless other reserved places are about to fill; a lone client never waits.
 *
 * @example
 * const queue = new BatchQueue(async (xs: number[]) => xs.map((x) => 2 * x), { maxPending: 8, batchSizes: [1, 4], timeoutMs: 1e4 });
 * const release = queue.reserve();
 * try { await queue.add(21); } finally { release(); }
 */
export class BatchQueue<I, O> {
  private readonly waiting: Waiting<I, O>[] = [];
  private readonly sizes: number[];
  private reserved = 0;
  private running = 0;
  private gather: NodeJS.Timeout | null = null;
  private idle: (() => void)[] = [];
  /** Moving average of the seconds one item takes, for Retry-After. */
  private secondsPerItem = 0.05;

  constructor(
    private readonly run: (items: I[]) => Promise<O[]>,
    private readonly options: BatchQueueOptions,
  ) {
    this.sizes = [...options.batchSizes].sort((a, b) => b - a);
    if (this.sizes.at(-1) !== 1)
      throw new Error(`expected batch sizes that include 1, received ${options.batchSizes}`);
  }

  /** Places taken: items being read, waiting or computed. */
  get pending(): number {
    return this.reserved;
  }

  /** Seconds, at least 1, until the present load is done. */
  get retryAfterS(): number {
    return Math.max(1, Math.ceil(this.reserved * this.secondsPerItem));
  }

  /**
   * Takes `count` places; call the returned function once when their answers are out.
   *
   * @throws ApiError 503 `busy` when fewer than `count` places are free.
   */
  reserve(count = 1): () => void {
    if (this.reserved + count > this.options.maxPending)
      throw new ApiError(
        503,
        'busy',
        `${this.reserved} photos are waiting, at most ${this.options.maxPending} may: try again in ${this.retryAfterS} s`,
        this.retryAfterS,
      );
    this.reserved += count;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.reserved -= count;
      if (this.reserved === 0) for (const wake of this.idle.splice(0)) wake();
      this.start();
    };
  }

  /**
   * Puts an item (with a reserved place) in line; resolves to its result.
   *
   * @throws ApiError 503 `timeout` when its batch did not start in time; the signal's reason when aborted before.
   */
  add(item: I, signal?: AbortSignal): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, signal, resolve, reject, deadline: Date.now() + this.options.timeoutMs });
      this.start();
    });
  }

  /** Resolves when no place is taken. */
  drained(): Promise<void> {
    return this.reserved === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  private dropLost(): void {
    const now = Date.now();
    for (const item of this.waiting.splice(0)) {
      const { deadline, signal, reject } = item;
      if (!signal?.aborted && deadline > now) {
        this.waiting.push(item);
        continue;
      }
      reject(
        signal?.aborted
          ? signal.reason
          : new ApiError(
              503,
              'timeout',
              `no answer within ${this.options.timeoutMs} ms: try again later`,
              this.retryAfterS,
            ),
      );
    }
  }

  private start(): void {
    if (this.running > 0) return;
    this.dropLost();
    if (this.waiting.length === 0) return;
    const others = this.reserved - this.waiting.length;
    if (others > 0 && this.waiting.length < Math.max(...this.sizes)) {
      this.gather ??= setTimeout(() => {
        this.gather = null;
        this.startNow();
      }, this.options.gatherMs ?? 8);
      return;
    }
    this.startNow();
  }

  private startNow(): void {
    if (this.gather) clearTimeout(this.gather);
    this.gather = null;
    if (this.running > 0 || this.waiting.length === 0) return;
    const size = this.sizes.find((s) => s <= this.waiting.length) ?? 1;
    void this.runBatch(this.waiting.splice(0, size));
  }

  private async runBatch(batch: Waiting<I, O>[]): Promise<void> {
    this.running++;
    const started = performance.now();
    try {
      const results = await this.run(batch.map(({ item }) => item));
      if (results.length !== batch.length)
        throw new Error(`expected ${batch.length} results of a batch, received ${results.length}`);
      for (const [i, { resolve }] of batch.entries()) resolve(elementAt(results, i));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      const seconds = (performance.now() - started) / 1000;
      this.secondsPerItem += 0.2 * (seconds / batch.length - this.secondsPerItem);
      this.options.onBatch?.(batch.length, seconds);
      this.running--;
      // The answered requests free their places first, so that the next batch does not wait for them.
      setImmediate(() => this.start());
    }
  }
}
