import * as tf from '@tensorflow/tfjs';

/** Kernels that no operation of TF.js calls and its cpu backend lacks; `Draw` needs a browser's canvas. */
const UNCALLED = new Set(['Draw', 'LowerBound', 'UpperBound', 'MatrixBandPart']);

/** Counts calls of each kernel of a backend, and of each gradient while that backend is current. */
export function countCalls(backendName: string): {
  kernels: Map<string, number>;
  gradients: Map<string, number>;
} {
  const kernels = new Map<string, number>();
  const gradients = new Map<string, number>();
  const count = (calls: Map<string, number>, name: string) => calls.set(name, (calls.get(name) ?? 0) + 1);
  for (const config of tf.getKernelsForBackend(backendName)) {
    const { kernelName, kernelFunc } = config;
    if (UNCALLED.has(kernelName)) continue;
    kernels.set(kernelName, 0);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (given) => {
        count(kernels, kernelName);
        return kernelFunc(given);
      },
    });
    const gradient = tf.getGradient(kernelName);
    if (!gradient) continue;
    gradients.set(kernelName, 0);
    tf.unregisterGradient(kernelName);
    tf.registerGradient({
      ...gradient,
      gradFunc: (...args) => {
        if (tf.getBackend() === backendName) count(gradients, kernelName);
        return gradient.gradFunc(...args);
      },
    });
  }
  return { kernels, gradients };
}

/** Those that were called less than `least` times, with how often. */
export function rare(calls: ReadonlyMap<string, number>, least: number): string[] {
  return [...calls].filter(([, times]) => times < least).map(([name, times]) => `${name} ${times}`);
}
