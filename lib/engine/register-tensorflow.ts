import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { fromRoot } from '../base/index';
import type { EngineChoice } from './types';

/** The part of `@tensorflow/tfjs-node-gpu` that is used here; the package is an optional peer. */
interface TfjsNode {
  version: Record<string, string>;
}

/** Whether `@tensorflow/tfjs-node-gpu` is installed. */
export function hasTensorflow(): boolean {
  try {
    createRequire(fromRoot('package.json')).resolve('@tensorflow/tfjs-node-gpu');
    return true;
  } catch {
    return false;
  }
}

/**
 * Loads `@tensorflow/tfjs-node-gpu` when it is installed and sees a CUDA GPU.
 *
 * @returns null when the package is not installed, or its libtensorflow sees no GPU (onnxruntime is faster then).
 * @throws Error when the package is installed and does not load.
 * @example const gpu = await registerTensorflowBackend(2);
 */
export async function registerTensorflowBackend(threads: number): Promise<EngineChoice | null> {
  if (!hasTensorflow()) return null;
  const load = createRequire(fromRoot('package.json'));
  const node = load('@tensorflow/tfjs-node-gpu') as TfjsNode;
  const backend = tf.findBackend('tensorflow') as unknown as { isUsingGpuDevice?: boolean } | null;
  if (!backend?.isUsingGpuDevice) return null;
  return { version: node.version['tfjs-node'] ?? tf.version_core, provider: 'cuda', threads };
}
