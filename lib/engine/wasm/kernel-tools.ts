import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * Runs a registered wasm kernel from within another kernel. The caller owns the result: hand it out or free it
 * with {@link freeTensors}, since kernels work below TF.js's own tensor bookkeeping.
 *
 * @param name the kernel's registered name, e.g. `tf.Transpose`.
 * @throws Error when the kernel is not registered on the wasm backend.
 * @example const xT = runWasmKernel(backend, tf.Transpose, { x }, { perm: [1, 0] });
 */
export function runWasmKernel(
  backend: BackendWasm,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: object,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  if (!kernel) throw new Error(`expected the kernel ${name} on the wasm backend, found none`);
  return kernel.kernelFunc({
    inputs,
    attrs: attrs as unknown as tf.NamedAttrMap,
    backend,
  }) as tf.TensorInfo;
}

/** Gives the memory of intermediate results of {@link runWasmKernel} back. */
export function freeTensors(backend: BackendWasm, tensors: tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
