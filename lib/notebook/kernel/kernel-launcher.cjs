// Starts the tslab kernel for this project: `node kernel-launcher.cjs CONNECTION_FILE`. Used by our kernelspec and
// by the headless runner alike. What it adds to tslab 1.0.22:
// - the project root is the working directory, wherever the notebook lies, so cells import './lib/...';
// - an edit in lib/ is seen by the next cell that imports it, through doors too (reload-lib.cjs);
// - lib/ is type-checked once, not at every cell (compiler.cjs);
// - errors have a name, a message and a stack with the lines of the notebook and of lib/*.ts, and a promise that
//   rejects without an await fails the cell (describe-error.cjs);
// - no output is dropped, however fast it comes (send-all.cjs);
// - one output can carry several MIME types (lib/figures shows figures that way).
const { createRequire } = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');
const { installCompiler } = require('./compiler.cjs');
const { describeDiagnostics, describeThrown } = require('./describe-error.cjs');
const { createDependants, pollChanges } = require('./reload-lib.cjs');
const { joinStreams, sendAtOnce } = require('./send-all.cjs');

const configPath = process.argv[2];
if (!configPath) {
  console.error(
    'expected a Jupyter connection file, received none: node kernel-launcher.cjs CONNECTION_FILE',
  );
  process.exit(2);
}
const root = join(__dirname, '..', '..', '..');
process.chdir(root);
process.env.DOGBREEDS_ROOT = root;
// The runner holds our stdin: when it is gone, however it went, the kernel ends too.
const headless = process.env.DOGBREEDS_HEADLESS === '1';
if (headless) process.stdin.resume().on('close', () => process.exit(1));

const tslabRequire = createRequire(require.resolve('tslab'));
const { ts, mapOf } = installCompiler(tslabRequire, root);
const poll = pollChanges(ts, root);
const converterModule = tslabRequire('./converter.js');
const executorModule = tslabRequire('./executor.js');
const jupyter = tslabRequire('./jupyter.js');

/** The cell that runs or ran last: its name as in Jupyter (`In[3]`), its source, what went wrong in it. */
let cell = { name: 'In[0]', source: '', failure: null, running: false };
let cellCount = 0;
const cells = new Map();
const libraryMaps = new Map();
const places = {
  mapsOf: (file) => cells.get(file)?.maps ?? libraryMaps.get(file)?.(),
  sourceOf: (file) => cells.get(file)?.source ?? '',
};

const { createConverter } = converterModule;
converterModule.createConverter = (options) => {
  const converter = createConverter(options);
  const withDependants = createDependants();
  const polled =
    (method) =>
    (...args) => {
      poll();
      return converter[method](...args);
    };
  return {
    ...converter,
    inspect: polled('inspect'),
    complete: polled('complete'),
    convert(previous, source) {
      poll();
      const result = converter.convert(previous, source);
      if (result.diagnostics.length > 0) cell.failure = describeDiagnostics(result.diagnostics, cell, root);
      if (result.sideOutputs) {
        result.sideOutputs = withDependants(result.sideOutputs);
        for (const { path, data } of result.sideOutputs) libraryMaps.set(path, () => mapOf(data));
      }
      if (result.output) cell.maps = mapOf(result.output);
      return result;
    },
  };
};

const runInThisContext = vm.runInThisContext;
vm.runInThisContext = (code, options) => {
  const isCell = options?.breakOnSigint && !options.filename;
  return runInThisContext(code, isCell ? { ...options, filename: cell.name, displayErrors: false } : options);
};

let executor;
const { createExecutor } = executorModule;
executorModule.createExecutor = (rootDir, convs, console) => {
  const onError = (...args) => {
    if (cell.failure) return; // diagnostics, told already
    cell.failure = describeThrown(args[0], places, root);
  };
  executor = createExecutor(rootDir, convs, { log: console.log, error: onError });
  const execute = executor.execute;
  executor.execute = async (source) => {
    cellCount += 1;
    cell = { name: `In[${cellCount}]`, source, failure: null, running: true };
    cells.set(cell.name, cell);
    jupyter.lastWriteDisplayData?.onStart?.(cellCount);
    let ok = false;
    try {
      ok = await execute(source);
      // A promise that was rejected meanwhile is reported by Node after the microtasks of this turn.
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    } catch (error) {
      cell.failure ??= describeThrown(error, places, root);
    }
    cell.running = false;
    return ok && cell.failure === null;
  };
  return executor;
};

