import type { EngineChoice, EngineOptions } from './types';

/**
 * Loads the project's own TF.js backend on onnxruntime-node, only when it is asked for: the native library is
 * not touched otherwise.
 *
 * @throws Error when onnxruntime-node has no binary for this machine.
 * @example const { version } = await registerOnnxruntime({ threads: 2, provider: 'cpu' });
 */
export async function registerOnnxruntime(
  options: Pick<EngineOptions, 'threads' | 'provider' | 'steadyWeights'>,
): Promise<EngineChoice> {
  const { registerOnnxruntimeBackend } = await import('./onnxruntime/index');
  return registerOnnxruntimeBackend(options);
}
