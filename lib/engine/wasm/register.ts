import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import type { EngineChoice } from '../types';
import { conv2dBackpropFilter } from './conv2d-backprop-filter';
import { conv2dBackpropInput } from './conv2d-backprop-input';
import { maxPoolGrad } from './max-pool-grad';
import { tile } from './tile';

/**
 * Makes TF.js's `wasm` backend ready to train: loads its WebAssembly from node_modules, and puts mended
 * kernels in the place of the one that is wrong (MaxPoolGrad), missing (Conv2DBackpropFilter) or slow
 * (Conv2DBackpropInput, Tile) in 4.22. Runs on one thread: the published threaded build cannot start its
 * workers in Node (tensorflow/tfjs issue 3830).
 *
 * @throws Error when the WebAssembly does not start.
 * @example const { version } = await registerWasmBackend(); // 'wasm' is now a ready backend
 */
export async function registerWasmBackend(): Promise<EngineChoice> {
  await withoutNewProcessListeners(async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    mendKernels();
    if (!(await tf.setBackend('wasm')))
      throw new Error('the WebAssembly backend of TensorFlow.js did not start');
  });
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return { version: installedVersion(), provider: simd ? 'simd' : 'no simd', threads: 1 };
}

let mended = false;

function mendKernels(): void {
  if (mended) return;
  mended = true;
  const replace = (kernelName: string, change: (shipped: tf.KernelFunc) => tf.KernelFunc) => {
    const shipped = tf.getKernel(kernelName, 'wasm');
    if (shipped) tf.unregisterKernel(kernelName, 'wasm');
    const kernelFunc = change(shipped?.kernelFunc);
    tf.registerKernel({ ...shipped, kernelName, backendName: 'wasm', kernelFunc });
  };
  replace(tf.MaxPoolGrad, () => maxPoolGrad);
  replace(tf.Conv2DBackpropFilter, () => conv2dBackpropFilter);
  replace(tf.Conv2DBackpropInput, conv2dBackpropInput);
  replace(tf.Tile, () => tile);
}

function installedVersion(): string {
  const file = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/**
 * Emscripten's start-up code hooks itself on `uncaughtException` and `unhandledRejection`, where it rethrows:
 * every later error of the program would show a page of minified code instead of itself. Takes those off again.
 */
async function withoutNewProcessListeners(load: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  await load();
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before[index]?.has(listener)) process.removeListener(event, listener);
  });
}
