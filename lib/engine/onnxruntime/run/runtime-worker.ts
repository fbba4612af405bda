import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-common';
import type { NumericArray } from '../graph/value';
import type { Session, SessionFactory } from './session';

/** Longest wait for one answer of the worker, in milliseconds. */
const TIMEOUT_MS = 600_000;

/**
 * Opens sessions by the public interface of onnxruntime-web (WebAssembly, where onnxruntime-node has no binary) or of
 * onnxruntime-node (where its binding is not one that is known), with the same graphs. Their `run` is a promise only,
 * and TF.js must be able to read synchronously: it runs in a worker thread, and this thread sleeps until the worker has
 * answered.
 */
export class WorkerSessionFactory implements SessionFactory {
  /** Version of the runtime; known once a session was opened. */
  version = '';
  private readonly port: MessagePort;
  private readonly flag = new Int32Array(new SharedArrayBuffer(4));

  /** @throws if the runtime is not installed */
  constructor(
    private readonly runtime: 'onnxruntime-web' | 'onnxruntime-node',
    options: InferenceSession.SessionOptions,
    threads: number,
  ) {
    require.resolve(runtime);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData = { port: port2, signal: this.flag.buffer, runtime, threads, options };
    const worker = new Worker(join(__dirname, 'session-worker.cjs'), {
      workerData,
      transferList: [port2],
      execArgv: [],
    });
    worker.unref();
    port1.unref();
  }

  open(model: Uint8Array): Session {
    const { id, version } = this.ask('open', { model }) as { id: number; version: string };
    this.version = version;
    return {
      run: (feeds, outputs) => {
        const plain = Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          { type, data, dims },
        ]);
        const answer = this.ask('run', { id, feeds: Object.fromEntries(plain), outputs });
        return answer as Record<string, NumericArray>;
      },
      dispose: () => void this.ask('dispose', { id }),
    };
  }

  private ask(task: string, args: object): unknown {
    Atomics.store(this.flag, 0, 0);
    this.port.postMessage({ task, ...args });
    if (Atomics.wait(this.flag, 0, 0, TIMEOUT_MS) === 'timed-out') {
      throw new Error(`expected ${this.runtime} to answer within ${TIMEOUT_MS / 1000} s, it did not`);
    }
    const answer: { result?: unknown; error?: string } | undefined = receiveMessageOnPort(this.port)?.message;
    if (!answer) throw new Error(`expected an answer of ${this.runtime}, received none`);
    const { result, error } = answer;
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
