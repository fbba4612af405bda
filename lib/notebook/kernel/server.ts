import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Router } from 'zeromq';
import type { Connection } from './connection';
import type { CellError } from './describe-error';
import { joinStreams } from './join-streams';
import { createReply, decodeRequest, encodeMessage, type Message, type Request } from './messages';

type Content = Record<string, unknown>;

/** What an `execute_request` came to. */
export interface Executed {
  error: CellError | null;
  executionCount: number;
  /** Values of `user_expressions`. */
  expressions?: Content;
}

/** What the kernel does with requests; the server knows the protocol only. */
export interface Handler {
  info: Content;
  execute(content: Content, cell: { hasInput: boolean }): Promise<Executed>;
  /** Answers of the other requests, by type without `_request`. */
  answers: Record<string, (content: Content) => Promise<Content> | Content>;
}

/** The sockets of a kernel; see {@link serveKernel}. */
export interface Server {
  /** Publishes under the cell that runs or ran last. */
  publish(type: string, content: Content, parent?: Message): void;
  write(name: 'stdout' | 'stderr', text: string): void;
  flush(): void;
  /** Asks the person who runs the cell. @throws Error when the client cannot ask */
  input(prompt: string, password: boolean): Promise<string>;
  /** The cell that runs or ran last. */
  parent(): Request | null;
  close(): void;
}

/** Requests that arrive within this time of a failure were sent before the client knew of it. */
const DRAIN_MS = 15;

/** The shell channel, which another thread reads: an interrupt is heard there while this one computes. */
export interface ShellLink {
  /** Hands over what comes, from the first message on. */
  listen(receive: (frames: Buffer[]) => void): void;
  send(frames: (string | Buffer)[]): void;
}

/**
 * Serves Jupyter's shell, iopub and stdin channels (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 * Cells run one after the other; other requests are answered meanwhile.
 */
export async function serveKernel(
  connection: Connection,
  shell: ShellLink,
  handler: Handler,
  onShutdown: () => void,
): Promise<Server> {
  const { key } = connection;
  // Without limits on what waits: no output is dropped, however fast it comes.
  const iopub = new Publisher({ linger: 1000, sendHighWaterMark: 0, sendTimeout: 0 });
  const stdin = new Router({ linger: 0, sendHighWaterMark: 0, sendTimeout: 0 });
  const address = (port: number) => `${connection.transport}://${connection.ip}:${port}`;
  let current: Request | null = null;
  let executing: Request | null = null;
  const queue: Request[] = [];
  let asked: ((value: string) => void) | null = null;

  let closed = false;
  const publishNow = (type: string, content: Content, parent: Message | null) => {
    if (closed) return;
    const message = parent ? createReply(parent, type, content) : null;
    if (message) iopub.send([type, ...encodeMessage(message, key)]).catch(() => {});
  };
  const streams = joinStreams((name, text) => publishNow('stream', { name, text }, current));
  const publish = (type: string, content: Content, parent: Message | null = current) => {
    streams.flush();
    publishNow(type, content, parent);
  };
  const reply = (request: Request, type: string, content: Content) => {
    if (closed) return;
    const frames = encodeMessage(createReply(request, type, content), key);
    shell.send([...request.identities, ...frames]);
  };
  const status = (state: 'busy' | 'idle', request: Message) =>
    publish('status', { execution_state: state }, request);

  const execute = async (request: Request) => {
    const { content } = request;
    executing = request;
    status('busy', request);
    current = request;
    const { error, executionCount, expressions } = await handler.execute(content, {
      hasInput: content.allow_stdin === true,
    });
    const base = { execution_count: executionCount, user_expressions: expressions ?? {}, payload: [] };
    let aborted: Request[] = [];
    if (error) {
      if (content.silent !== true) publish('error', { ...error }, request);
      if (content.stop_on_error !== false && content.silent !== true) {
        await sleep(DRAIN_MS);
        aborted = queue.splice(0);
      }
    }
    streams.flush();
    reply(
      request,
      'execute_reply',
      error ? { ...base, status: 'error', ...error } : { ...base, status: 'ok' },
    );
    status('idle', request);
    for (const queued of aborted) {
      status('busy', queued);
      reply(queued, 'execute_reply', { status: 'aborted', execution_count: executionCount });
      status('idle', queued);
    }
    executing = null;
  };
  const work = async () => {
    if (executing) return;
    for (let next = queue.shift(); next; next = queue.shift()) await execute(next);
  };

  const answer = async (request: Request) => {
    const type = request.header.msg_type;
    if (type === 'execute_request') {
      queue.push(request);
      work();
      return;
    }
    status('busy', request);
    const name = type.replace(/_request$/, '');
    if (type === 'comm_open') publish('comm_close', { comm_id: request.content.comm_id, data: {} }, request);
    const find = handler.answers[name];
    if (find) {
      const content = await Promise.resolve()
        .then(() => find(request.content))
        .catch((error: Error) => ({
          status: 'error',
          ename: error.name,
          evalue: error.message,
          traceback: [],
        }));
      reply(request, `${name}_reply`, { status: 'ok', ...content });
    }
    status('idle', request);
    // Clients take the last status for the kernel's: a cell is still running.
    if (executing) status('busy', executing);
    if (type === 'shutdown_request') onShutdown();
  };

  const handle = (frames: Buffer[], receive: (request: Request) => void) => {
    try {
      receive(decodeRequest(frames, key));
    } catch (error) {
      // Not ours, or not whole: nothing that could be answered.
      process.emitWarning(`a message was ignored: ${(error as Error).message}`);
    }
  };
  const takeInput = async () => {
    for await (const frames of stdin)
      handle(frames as Buffer[], ({ header, content }) => {
        if (header.msg_type === 'input_reply') asked?.(String(content.value ?? ''));
      });
  };
  await Promise.all([iopub.bind(address(connection.iopub_port)), stdin.bind(address(connection.stdin_port))]);
  takeInput().catch(() => {}); // closed
  shell.listen((frames) => handle(frames, answer));

  return {
    publish: (type, content, parent) => publish(type, content, parent ?? current),
    write: streams.write,
    flush: streams.flush,
    parent: () => current,
    async input(prompt, password) {
      const request = executing;
      if (request?.content.allow_stdin !== true)
        throw new Error('input(): nobody can be asked here, the client that runs this cell takes no input');
      streams.flush();
      const message = createReply(request, 'input_request', { prompt, password });
      await stdin.send([...request.identities, ...encodeMessage(message, key)]);
      return new Promise((resolve) => {
        asked = resolve;
      });
    },
    close() {
      closed = true;
      for (const socket of [iopub, stdin]) socket.close();
    },
  };
}
