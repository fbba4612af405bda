import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { elementAt, fromRoot } from '../../lib/base/index';
import { type Connection, createConnection } from '../../lib/notebook/kernel/connection';
import { installKernel } from '../../lib/notebook/kernel/kernel-spec';
import {
  createMessage,
  decodeMessage,
  encodeMessage,
  type Message,
} from '../../lib/notebook/kernel/messages';
import { pressTab } from '../support/press-tab';
import { temporaryFolder } from '../support/temporary-folder';

type Channel = 'shell' | 'control' | 'stdin';
type Content = Record<string, unknown>;

/**
 * What VS Code's Jupyter extension does with a kernel that it starts itself (microsoft/vscode-jupyter,
 * src/kernels/raw: kernelProcess, rawSocket, rawKernelConnection): it runs the kernelspec's command in the notebook's
 * folder, waits until the shell and iopub ports are taken, opens three dealers under one identity, and sends Stop as
 * `interrupt_request` on the shell channel.
 */
async function startAsVsCode(kernelFile: string) {
  const { argv, interrupt_mode } = JSON.parse(await readFile(kernelFile, 'utf8'));
  assert.equal(interrupt_mode, 'message');
  const { connection, file, remove } = await createConnection();
  const [command = '', ...rest] = argv.map((part: string) => part.replace('{connection_file}', file));
  const child = spawn(command, rest, { cwd: fromRoot('notebooks'), stdio: ['ignore', 'pipe', 'pipe'] });
  await Promise.all([portTaken(connection.shell_port), portTaken(connection.iopub_port)]);
  const client = speak(connection);
  await client.ready();
  return { child, ...client, end: () => endOf(child, client.close, remove) };
}

async function portTaken(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (taken) return;
    await sleep(100);
  }
  throw new Error(`nobody listens on port ${port}`);
}

/** Restart and close kill the process; what it had started must not stay. */
async function endOf(child: ChildProcess, close: () => void, remove: () => void): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  close();
  remove();
}

function speak({ ip, key, ...connection }: Connection) {
  const session = randomUUID();
  const open = (channel: Channel) => {
    const dealer = new Dealer({
      routingId: session,
      linger: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
    });
    dealer.connect(`tcp://${ip}:${connection[`${channel}_port`]}`);
    return dealer;
  };
  const channels = { shell: open('shell'), control: open('control'), stdin: open('stdin') };
  const iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  iopub.connect(`tcp://${ip}:${connection.iopub_port}`);
  iopub.subscribe();
  const published: Message[] = [];
  const replies = new Map<string, Content>();
  const asked: Content[] = [];
  const listen = async (socket: Dealer | Subscriber, take: (message: Message) => void) => {
    for await (const frames of socket) take(decodeMessage(frames as Buffer[], key));
  };
  const keep = (message: Message) => replies.set(message.parent_header.msg_id ?? '', message.content);
  for (const channel of ['shell', 'control'] as const) listen(channels[channel], keep).catch(() => {});
  listen(channels.stdin, ({ content }) => asked.push(content)).catch(() => {});
  listen(iopub, (message) => published.push(message)).catch(() => {});

  const of = (id: string) => published.filter(({ parent_header }) => parent_header.msg_id === id);
  async function until<T>(what: string, find: () => T | undefined | false): Promise<T> {
    for (let tries = 0; tries < 1200; tries += 1) {
      const found = find();
      if (found) return found;
      await sleep(50);
    }
    throw new Error(`expected ${what} within a minute, it did not come`);
  }
  async function send(channel: Channel, type: string, content: Content, metadata: Content = {}) {
    const message = { ...createMessage(type, content, session), metadata };
    await channels[channel].send(encodeMessage(message, key));
    return message.header.msg_id;
  }
  /** A request is done when its reply and its idle have come: JupyterLab's futures, which VS Code uses. */
  async function done(id: string): Promise<Content> {
    const reply = await until(`the reply to ${id}`, () => replies.get(id));
    await until(`the idle of ${id}`, () => of(id).some(({ content }) => content.execution_state === 'idle'));
    return reply;
  }
  const ask = async (channel: Channel, type: string, content: Content, metadata?: Content) =>
    done(await send(channel, type, content, metadata));
  const cell = (
    code: string,
    extra: Content = {},
    cellId = 'vscode-notebook-cell:/a.ipynb#W0sZmlsZQ%3D%3D',
  ) =>
    send(
      'shell',
      'execute_request',
      {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: true,
        stop_on_error: false,
        ...extra,
      },
      { cellId },
    );
  /** On iopub a subscriber that joins late misses messages: it asks until an answer comes on both. */
  async function ready(): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      const id = await send('shell', 'kernel_info_request', {});
      await sleep(300);
      if (replies.has(id) && of(id).length > 0) return;
    }
    throw new Error('expected the kernel to answer within a minute, it did not');
  }
  const close = () => {
    for (const socket of [...Object.values(channels), iopub]) socket.close();
  };
  return { send, ask, done, cell, of, until, asked, published, ready, close };
}

