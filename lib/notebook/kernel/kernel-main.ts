import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { inTime } from '../../base/index';
import type { representValue as represent, Shown } from '../../figures/index';
import type { Connection } from './connection';
import type { ControlMessage } from './control-worker';
import {
  type CellError,
  type Diagnostic,
  describeDiagnostics,
  describeThrown,
  mapPrinted,
  mapTexts,
  originalPosition,
} from './describe-error';
import { createExecutor } from './execute-cell';
import { createLibrary } from './load-library';
import { type Executed, type Server, type ShellLink, serveKernel } from './server';
import { completeness } from './strip-types';
import type { Completions, TypesRequest } from './types-worker';

/** Where the launcher has put the parts that run in threads of their own. */
interface Parts {
  root: string;
  control: string;
  types: string;
  figures: string;
}

type Content = Record<string, unknown>;

/** A cell waits at most so long for the pictures of its figures. */
const PICTURES_MS = 30_000;
const VERSION = '2.0.0';

/** UTF-16 offset of a position that counts code points, as Jupyter's do. */
const toOffset = (source: string, points: unknown): number =>
  [...source].slice(0, Number(points)).join('').length;
const toPoints = (source: string, offset: number): number => [...source.slice(0, offset)].length;

/** A thread that answers one message with one message. */
function askWorker(file: string, workerData: object) {
  const worker = new Worker(file, { workerData, stdout: true, stderr: true });
  worker.unref();
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let number = 0;
  worker.on(
    'message',
    ({ number: id, result, failure }: { number: number; result: never; failure?: string }) => {
      const entry = waiting.get(id);
      waiting.delete(id);
      if (failure) entry?.reject(new Error(failure));
      else entry?.resolve(result);
      if (waiting.size === 0) worker.unref();
    },
  );
  return <T>(request: object): Promise<T> => {
    worker.ref();
    number += 1;
    return new Promise<T>((resolve, reject) => {
      waiting.set(number, { resolve: resolve as (value: never) => void, reject });
      worker.postMessage({ number, ...request });
    });
  };
}

