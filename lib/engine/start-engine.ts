import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { registerCpuBackend, silenceNodeAdvice } from './register-cpu';
import { registerOnnxruntime } from './register-onnxruntime';
import { hasTensorflow, registerTensorflowBackend } from './register-tensorflow';
import type { BackendName, EngineChoice, EngineInfo, EngineOptions, ProviderName } from './types';
import { registerWasmBackend } from './wasm/register';

const NAMES: readonly BackendName[] = ['auto', 'tensorflow', 'onnxruntime', 'wasm', 'cpu'];

type Settings = Required<EngineOptions>;

/** How to start each backend; null where it does not apply to this machine. */
const STARTERS: Record<string, (settings: Settings) => Promise<EngineChoice | null>> = {
  tensorflow: ({ threads }) => registerTensorflowBackend(threads),
  onnxruntime: ({ threads, provider, steadyWeights }) =>
    registerOnnxruntime({ threads, provider, steadyWeights }),
  wasm: registerWasmBackend,
  cpu: registerCpuBackend,
};

/** An engine that runs, or would. */
export interface Running {
  info: EngineInfo;
  threads: number;
  provider: ProviderName;
}

const started = new Map<string, Running>();
let current: Running | undefined;
let starting: Promise<unknown> = Promise.resolve();

/**
 * Starts the TensorFlow.js backend that computes from here on, and says which it is.
 *
 * `auto` takes `tensorflow` (`@tensorflow/tfjs-node-gpu`, when installed and it sees a CUDA GPU), otherwise
 * `onnxruntime`, `wasm`, `cpu`, and warns once about each that should have started and did not. A backend that
 * is asked for by name starts or throws. Idempotent: once started, a call without a name returns the running
 * engine, a call with another name changes to it (tensors of the old one stay readable).
 *
 * @throws Error for an unknown name, a bad thread count, a backend asked for by name that does not start, or
 *   other threads or another provider for a backend that runs already.
 * @example
 * const engine = await startEngine();
 * console.log(engine.description); // onnxruntime 1.30.0 (cpu, 2 threads, TensorFlow.js 4.22.0, Node 20.20.2)
 */
export function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  const result = starting.then(() => start(options));
  starting = result.catch(() => undefined);
  return result;
}

/**
 * What {@link startEngine} runs, or would take, where that is onnxruntime on this machine's processor: then graphs can run
 * by themselves (`openKept`). Starts nothing.
 *
 * @returns null where another engine, or onnxruntime on another provider, computes
 * @throws Error as startEngine does for a bad name or thread count
 */
export async function processorEngine(options: EngineOptions = {}): Promise<Running | null> {
  const { backend, threads, provider } = readSettings(options);
  if (current) return isOnProcessor(current) ? current : null;
  const isTaken = backend === 'onnxruntime' || (backend === 'auto' && !hasTensorflow());
  if (!isTaken || provider !== 'cpu') return null;
  const version = await import('onnxruntime-node').then(
    ({ env }) => env.versions.node,
    () => null, // no binary for this machine
  );
  if (!version) return null;
  return { info: describe('onnxruntime', { version, provider, threads }), threads, provider };
}

const isOnProcessor = ({ info }: Running): boolean =>
  info.backend === 'onnxruntime' && info.provider === 'cpu';

async function start(options: EngineOptions): Promise<EngineInfo> {
  const settings = readSettings(options);
  const unnamed = (options.backend ?? 'auto') === 'auto';
  const running = (unnamed && current) || started.get(settings.backend);
  if (running) {
    checkSame(options, running);
    await activate(running.info.backend);
    current = running;
    return running.info;
  }
  silenceNodeAdvice();
  const candidates = settings.backend === 'auto' ? NAMES.slice(1) : [settings.backend];
  for (const name of candidates) {
    try {
      const choice = await STARTERS[name]?.(settings);
      if (!choice)
        throw new NotHere(`the ${name} backend is not available: ${NOT_HERE[name] ?? 'not installed'}`);
      await activate(name);
      proveItComputes(name);
      current = { info: describe(name, choice), threads: settings.threads, provider: settings.provider };
      started.set(name, current);
      return current.info;
    } catch (error) {
      if (settings.backend !== 'auto') throw error;
      if (!(error instanceof NotHere)) warnFallback(name, error);
    }
  }
  throw new Error('expected one of the backends tensorflow, onnxruntime, wasm or cpu to start, none did');
}

class NotHere extends Error {}

const NOT_HERE: Record<string, string> = {
  tensorflow: 'it needs @tensorflow/tfjs-node-gpu (npm install @tensorflow/tfjs-node-gpu) and a CUDA GPU',
};

function readSettings(options: EngineOptions): Settings {
  const named = options.backend && options.backend !== 'auto' ? options.backend : undefined;
  const backend = named ?? ((process.env.DOGBREEDS_ENGINE || 'auto') as BackendName);
  if (!NAMES.includes(backend))
    throw new Error(
      `expected a backend out of ${NAMES.join(', ')}, received "${backend}"${named ? '' : ' in DOGBREEDS_ENGINE'}`,
    );
  const threads = options.threads ?? Number(process.env.DOGBREEDS_THREADS || availableParallelism());
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(
      `expected a whole number of threads of at least 1, received ${options.threads ?? `"${process.env.DOGBREEDS_THREADS}" in DOGBREEDS_THREADS`}`,
    );
  const { provider = 'cpu', steadyWeights = false } = options;
  return { backend, threads, provider, steadyWeights };
}

function checkSame(options: EngineOptions, running: Running): void {
  for (const key of ['threads', 'provider'] as const)
    if (options[key] !== undefined && options[key] !== running[key])
      throw new Error(
        `the engine already runs with ${key} ${running[key]}, received ${options[key]}: set it at the first startEngine of the process`,
      );
}

async function activate(name: string): Promise<void> {
  if (tf.getBackend() !== name && !(await tf.setBackend(name)))
    throw new Error(`the TensorFlow.js backend ${name} did not start`);
  await tf.ready();
}

/** Native code is often loaded at the first computation only: a backend that cannot compute must not be chosen. */
function proveItComputes(name: string): void {
  const [two] = tf.tidy(() => tf.tensor1d([1]).add(1).dataSync());
  if (two !== 2) throw new Error(`expected 1 + 1 = 2 on the ${name} backend, received ${two}`);
}

function describe(backend: string, choice: EngineChoice): EngineInfo {
  const threads = choice.threads === 1 ? '1 thread' : `${choice.threads} threads`;
  const below = `TensorFlow.js ${tf.version_core}, Node ${process.versions.node}`;
  return {
    backend,
    ...choice,
    description: `${backend} ${choice.version} (${choice.provider}, ${threads}, ${below})`,
  };
}

const warned = new Set<string>();

function warnFallback(name: string, error: unknown): void {
  if (warned.has(name)) return;
  warned.add(name);
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  process.emitWarning(`the ${name} backend did not start (${reason}); trying the next one`, {
    type: 'EngineWarning',
  });
}
