import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { InferenceSession } from 'onnxruntime-common';
import { OnnxruntimeBackend } from './backend';
import type { SessionFactory } from './graph/session';
import { replaceReductionGradients } from './kernels/gradients';
import { probe } from './probe';
import { registerKernels } from './register-kernels';
import { NativeSessionFactory, nativeProviders, nativeVersion } from './runtime-native';

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
 * @throws if onnxruntime-node has no binary for this machine
 * @example
 * await registerOnnxruntimeBackend({ threads: 2 }); // { version: '1.30.0', provider: 'cpu', threads: 2 }
 * await tf.setBackend('onnxruntime');
 */
export async function registerOnnxruntimeBackend(options: OnnxruntimeOptions = {}): Promise<OnnxruntimeInfo> {
  const known = tf.findBackend(BACKEND_NAME) as Registered | null;
  if (known?.info) return known.info;
  const threads = options.threads ?? availableParallelism();
  const { factory, provider } = openRuntime(options.provider ?? 'cpu', threads);
  const info = { version: nativeVersion(), provider, threads };
  tf.registerBackend(BACKEND_NAME, () => Object.assign(new OnnxruntimeBackend(factory), { info }), 5);
  registerKernels(BACKEND_NAME);
  replaceReductionGradients(BACKEND_NAME);
  return info;
}

function sessionOptions(provider: Provider, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4, // failures come as exceptions; the log would repeat them on stderr
  };
}

/** The runtime with the wanted provider, or with the CPU and a warning. */
function openRuntime(wanted: Provider, threads: number): { factory: SessionFactory; provider: Provider } {
  if (wanted !== 'cpu') {
    try {
      const factory = new NativeSessionFactory(sessionOptions(wanted, threads));
      probe(factory);
      return { factory, provider: wanted };
    } catch (error) {
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
  return { factory, provider: 'cpu' };
}
