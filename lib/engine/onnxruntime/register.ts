import * as tf from '@tensorflow/tfjs';
import { OnnxruntimeBackend } from './backend';
import { SessionFactory } from './graph/session';
import { COMPLEX_KERNELS, runOnComplex } from './kernels/complex';
import { replaceReductionGradients } from './kernels/gradients';
import { HANDLE_KERNELS } from './kernels/handles';
import { HOST_KERNELS, runOnHost } from './kernels/host';
import './kernels/index';
import { KERNELS, type KernelInputs } from './kernels/registry';

/** Name under which TF.js knows the backend. */
export const BACKEND_NAME = 'onnxruntime';

/** Execution providers that onnxruntime-node can be asked for. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

/** Options of {@link registerOnnxruntimeBackend}. */
export interface OnnxruntimeOptions {
  /** Threads inside an operator; default: all cores. */
  threads?: number;
  /** What computes; default `cpu`. */
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

/** Registers the backend `onnxruntime` and its kernels with TF.js, once per process. */
export async function registerOnnxruntimeBackend(options: OnnxruntimeOptions = {}): Promise<OnnxruntimeInfo> {
  const known = tf.findBackend(BACKEND_NAME) as Registered | null;
  if (known?.info) return known.info;
  const { availableParallelism } = await import('node:os');
  const threads = options.threads ?? availableParallelism();
  const info = {
    version: require('onnxruntime-node/package.json').version as string,
    provider: 'cpu',
    threads,
  };
  const factory = new SessionFactory({
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  tf.registerBackend(BACKEND_NAME, () => Object.assign(new OnnxruntimeBackend(factory), { info }), 5);
  registerKernels();
  replaceReductionGradients(BACKEND_NAME);
  return info;
}

function registerKernels(): void {
  for (const kernelName of HOST_KERNELS) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) =>
        runOnHost(kernelName, inputs, attrs, backend as OnnxruntimeBackend),
    });
  }
  const handles = { ...HANDLE_KERNELS, ...COMPLEX_KERNELS };
  for (const [kernelName, body] of Object.entries(handles)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) => body(inputs as never, attrs, backend as OnnxruntimeBackend),
    });
  }
  for (const [kernelName, body] of KERNELS) {
    if (kernelName in handles) continue;
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const onnx = backend as OnnxruntimeBackend;
        onnx.limitGrowth();
        const infos = inputs as Record<string, tf.TensorInfo>;
        if (Object.values(infos).some((info) => info?.dtype === 'complex64')) {
          const complex = runOnComplex(kernelName, infos, attrs, onnx);
          if (complex) return complex;
        }
        if (Object.values(infos).some((info) => info?.dtype === 'string')) {
          return runOnHost(kernelName, inputs, attrs, onnx);
        }
        const values: KernelInputs = {};
        for (const [name, info] of Object.entries(infos)) {
          if (info) values[name] = numeric(onnx, info, kernelName);
        }
        const out = body(values, attrs, onnx);
        return Array.isArray(out) ? out.map((value) => onnx.handle(value)) : onnx.handle(out);
      },
    });
  }
}

function numeric(backend: OnnxruntimeBackend, info: tf.TensorInfo, kernelName: string) {
  const value = backend.valueOf(info);
  if (!value)
    throw new Error(
      `expected a numeric tensor for ${kernelName} on the onnxruntime backend, received ${info.dtype}`,
    );
  return value;
}
