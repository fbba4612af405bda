import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Dealer, Subscriber } from 'zeromq';
import { fromRoot } from '../../base/index';
import { createConnection } from './connection';
import { createMessage, decodeMessage, encodeMessage, type Message } from './messages';

/** The kernel process ended while it was needed. */
export class KernelDiedError extends Error {
  override name = 'KernelDiedError';
}

/** What a cell's execution came to. */
export interface ExecuteReply {
  status: 'ok' | 'error' | 'aborted';
  execution_count?: number;
  user_expressions?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

/** Fields of an `execute_request` that differ from the usual ones. */
export interface ExecuteOptions {
  silent?: boolean;
  store_history?: boolean;
  stop_on_error?: boolean;
  user_expressions?: Record<string, string>;
}

/** A running kernel; see {@link startKernel}. */
export interface Kernel {
  pid: number;
  /**
   * Runs one cell; resolves when the kernel has replied and is idle again.
   *
   * @throws KernelDiedError when the process ends first
   */
  execute(code: string, options?: ExecuteOptions): { id: string; done: Promise<ExecuteReply> };
  /** Sends another request, e.g. `complete_request`; resolves with the content of its reply. */
  request(
    type: string,
    content: Record<string, unknown>,
    channel?: 'shell' | 'control',
  ): Promise<Record<string, unknown>>;
  /** Stops the running cell. */
  interrupt(): Promise<void>;
  /** Resident memory of the kernel at its highest, in bytes; 0 where the system does not tell (not Linux). */
  peakMemoryBytes(): number;
  /** Ends the kernel: asks it, waits `graceMs`, then kills it and all its children. */
  shutdown(graceMs?: number): Promise<void>;
  /** Ends the kernel and its children at once. */
  kill(): void;
}

const KERNEL_START_TIMEOUT_MS = 120_000;

/** Peak and present resident memory of a process on Linux. */
function memoryBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Why a process ended, for people: exit code or signal, the usual cause, the last lines it wrote. */
function describeExit(child: ChildProcess, peakBytes: number, tail: string): string {
  const memory = peakBytes > 0 ? ` It had used up to ${(peakBytes / 2 ** 30).toFixed(2)} GiB of memory.` : '';
  const heap = /JavaScript heap out of memory/.test(tail);
  let why = `the kernel process ended with exit code ${child.exitCode}.${memory}`;
  if (heap)
    why = `the kernel ran out of JavaScript heap.${memory} Keep less in memory, or raise the limit: NODE_OPTIONS=--max-old-space-size=8192 (MiB).`;
  else if (child.signalCode === 'SIGKILL')
    why = `the kernel was killed (SIGKILL), which is what Linux does when memory runs out.${memory} Use fewer or smaller photos, a smaller batch, or a machine with more memory.`;
  else if (child.signalCode) why = `the kernel process was ended by ${child.signalCode}.${memory}`;
  const last = tail.trim().split('\n').slice(-8).join('\n');
  return last ? `${why}\nIts last words:\n${last}` : why;
}

/**
 * Starts the project's tslab kernel on a connection file of its own and speaks the Jupyter protocol with it.
 * The kernel runs in a process group of its own, and ends by itself when this process goes away.
 *
 * @param options.onMessage receives every iopub message (streams, displays, errors, status)
 * @param options.onInput answers `input()` in cells; without it cells cannot ask
 * @param options.env variables added to the kernel's environment
 * @param options.nodeOptions flags for the kernel's Node.js, e.g. `['--max-old-space-size=512']`
 * @throws KernelDiedError when the process ends before it answers; Error when it does not answer in 2 minutes
 *
 * @example
 * const kernel = await startKernel({ onMessage: (message) => console.log(message.content) });
 * const reply = await kernel.execute('1 + 1').done;
 * await kernel.shutdown();
 */
export async function startKernel(options: {
  onMessage: (message: Message) => void;
  onInput?: (prompt: string, password: boolean) => string;
  env?: Record<string, string>;
  nodeOptions?: string[];
}): Promise<Kernel> {
  const { connection, file, remove } = await createConnection();
  const session = randomUUID();
  const launcher = fromRoot('lib', 'notebook', 'kernel', 'kernel-launcher.cjs');
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), launcher, file], {
    cwd: fromRoot(),
    env: { ...process.env, ...options.env, DOGBREEDS_HEADLESS: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let tail = '';
  const keepTail = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keepTail);
  child.stderr.on('data', keepTail);
  child.stdin.on('error', () => {});

  const killGroup = () => {
    if (child.pid === undefined) return;
    try {
      // The whole group: programs that a cell started end too. Windows has no groups.
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, memoryBytes(child.pid ?? 0));
  }, 500);
  watch.unref();
  let died: KernelDiedError | null = null;
  const waiting = new Map<string, { resolve: (reply: Message) => void; reject: (error: Error) => void }>();
  const idle = new Map<string, () => void>();
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      clearInterval(watch);
      died = new KernelDiedError(describeExit(child, peakBytes, tail));
      for (const { reject } of waiting.values()) reject(died);
      waiting.clear();
      killGroup();
      remove();
      resolve();
    });
    child.once('error', (error) => {
      tail += error.message;
    });
  });
  process.once('exit', killGroup);

  const address = (port: number) => `tcp://127.0.0.1:${port}`;
  const shell = new Dealer({ linger: 0, receiveHighWaterMark: 0 });
  const control = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  // The kernel asks whom it was asked by: the same identity on both sockets.
  shell.routingId = session;
  const stdin = new Dealer({ linger: 0, routingId: session });
  shell.connect(address(connection.shell_port));
  control.connect(address(connection.control_port));
  stdin.connect(address(connection.stdin_port));
  iopub.connect(address(connection.iopub_port));
  iopub.subscribe();
  const listen = async (socket: Dealer | Subscriber, receive: (message: Message) => void) => {
    for await (const frames of socket) receive(decodeMessage(frames, connection.key));
  };
  const onReply = (message: Message) => {
    const id = message.parent_header.msg_id ?? '';
    waiting.get(id)?.resolve(message);
    waiting.delete(id);
  };
  const ignoreClosed = () => {};
  listen(shell, onReply).catch(ignoreClosed);
  listen(control, onReply).catch(ignoreClosed);
  listen(stdin, ({ content }) => {
    const value = options.onInput?.(String(content.prompt), content.password === true) ?? '';
    stdin
      .send(encodeMessage(createMessage('input_reply', { value }, session), connection.key))
      .catch(ignoreClosed);
  }).catch(ignoreClosed);
  listen(iopub, (message) => {
    const id = message.parent_header.msg_id ?? '';
    options.onMessage(message);
    if (message.header.msg_type === 'status' && message.content.execution_state === 'idle') {
      idle.get(id)?.();
      idle.delete(id);
    }
  }).catch(ignoreClosed);

  /** Sends a request; resolves with its reply when the kernel is idle again too. */
  const request = async (socket: Dealer, message: Message): Promise<Message> => {
    if (died) throw died;
    const id = message.header.msg_id;
    const idled = new Promise<void>((resolve) => {
      idle.set(id, resolve);
    });
    const replied = new Promise<Message>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    await socket.send(encodeMessage(message, connection.key));
    const reply = await replied;
    await Promise.race([idled, exited]);
    return reply;
  };

  const closeSockets = () => {
    for (const socket of [shell, control, iopub, stdin]) socket.close();
  };
  const kernel: Kernel = {
    pid: child.pid ?? 0,
    execute(
      code,
      { silent = false, store_history = true, stop_on_error = true, user_expressions = {} } = {},
    ) {
      const flags = { silent, store_history, stop_on_error, user_expressions };
      const content = { code, ...flags, allow_stdin: options.onInput !== undefined };
      const message = createMessage('execute_request', content, session);
      const done = request(shell, message).then((reply) => reply.content as unknown as ExecuteReply);
      return { id: message.header.msg_id, done };
    },
    async request(type, content, channel = 'shell') {
      const reply = await request(
        channel === 'shell' ? shell : control,
        createMessage(type, content, session),
      );
      return reply.content;
    },
    async interrupt() {
      await request(control, createMessage('interrupt_request', {}, session));
    },
    peakMemoryBytes: () => Math.max(peakBytes, memoryBytes(child.pid ?? 0)),
    async shutdown(graceMs = 3000) {
      if (!died) {
        const message = createMessage('shutdown_request', { restart: false }, session);
        control.send(encodeMessage(message, connection.key)).catch(ignoreClosed);
        const timer = setTimeout(killGroup, graceMs);
        await exited;
        clearTimeout(timer);
      }
      process.removeListener('exit', killGroup);
      closeSockets();
    },
    kill: killGroup,
  };

  // iopub is a broadcast: a subscriber that joins late misses messages. Ask until an answer comes on both.
  const deadline = Date.now() + KERNEL_START_TIMEOUT_MS;
  for (let answered = false; !answered; ) {
    const asked = request(shell, createMessage('kernel_info_request', {}, session)).then(() => true);
    const pause = new Promise<boolean>((resolve) => setTimeout(resolve, 300, false));
    asked.catch(ignoreClosed);
    answered = await Promise.race([asked, pause, exited.then(() => false)]);
    if (answered) break;
    if (died || Date.now() > deadline) {
      const late = new Error(`expected the kernel to answer within 2 minutes, it did not. ${tail}`);
      await kernel.shutdown(0);
      throw died ?? late;
    }
  }
  return kernel;
}
