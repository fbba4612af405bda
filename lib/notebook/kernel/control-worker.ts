import { Session } from 'node:inspector';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Reply, Router } from 'zeromq';
import type { Connection } from './connection';
import { createReply, decodeRequest, encodeMessage, type Message, type Request } from './messages';

/**
 * The kernel's control channel, heartbeat and the ends of its shell channel, in a thread of their own: they are heard
 * while a cell computes without a pause, and can stop it. VS Code sends its interrupts on the shell channel; what else
 * comes there is handed to the main thread.
 */
export interface ControlData {
  connection: Connection;
  /** Content of the reply to `kernel_info_request`. */
  info: Record<string, unknown>;
  /**
   * [0]: interrupts that the main thread has taken note of; [1]: work under way that keeps what it has; [2]: the
   * process is about to end; [3]: this thread has closed its sockets.
   */
  flags: Int32Array;
}

/** What the control channel tells the main thread. */
export type ControlMessage =
  | { type: 'status'; state: 'busy' | 'idle'; request: Message }
  | { type: 'interrupt' }
  /** A request on the shell channel, as frames. */
  | { type: 'shell'; frames: Uint8Array[] }
  /** A loop that never yielded was stopped there. */
  | { type: 'stopped'; url: string; line: number; column: number }
  | { type: 'shutdown' };

/** A main thread that has not taken note by then computes without a pause. */
const PATIENCE_MS = 500;
/** A batch of a training may take longer; it is not torn. */
const BATCH_PATIENCE_MS = 20_000;
const SHUTDOWN_MS = 1500;
const PARENT_MS = 1000;

/** What the main thread answers on the shell channel, as frames. */
export type ShellReply = (string | Uint8Array)[];

const { connection, info, flags } = workerData as ControlData;
const tell = (message: ControlMessage) => parentPort?.postMessage(message);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Stops what the main thread runs, however it runs, with V8's debugger; tells where it was. */
async function terminate(): Promise<void> {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connectToMainThread();
  // Answers of the other thread are only delivered while this one's event loop turns.
  const awake = setInterval(() => {}, 10);
  const paused = new Promise<void>((resolve) => {
    session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => {
      const frames = params.callFrames.map(({ location }) => ({
        ...location,
        url: urls.get(location.scriptId) ?? '',
      }));
      const frame =
        frames.find(({ url }) => url.startsWith('In[')) ?? frames.find(({ url }) => url.startsWith('/'));
      if (frame)
        tell({
          type: 'stopped',
          url: frame.url,
          line: frame.lineNumber + 1,
          column: (frame.columnNumber ?? 0) + 1,
        });
      session.post('Runtime.terminateExecution', () => resolve());
      session.post('Debugger.resume');
    });
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  await Promise.race([paused, pause(5000)]);
  clearInterval(awake);
  session.disconnect();
}

async function interrupt(): Promise<void> {
  const before = Atomics.load(flags, 0);
  tell({ type: 'interrupt' });
  const since = Date.now();
  const patience = () => (Atomics.load(flags, 1) > 0 ? BATCH_PATIENCE_MS : PATIENCE_MS);
  while (Atomics.load(flags, 0) === before) {
    if (Date.now() - since > patience()) return terminate();
    await pause(20);
  }
}

const control = new Router({ linger: 1000 });
const heartbeat = new Reply({ linger: 0 });
// Without limits on what waits: no request and no reply is dropped.
const shell = new Router({ linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0, sendTimeout: 0 });
const ignoreClosed = () => {};
const sendReply = (frames: ShellReply) => shell.send(frames).catch(ignoreClosed);

/** A message of a client; null where it is not signed by it, or not whole: nothing that could be answered. */
function readRequest(frames: Buffer[]): Request | null {
  try {
    return decodeRequest(frames, connection.key);
  } catch (error) {
    process.emitWarning(`a message was ignored: ${(error as Error).message}`);
    return null;
  }
}

async function serveShell(): Promise<void> {
  await shell.bind(`${connection.transport}://${connection.ip}:${connection.shell_port}`);
  for await (const frames of shell) {
    const request = readRequest(frames as Buffer[]);
    if (!request) continue;
    if (request.header.msg_type !== 'interrupt_request') {
      tell({ type: 'shell', frames: frames as Buffer[] });
      continue;
    }
    tell({ type: 'status', state: 'busy', request });
    interrupt();
    const reply = createReply(request, 'interrupt_reply', { status: 'ok' });
    sendReply([...request.identities, ...encodeMessage(reply, connection.key)]);
    tell({ type: 'status', state: 'idle', request });
  }
}

async function serveControl(): Promise<void> {
  const socket = control;
  await socket.bind(`${connection.transport}://${connection.ip}:${connection.control_port}`);
  for await (const frames of socket) {
    const request = readRequest(frames as Buffer[]);
    if (!request) continue;
    const reply = (type: string, content: Record<string, unknown>) =>
      socket.send([
        ...request.identities,
        ...encodeMessage(createReply(request, type, { status: 'ok', ...content }), connection.key),
      ]);
    tell({ type: 'status', state: 'busy', request });
    switch (request.header.msg_type) {
      case 'kernel_info_request':
        await reply('kernel_info_reply', info);
        break;
      case 'interrupt_request':
        interrupt();
        await reply('interrupt_reply', {});
        break;
      case 'shutdown_request':
        await reply('shutdown_reply', { restart: request.content.restart === true });
        tell({ type: 'shutdown' });
        // A main thread that never yields does not hear it.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), SHUTDOWN_MS);
        break;
      default:
        await reply(request.header.msg_type.replace(/_request$/, '_reply'), {
          status: 'error',
          ename: 'NotImplemented',
          evalue: `this kernel has no answer to ${request.header.msg_type}`,
          traceback: [],
        });
    }
    tell({ type: 'status', state: 'idle', request });
  }
}

async function serveHeartbeat(): Promise<void> {
  const socket = heartbeat;
  await socket.bind(`${connection.transport}://${connection.ip}:${connection.hb_port}`);
  for await (const frames of socket) await socket.send(frames);
}

/** A socket that is open when the process ends (`process.exit()` in a cell) would abort it. */
async function closeInTime(): Promise<void> {
  await (Atomics as unknown as { waitAsync: (...given: unknown[]) => { value: Promise<unknown> } }).waitAsync(
    flags,
    2,
    0,
  ).value;
  // replies that the main thread gave before it ended
  for (
    let next = parentPort && receiveMessageOnPort(parentPort);
    next;
    next = parentPort && receiveMessageOnPort(parentPort)
  )
    sendReply(next.message);
  for (const socket of [control, heartbeat, shell]) socket.close();
  Atomics.store(flags, 3, 1);
  Atomics.notify(flags, 3);
}

/**
 * Ends the process when who started it is gone, however it went (`kill -9`): nobody could stop it any more. Jupyter's
 * clients ask for that by JPY_PARENT_PID, the runner by its own name.
 */
function endWithParent(): void {
  if (!process.env.JPY_PARENT_PID && process.env.DOGBREEDS_HEADLESS !== '1') return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), PARENT_MS).unref();
}

parentPort?.on('message', sendReply);
endWithParent();
serveShell().catch(ignoreClosed);
serveControl().catch(ignoreClosed);
serveHeartbeat().catch(ignoreClosed);
closeInTime();
