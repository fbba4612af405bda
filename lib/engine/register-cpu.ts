import * as tf from '@tensorflow/tfjs';
import type { EngineChoice } from './types';

/**
 * Makes TF.js's plain JavaScript backend ready: slow, the oracle that the other backends are tested against.
 *
 * @example const { version } = await registerCpuBackend();
 */
export async function registerCpuBackend(): Promise<EngineChoice> {
  silenceNodeAdvice();
  return { version: tf.version_core, provider: 'JavaScript', threads: 1 };
}

/**
 * At its first tensor the `cpu` backend prints an advice to install tfjs-node, which {@link startEngine} has
 * weighed already; the backend's own switch for "has been used" turns it off.
 */
export function silenceNodeAdvice(): void {
  (tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;
}