/** Reports what went wrong outside of any await: it fails the cell that runs, or is told under the last one. */
function onStray(kind, error) {
  const failure = describeThrown(error, places, root);
  failure.traceback = [
    kind === 'rejection'
      ? 'A promise was rejected and nothing awaited it (the cell that made it may be an earlier one):'
      : 'An error was thrown outside of the cell, by a callback (the cell that set it may be an earlier one):',
    ...failure.traceback,
  ];
  failure.ename =
    kind === 'rejection' ? `UnhandledRejection: ${failure.ename}` : `Uncaught: ${failure.ename}`;
  if (!cell.running) publishError?.(failure);
  else if (!cell.failure) {
    cell.failure = failure;
    if (headless) executor.interrupt();
  }
}

let publishError = null;
const { JupyterHandlerImpl, ZmqServer } = jupyter;
const { handleKernel } = JupyterHandlerImpl.prototype;
/** The true version of the language; Jupyter saves it in every notebook. */
JupyterHandlerImpl.prototype.handleKernel = function () {
  const info = handleKernel.call(this);
  info.language_info.version = ts.version;
  return info;
};
const { bindSocket, close } = ZmqServer.prototype;
ZmqServer.prototype.bindSocket = function (socket, port) {
  sendAtOnce(socket);
  return bindSocket.call(this, socket, port);
};
ZmqServer.prototype.handleExecute = async function (socket, message) {
  const publish = (type, content) => {
    if (type !== 'stream') streams.flush();
    const reply = message.createReply();
    reply.header.msg_type = type;
    reply.content = content;
    reply.signAndSend(this.connInfo.key, this.iopub);
  };
  const streams = joinStreams((name, text) => publish('stream', { name, text }));
  const writeDisplay = (data, update) => publish(update ? 'update_display_data' : 'display_data', data);
  // tslab leaves this message out; Jupyter numbers its cells by it.
  writeDisplay.onStart = (count) =>
    publish('execute_input', { code: message.content.code, execution_count: count });
  const content = await this.handler.handleExecute(message.content, streams.write, writeDisplay);
  publishError = (failure) => publish('error', failure);
  if (content.status === 'abort') content.status = 'aborted';
  if (content.status === 'error') {
    const failure = cell.failure ?? { ename: 'Error', evalue: 'the cell failed', traceback: [] };
    publish('error', failure);
    Object.assign(content, failure);
  } else if (content.status === 'ok') {
    Object.assign(content, { payload: [], user_expressions: {} });
  }
  streams.flush();
  const reply = message.createReply();
  reply.header.msg_type = 'execute_reply';
  reply.content = content;
  reply.signAndSend(this.connInfo.key, socket);
};
/** Replies that tslab lacks (history) or names wrongly (comms); JupyterLab asks for both when it opens a notebook. */
const answer = (server, socket, message, type, content) => {
  const reply = message.createReply();
  reply.header.msg_type = type;
  reply.content = { status: 'ok', ...content };
  reply.signAndSend(server.connInfo.key, socket);
};
// tslab knows no history request and would warn in a cell. Its dispatch is closed, but tells us first that it is busy:
// there the request takes the way of one that it knows.
const { publishStatus } = ZmqServer.prototype;
ZmqServer.prototype.publishStatus = function (status, message) {
  publishStatus.call(this, status, message);
  if (status === 'busy' && message.header.msg_type === 'history_request') {
    message.header.msg_type = 'comm_info_request';
    message.asksHistory = true;
  }
};
ZmqServer.prototype.handleCommInfoRequest = function (socket, message) {
  if (!message.asksHistory) return answer(this, socket, message, 'comm_info_reply', { comms: {} });
  message.header.msg_type = 'history_request';
  answer(this, socket, message, 'history_reply', { history: [] });
};
ZmqServer.prototype.close = function () {
  setTimeout(() => process.exit(0), 100).unref();
  close.call(this);
};

/** lib/figures shows outputs of several MIME types through this; tslab's own `display` sends one type each. */
globalThis[Symbol.for('dogbreeds.display')] = (data, metadata, displayId, update) => {
  const transient = displayId ? { display_id: displayId } : {};
  jupyter.lastWriteDisplayData?.({ data, metadata, transient }, update);
};

tslabRequire('./main.js').startKernel({ configPath, enableFindLocal: false, jsKernel: false });
process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => onStray('throw', error));
process
  .removeAllListeners('unhandledRejection')
  .on('unhandledRejection', (error) => onStray('rejection', error));
