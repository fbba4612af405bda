import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { InferenceSession } from 'onnxruntime-common';
import { registerFileHandlers } from './files';
import { CACHE_BYTES } from './replay/predictions';
import { patchTfjs } from './replay/tfjs';
import { OnnxruntimeBackend } from './run/backend';
import {
  bindingOf,
  NativeSessionFactory,
  NoNativeBinaryError,
  nativeProviders,
  nativeVersion,
} from './run/binding';
import { probe } from './run/probe';
import { replaceReductionGradients } from './run/reduction-gradients';
import { registerKernels } from './run/register-kernels';
import { WorkerSessionFactory } from './run/runtime-worker';
import type { SessionFactory } from './run/session';
import { type Undocumented, whyNot } from './run/versions';

/** Name under which TF.js knows the backend. */
export const BACKEND_NAME = 'onnxruntime';

/** Execution providers that onnxruntime can be asked for. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** Options of {@link registerOnnxruntimeBackend}. */
export interface OnnxruntimeOptions {
  /** Threads inside an operator; default: all cores. */
  threads?: number;
  /** What computes; default `cpu`. Where it does not work, the CPU does, with one warning. */
  provider?: Provider;
  /**
   * `native` is onnxruntime-node, `web` is onnxruntime-web (WebAssembly, CPU). Default: native, and web where there is
   * no native binary.
   */
  runtime?: 'native' | 'web';
  /**
   * Bytes of memory that compiled graphs may hold, those of the last four apart; default: a quarter of the machine's,
   * 2 GiB at most.
   */
  memoryBudget?: number;
  /**
   * Whether weights stay as they are: they are then built into a graph at its first run, not once three runs have
   * shown that they stay, and a network is compiled once instead of twice. For processes that only predict; weights that
   * change after all are still right, at the cost of a compilation. Default false.
   */
  steadyWeights?: boolean;
  /**
   * Whether to use what TF.js and onnxruntime-node do not document (see "Versions" in the README): of the versions that
   * were tested, of any version that has it, or never. Without it everything works, slower. Default: what the
   * environment variable ONNXRUNTIME_BACKEND_UNDOCUMENTED says, else `tested`.
   */
  undocumented?: Undocumented;
}

/** What runs. */
export interface OnnxruntimeInfo {
  /** Version of onnxruntime. */
  version: string;
  provider: string;
  threads: number;
  /** What goes a slower way, because versions were found that were not tested; absent where nothing does. */
  slower?: readonly string[];
}

type Registered = OnnxruntimeBackend & { info?: OnnxruntimeInfo };

/**
 * Registers the backend `onnxruntime` and its kernels with TF.js, once per process: a second call, also from a second
 * copy of this module, returns what runs already. Make it current with `tf.setBackend('onnxruntime')`.
 *
 * @throws if neither onnxruntime-node has a binary for this machine nor onnxruntime-web is installed
 * @example
 * await registerOnnxruntimeBackend({ threads: 2 }); // { version: '1.30.0', provider: 'cpu', threads: 2 }
 * await tf.setBackend('onnxruntime');
 */
export async function registerOnnxruntimeBackend(options: OnnxruntimeOptions = {}): Promise<OnnxruntimeInfo> {
  const known = tf.findBackend(BACKEND_NAME) as Registered | null;
  if (known?.info) return known.info;
  const threads = options.threads ?? availableParallelism();
  const undocumented = wantedOf(options);
  const slower: string[] = [];
  const { factory, ...found } = openRuntime({ ...options, undocumented }, threads, slower);
  const info: OnnxruntimeInfo = { ...found, threads };
  tf.registerBackend(
    BACKEND_NAME,
    () => Object.assign(new OnnxruntimeBackend(factory, options), { info }),
    5,
  );
  registerKernels(BACKEND_NAME);
  registerFileHandlers();
  replaceReductionGradients(BACKEND_NAME);
  const onProcessor = info.provider === 'cpu' || info.provider === 'wasm';
  const unpatched = patchTfjs(
    BACKEND_NAME,
    undocumented,
    onProcessor ? CACHE_BYTES : Number.POSITIVE_INFINITY,
  );
  if (unpatched) slower.push(unpatched);
  if (slower.length > 0) info.slower = slower;
  if (undocumented !== 'never') for (const reason of slower) console.warn(`onnxruntime: ${reason}.`);
  return info;
}

/** What the options, else the environment, else the default say. @throws for a word in the environment that is none */
function wantedOf({ undocumented }: OnnxruntimeOptions): Undocumented {
  const given = undocumented ?? process.env.ONNXRUNTIME_BACKEND_UNDOCUMENTED ?? 'tested';
  if (given === 'tested' || given === 'any' || given === 'never') return given;
  throw new Error(
    `expected tested, any or never in ONNXRUNTIME_BACKEND_UNDOCUMENTED, received "${given}": correct it or unset it`,
  );
}

function sessionOptions(provider: Provider, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Threads that go on spinning between two runs take the cores from what feeds the network: an epoch of the scratch
    // CNN at 80 px takes 1.6 times as long with them. Within a run they spin as ever.
    extra: { session: { force_spinning_stop: '1' } },
    logSeverityLevel: 4, // failures come as exceptions; the log would repeat them on stderr
  };
}

/** A runtime that has proved to compute, and what it is. */
interface Runtime {
  factory: SessionFactory;
  version: string;
  provider: string;
}

/** The wanted runtime, or the web one where no native binary exists. @param slower gets what costs time, and why */
function openRuntime(
  { provider = 'cpu', runtime, undocumented }: OnnxruntimeOptions & { undocumented: Undocumented },
  threads: number,
  slower: string[],
): Runtime {
  if (runtime === 'web') return openWeb(threads);
  try {
    const without = whyNot(bindingOf(), undocumented, 'its public interface runs in a worker thread, slower');
    if (without) slower.push(without);
    return openNative(provider, threads, without !== null);
  } catch (error) {
    if (runtime === 'native' || !(error instanceof NoNativeBinaryError)) throw error;
    console.warn(`onnxruntime: ${error.message}. Computing with onnxruntime-web.`);
    return openWeb(threads);
  }
}

function openWeb(threads: number): Runtime {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  };
  const factory = new WorkerSessionFactory('onnxruntime-web', options, threads);
  probe(factory);
  return { factory, version: factory.version, provider: 'wasm' };
}

/** onnxruntime-node with the wanted provider, or with the CPU and a warning. @param inWorker by its public interface */
function openNative(wanted: Provider, threads: number, inWorker: boolean): Runtime {
  const version = nativeVersion();
  const open = (provider: Provider) => {
    const options = sessionOptions(provider, threads);
    const factory = inWorker
      ? new WorkerSessionFactory('onnxruntime-node', options, threads)
      : new NativeSessionFactory(options);
    probe(factory);
    return { factory, version, provider };
  };
  if (wanted === 'cpu') return open('cpu');
  try {
    return open(wanted);
  } catch (error) {
    if (error instanceof NoNativeBinaryError) throw error;
    const reason = String((error as Error).message)
      .split('\n', 1)
      .join('')
      .slice(0, 160);
    console.warn(
      `onnxruntime: expected the provider ${wanted} to work, it does not (${reason}); this installation has ` +
        `${nativeProviders().join(', ')}. Computing on the CPU.`,
    );
    return open('cpu');
  }
}