test("VS Code's way with the kernel", async (t) => {
  const it = (name: string, run: () => Promise<void> | void) => t.test(name, run);
  const kernelFile = join(await installKernel({ prefix: await temporaryFolder(t) }), 'kernel.json');
  let client = await startAsVsCode(kernelFile);
  t.after(() => client.end());

  await it('start: kernel_info, comm_info, and code of its own that leaves no trace', async () => {
    const info = await client.ask('shell', 'kernel_info_request', {});
    assert.equal((info.language_info as Content).name, 'typescript');
    assert.deepEqual(await client.ask('shell', 'comm_info_request', {}), { status: 'ok', comms: {} });
    const own = { silent: true, store_history: false, allow_stdin: false };
    const id = await client.cell("console.log('of the editor');", own);
    assert.equal((await client.done(id)).status, 'ok');
    assert.deepEqual(
      client.of(id).filter(({ header }) => header.msg_type === 'execute_input'),
      [],
    );
    const reply = await client.ask('shell', 'execute_request', {
      code: '1',
      silent: false,
      store_history: true,
      allow_stdin: false,
      stop_on_error: true,
    });
    assert.equal(reply.execution_count, 1);
  });

  await it("a cell of a notebook finds the project's library from the notebook's folder", async () => {
    const id = await client.cell(
      "import { displayName } from './lib/base/index';\ndisplayName('wire-haired_fox_terrier')",
    );
    const reply = await client.done(id);
    assert.equal(reply.status, 'ok', JSON.stringify(reply));
    const result = client.of(id).find(({ header }) => header.msg_type === 'execute_result');
    assert.match(JSON.stringify(result?.content.data), /wire-haired fox terrier/i);
  });

  for (const [kind, code] of [
    ['waits', 'await new Promise((resolve) => setTimeout(resolve, 600_000));'],
    ['computes without a pause', 'for (let i = 0; ; i += 1) Math.sqrt(i);'],
  ] as const)
    await it(`Stop of a cell that ${kind} is obeyed and answered, and the kernel goes on`, async () => {
      const id = await client.cell(code);
      await client.until('the cell to begin', () =>
        client.of(id).some(({ header }) => header.msg_type === 'execute_input'),
      );
      await sleep(300);
      const stopped = await client.ask('shell', 'interrupt_request', {});
      assert.equal(stopped.status, 'ok');
      const reply = await client.done(id);
      assert.equal(reply.status, 'error');
      assert.match(String(reply.evalue), /the cell was stopped/);
      assert.equal((await client.done(await client.cell('2 + 2'))).status, 'ok');
    });

  await it('input() asks under the identity that all three channels share', async () => {
    const id = await client.cell("const name = await input('Whose photo? ');\nname");
    const question = await client.until('the question', () => client.asked.at(-1));
    assert.deepEqual(question, { prompt: 'Whose photo? ', password: false });
    await client.send('stdin', 'input_reply', { value: 'Rex', status: 'ok' });
    assert.equal((await client.done(id)).status, 'ok');
    assert.match(JSON.stringify(client.of(id).map(({ content }) => content)), /Rex/);
  });

  await it('completion, inspection, completeness and history are answered; the debugger is refused', async () => {
    const code = "const chien = ['🐕'];\nchien.toSo";
    const complete = await pressTab(code, (place) => client.ask('shell', 'complete_request', place));
    assert.ok((complete.matches as string[]).includes('toSorted'), JSON.stringify(complete));
    const inspect = await client.ask('shell', 'inspect_request', {
      code: 'Math.max(',
      cursor_pos: 9,
      detail_level: 0,
    });
    assert.equal(inspect.found, true);
    const whole = await client.ask('shell', 'is_complete_request', { code: 'for (;;) {' });
    assert.equal(whole.status, 'incomplete');
    const asked = { output: false, raw: true, hist_access_type: 'tail', n: 1 };
    const history = await client.ask('shell', 'history_request', asked);
    assert.equal((history.history as unknown[]).length, 1);
    const request = { type: 'request', command: 'debugInfo', seq: 1, arguments: {} };
    const debug = await client.ask('control', 'debug_request', request);
    assert.deepEqual([debug.status, debug.ename], ['error', 'NotImplemented']);
  });

  await it('a figure and a progress line come as messages that its notebook view can update', async () => {
    const id = await client.cell(
      "await display({ a: 1 }, { id: 'one' });\nawait display({ a: 2 }, { id: 'one', update: true });",
    );
    assert.equal((await client.done(id)).status, 'ok');
    const shown = client.of(id).filter(({ header }) => header.msg_type.endsWith('display_data'));
    assert.deepEqual(
      shown.map(({ header }) => header.msg_type),
      ['display_data', 'update_display_data'],
    );
    for (const { content } of shown) assert.deepEqual(content.transient, { display_id: 'one' });
  });

  await it("a figure's own part is under 50 kB for 1,000 points, beside Plotly, which only the first figure brings", async () => {
    const points =
      "import { showFigure } from './lib/figures/display/show';\nconst y = Array.from({ length: 1000 }, () => Math.random());\nconst x = y.map((value) => value + Math.random());\n";
    const show = (mode: string) =>
      `${points}showFigure({ data: [{ mode: '${mode}', x${mode === 'lines' ? ': y.map((_, i) => i)' : ''}, y }], layout: {}, alt: 'noise' });`;
    // as a notebook's file has it: each number of a list, each line of a script on a line of its own
    const kilobytes = (message: Message) => {
      const lines = JSON.stringify(message.content.data, null, 1).replaceAll('\n', '\n      ');
      return lines.replaceAll('\\n', '\\n",\n        "').length / 1000;
    };
    const run = async (mode: string, place: string) => {
      const id = await client.cell(show(mode), {}, place);
      assert.equal((await client.done(id)).status, 'ok');
      const shown = client.of(id).filter(({ header }) => header.msg_type.endsWith('display_data'));
      const plotly = shown.filter((message) => kilobytes(message) > 1000);
      // the picture comes as an update of the figure, in its place
      const nameOf = ({ content }: Message) => (content.transient as { display_id?: string }).display_id;
      const last = new Map(shown.map((message, i) => [nameOf(message) ?? i, message]));
      const own = [...last.values()].filter((message) => !plotly.includes(message));
      const parts = own.flatMap(({ content }) => Object.keys(content.data as object));
      for (const type of ['image/png', 'application/vnd.plotly.v1+json', 'application/javascript'])
        assert.ok(parts.includes(type), type);
      const sum = own.reduce((all, message) => all + kilobytes(message), 0);
      assert.ok(sum < 50, `${mode}: ${sum} kB`);
      return plotly.length;
    };
    assert.equal(await run('markers', 'first'), 1);
    assert.equal(await run('lines', 'second'), 0);
    // the output that had Plotly is gone when its cell runs again
    assert.equal(await run('markers', 'first'), 1);
    assert.equal(await run('lines', 'second'), 0);
  });

  await it('every message has the fields that its client validates', () => {
    const fields: Record<string, Record<string, string>> = {
      stream: { name: 'string', text: 'string' },
      display_data: { data: 'object', metadata: 'object' },
      execute_input: { code: 'string', execution_count: 'number' },
      execute_result: { execution_count: 'number', data: 'object', metadata: 'object' },
      error: { ename: 'string', evalue: 'string', traceback: 'object' },
      status: { execution_state: 'string' },
    };
    assert.ok(client.published.length > 30);
    for (const { header, content } of client.published) {
      for (const name of ['username', 'version', 'session', 'msg_id', 'msg_type'] as const)
        assert.equal(typeof header[name], 'string', `${header.msg_type}: ${name}`);
      for (const [name, type] of Object.entries(fields[header.msg_type] ?? {}))
        assert.equal(typeof content[name], type, `${header.msg_type}: ${name}`);
    }
  });

  await it('Restart: the process is killed in the middle of a cell, and another takes its place with nothing of the first', async () => {
    await client.cell('globalThis.kept = 1;\nawait new Promise((resolve) => setTimeout(resolve, 600_000));');
    await sleep(300);
    await client.end();
    client = await startAsVsCode(kernelFile);
    const id = await client.cell('typeof globalThis.kept');
    assert.equal((await client.done(id)).execution_count, 1);
    const result = elementAt(
      client.of(id).filter(({ header }) => header.msg_type === 'execute_result'),
      0,
    );
    assert.match(JSON.stringify(result.content.data), /undefined/);
  });
});
