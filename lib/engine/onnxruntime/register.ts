import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { InferenceSession } from 'onnxruntime-common';
import { commitWholeSteps } from './replay/commits';
import { nameLayers } from './replay/names';
import { CACHE_BYTES, replayPredictions } from './replay/predictions';
import { replayTraining } from './replay/training';
import { OnnxruntimeBackend } from './run/backend';
import { probe } from './run/probe';
import { replaceReductionGradients } from './run/reduction-gradients';
import { registerKernels } from './run/register-kernels';
import {
  NativeSessionFactory,
  NoNativeBinaryError,
  nativeProviders,
  nativeVersion,
} from './run/runtime-native';
import { WebSessionFactory } from './run/runtime-web';
import type { SessionFactory } from './run/session';

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
}

/** What runs. */
export interface OnnxruntimeInfo {
  /** Version of onnxruntime. */
  version: string;
  provider: string;
  threads: number;
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
  const { factory, ...found } = openRuntime(options, threads);
  const info = { ...found, threads };
  tf.registerBackend(BACKEND_NAME, () => Object.assign(new OnnxruntimeBackend(factory), { info }), 5);
  registerKernels(BACKEND_NAME);
  replaceReductionGradients(BACKEND_NAME);
  const onProcessor = info.provider === 'cpu' || info.provider === 'wasm';
  replayPredictions(BACKEND_NAME, onProcessor ? CACHE_BYTES : Number.POSITIVE_INFINITY);
  replayTraining(BACKEND_NAME);
  commitWholeSteps(BACKEND_NAME);
  nameLayers();
  return info;
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

/** The wanted runtime, or the web one where no native binary exists. */
function openRuntime({ provider = 'cpu', runtime }: OnnxruntimeOptions, threads: number): Runtime {
  if (runtime === 'web') return openWeb(threads);
  try {
    return openNative(provider, threads);
  } catch (error) {
    if (runtime === 'native' || !(error instanceof NoNativeBinaryError)) throw error;
    console.warn(`onnxruntime: ${error.message}. Computing with onnxruntime-web.`);
    return openWeb(threads);
  }
}

function openWeb(threads: number): Runtime {
  const factory = new WebSessionFactory(threads);
  probe(factory);
  return { factory, version: factory.version, provider: 'wasm' };
}

/** onnxruntime-node with the wanted provider, or with the CPU and a warning. */
function openNative(wanted: Provider, threads: number): Runtime {
  const version = nativeVersion();
  if (wanted !== 'cpu') {
    try {
      const factory = new NativeSessionFactory(sessionOptions(wanted, threads));
      probe(factory);
      return { factory, version, provider: wanted };
    } catch (error) {
      if (error instanceof NoNativeBinaryError) throw error;
      const reason = (error as Error).message.split('\n')[0]!.slice(0, 160);
      const have = nativeProviders().join(', ');
      console.warn(
        `onnxruntime: expected the provider ${wanted} to work, it does not (${reason}); this installation has ` +
          `${have}. Computing on the CPU.`,
      );
    }
  }
  const factory = new NativeSessionFactory(sessionOptions('cpu', threads));
  probe(factory);
  return { factory, version, provider: 'cpu' };
}
