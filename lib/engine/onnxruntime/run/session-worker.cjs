// Runs onnxruntime-web or onnxruntime-node for runtime-worker.ts, by their public interface. The main thread sleeps on
// `signal` until the answer has been posted.
const { workerData } = require('node:worker_threads');

const { port, signal, runtime, threads, options } = workerData;
const ort = require(runtime);
const flag = new Int32Array(signal);
if (runtime === 'onnxruntime-web') {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'fatal';
}
const version = ort.env.versions[runtime === 'onnxruntime-web' ? 'web' : 'node'];
const sessions = new Map();
let opened = 0;

/** @type {Record<string, (task: any) => Promise<unknown>>} */
const tasks = {
  async open({ model }) {
    sessions.set(++opened, await ort.InferenceSession.create(model, options));
    return { id: opened, version };
  },
  async run({ id, feeds, outputs }) {
    /** @type {Record<string, unknown>} */
    const tensors = {};
    for (const [name, { type, data, dims }] of Object.entries(/** @type {Record<string, any>} */ (feeds)))
      tensors[name] = new ort.Tensor(type, data, dims);
    const results = await sessions.get(id).run(tensors, outputs);
    return Object.fromEntries(outputs.map((/** @type {string} */ name) => [name, results[name].data]));
  },
  async dispose({ id }) {
    await sessions.get(id).release();
    sessions.delete(id);
    return null;
  },
};

port.on('message', async (/** @type {{ task: string }} */ { task, ...args }) => {
  let answer;
  try {
    answer = { result: await tasks[task]?.(args) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
