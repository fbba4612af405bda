import * as tf from '@tensorflow/tfjs';

/** Kernel calls that TF.js makes while `run` runs. */
export function kernelCalls(run: () => unknown): number {
  const engine = tf.engine() as unknown as { runKernelFunc(...args: unknown[]): unknown };
  const original = engine.runKernelFunc;
  let calls = 0;
  engine.runKernelFunc = function (...args) {
    calls++;
    return original.apply(this, args);
  };
  try {
    run();
  } finally {
    engine.runKernelFunc = original;
  }
  return calls;
}