/** Content of the reply to `kernel_info_request`. */
const kernelInfo = (): Content => ({
  status: 'ok',
  protocol_version: '5.3',
  implementation: 'dogbreeds',
  implementation_version: VERSION,
  language_info: {
    name: 'typescript',
    version: (createRequire(__filename)('typescript-for-cells/package.json') as { version: string }).version,
    mimetype: 'text/typescript',
    file_extension: '.ts',
    codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
  },
  banner:
    'Dog breeds: TypeScript cells over the project in lib/ (input("..."), display(value), _ and Out[n] as in IPython)',
  help_links: [
    { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/handbook/intro.html' },
    { text: 'TensorFlow.js', url: 'https://js.tensorflow.org/api/latest/' },
    { text: 'Danfo.js', url: 'https://danfo.jsdata.org/api-reference' },
    { text: 'Arquero', url: 'https://idl.uw.edu/arquero/api/' },
    { text: 'Plotly', url: 'https://plotly.com/javascript/reference/' },
    { text: 'Node.js', url: 'https://nodejs.org/docs/latest/api/' },
  ],
  debugger: false,
  supported_features: [],
});

/** `wait`: a cell with an error of types does not run; `background`: it is told while or after the cell runs. */
const typesMode = (): 'wait' | 'background' | 'off' => {
  const mode = process.env.DOGBREEDS_TYPES;
  if (mode === 'wait' || mode === 'background' || mode === 'off') return mode;
  return process.env.DOGBREEDS_HEADLESS === '1' ? 'wait' : 'background';
};

/** Starts the kernel on a connection file; see kernel-launcher.cjs. */
export async function main(configPath: string, parts: Parts): Promise<void> {
  const { root } = parts;
  const connection = JSON.parse(readFileSync(configPath, 'utf8')) as Connection;
  const headless = process.env.DOGBREEDS_HEADLESS === '1';
  const flags = new Int32Array(new SharedArrayBuffer(16));
  const askTypes = askWorker(parts.types, { root });
  const types = <T>(request: TypesRequest): Promise<T> => askTypes<T>({ request });
  let askFigures: ReturnType<typeof askWorker> | null = null;
  let server: Server | null = null;
  const load = createRequire(join(root, 'package.json'));
  const library = createLibrary(
    root,
    {
      tslab() {
        // tslab's own display functions publish through this variable.
        const inside = createRequire(load.resolve('tslab'));
        const jupyter = inside('./jupyter.js') as { lastWriteDisplayData: unknown };
        jupyter.lastWriteDisplayData = (data: Content, update: boolean) =>
          server?.publish(update ? 'update_display_data' : 'display_data', {
            metadata: {},
            transient: {},
            ...data,
          });
        return load('tslab');
      },
    },
    (name, exports) => {
      if (name !== '@tensorflow/tfjs' && name !== '@tensorflow/tfjs-layers') return;
      const file = './lib/notebook/kernel/stoppable-fits';
      (library.require(file, root) as typeof import('./stoppable-fits')).stoppableFits(exports);
    },
  );
  const executor = createExecutor(root, library, headless, flags);
  const shared = globalThis as unknown as Record<string | symbol, unknown>;
  let warmed = false;
  const history: string[] = [];
  const outputs: Record<number, unknown> = {};
  let count = 0;
  /** Loaded with the first value that is no plain one: the kernel starts without the library. */
  const representValue = async (value: unknown): Promise<Shown> => {
    if (typeof value !== 'object' && typeof value !== 'function')
      return {
        data: { 'text/plain': inspect(value, { maxStringLength: 20_000, numericSeparator: true }) },
        metadata: {},
      };
    const file = './lib/figures/results/represent-value';
    return (library.require(file, root) as { representValue: typeof represent }).representValue(value);
  };
  const describe = (error: unknown) => describeThrown(error, executor.places, root);
  const shownValue: typeof representValue = async (value) => {
    const shown = await representValue(value);
    return { ...shown, data: mapTexts(shown.data, executor.places, root) };
  };

  const checkTypes = async (id: number, source: string): Promise<CellError | null> => {
    const mode = typesMode();
    if (mode === 'off') return null;
    const cell = { name: `In[${id}]`, source };
    const parent = server?.parent() ?? undefined;
    const found = types<Diagnostic[]>({ kind: 'check', id: String(id), source });
    if (mode === 'wait') {
      const diagnostics = await found;
      return diagnostics.length > 0 ? describeDiagnostics(diagnostics, cell, root) : null;
    }
    found.then(
      (diagnostics) => {
        if (diagnostics.length === 0) return;
        const { traceback } = describeDiagnostics(diagnostics, cell, root);
        server?.publish('stream', { name: 'stderr', text: `${traceback.join('\n')}\n` }, parent);
      },
      (error) => process.emitWarning(String(error)),
    );
    return null;
  };
  const evaluate = async (expression: string): Promise<Content> => {
    const { error, result } = await executor.execute(0, `(${expression})`, async () => null);
    return error ? { status: 'error', ...error } : { status: 'ok', ...(await shownValue(result)) };
  };
  const execute = async (content: Content): Promise<Executed> => {
    const source = String(content.code ?? '');
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false && source.trim() !== '';
    if (stored) {
      count += 1;
      history[count] = source;
      executor.scope.In = history;
    }
    // Loads Plotly in its thread meanwhile.
    if (!warmed && /lib\/figures|plotly/.test(source)) {
      warmed = true;
      const draw = shared[Symbol.for('dogbreeds.picture')] as (figure: null) => Promise<unknown>;
      draw(null).catch(() => {});
    }
    if (!silent) server?.publish('execute_input', { code: source, execution_count: count });
    const id = count;
    const { error, result } = await executor.execute(stored ? id : 0, source, () => checkTypes(id, source));
    await settlePending();
    if (!error && !silent && result !== undefined && result !== null) {
      executor.scope._ = result;
      executor.scope.Out = outputs;
      if (stored) outputs[id] = result;
      const { data, metadata, after } = await shownValue(result);
      server?.publish('execute_result', { data, metadata, execution_count: id });
      after?.();
    }
    const expressions: Content = {};
    if (!error)
      for (const [name, expression] of Object.entries(
        (content.user_expressions ?? {}) as Record<string, string>,
      ))
        expressions[name] = await evaluate(expression);
    return { error, executionCount: id, expressions };
  };

  /** Pictures of figures belong to the cell that shows them. */
  const pending = new Set<Promise<unknown>>();
  const settlePending = async () => {
    const works = [...pending];
    pending.clear();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise((resolve) => {
      timer = setTimeout(resolve, PICTURES_MS);
    });
    if (works.length > 0) await Promise.race([Promise.allSettled(works), enough]);
    clearTimeout(timer);
  };
  const shutdown = () => {
    server?.flush();
    server?.close();
    setTimeout(() => process.exit(0), 100);
  };
  const control = new Worker(parts.control, { workerData: { connection, info: kernelInfo(), flags } });
  const waiting: Buffer[][] = [];
  let onRequest = (frames: Buffer[]): unknown => waiting.push(frames);
  control.on('message', (message: ControlMessage) => {
    if (message.type === 'shell')
      onRequest(message.frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)));
    else if (message.type === 'status')
      server?.publish('status', { execution_state: message.state }, message.request);
    else if (message.type === 'shutdown') shutdown();
    else if (message.type === 'interrupt') {
      Atomics.add(flags, 0, 1);
      executor.interrupt();
    } else {
      const maps = executor.places.mapsOf(message.url);
      const place = maps ? originalPosition(maps, message.line, message.column) : null;
      const file = message.url.replace(`${root}/`, '');
      executor.interrupt(place ? `${file}:${place.line}:${place.column}` : file);
    }
  });
  const shell: ShellLink = {
    listen(receive) {
      onRequest = receive;
      for (const frames of waiting.splice(0)) receive(frames);
    },
    send: (frames) => control.postMessage(frames),
  };
  const at = (content: Content) => {
    const source = String(content.code ?? '');
    return { source, offset: toOffset(source, content.cursor_pos ?? [...source].length), id: 'edit' };
  };
  const warm = typesMode() !== 'off' && types({ kind: 'complete', ...at({}) }).catch(() => {});
  if (typesMode() === 'wait') await warm;
  server = await serveKernel(
    connection,
    shell,
    {
      info: kernelInfo(),
      execute,
      answers: {
        kernel_info: kernelInfo,
        async complete(content) {
          const place = at(content);
          const none = { matches: [], start: place.offset, end: place.offset };
          const found = types<Completions>({ kind: 'complete', ...place });
          const { matches, start, end } = await inTime(found, none, 4000); // `jupyter console` fails after 5 s
          const [from, to] = [toPoints(place.source, start), toPoints(place.source, end)];
          return {
            matches: matches.map(({ text }) => text),
            cursor_start: from,
            cursor_end: to,
            metadata: {
              _jupyter_types_experimental: matches.map(({ text, kind }) => ({
                text,
                type: kind,
                start: from,
                end: to,
              })),
            },
          };
        },
        async inspect(content) {
          const found = await types<string | null>({ kind: 'inspect', ...at(content) });
          return { found: found !== null, data: found === null ? {} : { 'text/plain': found }, metadata: {} };
        },
        is_complete(content) {
          const source = String(content.code ?? '');
          const status = completeness(source);
          const indent = /^\s*/.exec(source.split('\n').at(-1) ?? '')?.[0] ?? '';
          return status === 'incomplete'
            ? { status, indent: /[{([]\s*$/.test(source) ? `${indent}  ` : indent }
            : { status };
        },
        history(content) {
          const entries = history
            .map((source, number) => [0, number, content.output ? [source, null] : source] as const)
            .slice(1);
          const { hist_access_type: kind, n, start, stop, pattern } = content;
          if (kind === 'range')
            return {
              history: entries.slice(
                Math.max(0, Number(start ?? 1) - 1),
                stop == null ? undefined : Number(stop) - 1,
              ),
            };
          if (kind !== 'search') return { history: n == null ? entries : entries.slice(-Number(n)) };
          const escaped = String(pattern ?? '*').replace(/[.+^${}()|[\]\\]/g, '\\$&');
          const expression = new RegExp(
            `^${escaped.replace(/\*/g, '[\\s\\S]*').replace(/\?/g, '[\\s\\S]')}$`,
          );
          const found = entries.filter((entry) => expression.test(history[entry[1]] ?? ''));
          return { history: n == null ? found : found.slice(-Number(n)) };
        },
        comm_info: () => ({ comms: {} }),
        shutdown: (content) => ({ restart: content.restart === true }),
      },
    },
    shutdown,
  );
  const { publish, write } = server;

  process.on('SIGINT', () => executor.interrupt());
  process.on('SIGTERM', shutdown);
  process.on('exit', () => {
    Atomics.store(flags, 2, 1);
    Atomics.notify(flags, 2);
    Atomics.wait(flags, 3, 0, 500);
  });

  for (const name of ['stdout', 'stderr'] as const) {
    const own = process[name].write.bind(process[name]);
    process[name].write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      if (!server?.parent()) return own(chunk, ...rest);
      const text = typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      write(name, mapPrinted(text, executor.places, root));
      for (const callback of rest) if (typeof callback === 'function') (callback as () => void)();
      return true;
    }) as typeof process.stdout.write;
  }
  /** lib/figures shows outputs through this. */
  shared[Symbol.for('dogbreeds.display')] = (data: Content, metadata: Content, id?: string, update = false) =>
    publish(update ? 'update_display_data' : 'display_data', {
      data,
      metadata,
      transient: id ? { display_id: id } : {},
    });
  shared[Symbol.for('dogbreeds.pending')] = pending;
  shared[Symbol.for('dogbreeds.cell')] = () => {
    const request = server?.parent();
    return { cell: request?.metadata.cellId, run: request?.header.msg_id ?? '' };
  };
  const drawPicture = (figure: object | null) => {
    askFigures ??= askWorker(parts.figures, {});
    return askFigures<string | null>({ figure });
  };
  shared[Symbol.for('dogbreeds.picture')] = drawPicture;
  shared.display = async (value: unknown, options: { id?: string; update?: boolean } = {}) => {
    const { data, metadata, after } = await shownValue(value);
    publish(options.update ? 'update_display_data' : 'display_data', {
      data,
      metadata,
      transient: options.id ? { display_id: options.id } : {},
    });
    after?.();
  };
  shared.clearOutput = (wait = false) => publish('clear_output', { wait: wait === true });
  shared.input = (prompt = '', options: { password?: boolean } = {}) =>
    server?.input(String(prompt), options.password === true);

  const onStray = (kind: 'rejection' | 'throw', thrown: unknown) => {
    const error = describe(thrown);
    const told: CellError = {
      ename: `${kind === 'rejection' ? 'UnhandledRejection' : 'Uncaught'}: ${error.ename}`,
      evalue: error.evalue,
      traceback: [
        kind === 'rejection'
          ? 'A promise was rejected and nothing awaited it (the cell that made it may be an earlier one):'
          : 'An error was thrown outside of the cell, by a callback (the cell that set it may be an earlier one):',
        ...error.traceback,
      ],
    };
    if (!executor.stray(told)) publish('error', { ...told });
  };
  process.on('uncaughtException', (error) => onStray('throw', error));
  process.on('unhandledRejection', (error) => onStray('rejection', error));
}
