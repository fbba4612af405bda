import type { InferenceSession } from 'onnxruntime-common';
import { Tensor } from 'onnxruntime-common';
import type { NumericArray, NumericType } from './value';

/** The synchronous session underneath onnxruntime-node: its `run` computes before it returns. */
interface NativeSession {
  loadModel(
    model: ArrayBufferLike,
    offset: number,
    length: number,
    options: InferenceSession.SessionOptions,
  ): void;
  run(
    feeds: Record<string, Tensor>,
    fetches: Record<string, Tensor | null>,
    options: object,
  ): Record<string, Tensor>;
  dispose(): void;
}

interface NativeBinding {
  initOrt(): void;
  binding: { InferenceSession: new () => NativeSession };
}

/** A loaded ONNX model that runs synchronously. */
export interface Session {
  /** Runs the model. @param outputs names of the outputs to compute */
  run(feeds: Record<string, Tensor>, outputs: readonly string[]): Record<string, NumericArray>;
  dispose(): void;
}

let native: NativeBinding | null = null;

/**
 * onnxruntime-node's native module. TF.js's `dataSync` needs the result before it returns, which the public API
 * (a promise around the same blocking call) cannot give.
 * @throws if the platform has no binary
 */
export function nativeBinding(): NativeBinding {
  if (!native) {
    native = require('onnxruntime-node/dist/binding') as NativeBinding;
    native.initOrt();
  }
  return native;
}

/** Opens sessions with fixed options. */
export class SessionFactory {
  constructor(private readonly options: InferenceSession.SessionOptions) {}

  /** Loads a serialized model. */
  open(model: Uint8Array): Session {
    const session = new (nativeBinding().binding.InferenceSession)();
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, this.options);
    return {
      run(feeds, outputs) {
        const fetches: Record<string, null> = {};
        for (const name of outputs) fetches[name] = null;
        const results = session.run(feeds, fetches, {});
        const arrays: Record<string, NumericArray> = {};
        for (const name of outputs) arrays[name] = results[name]!.data as NumericArray;
        return arrays;
      },
      dispose: () => session.dispose(),
    };
  }
}

/** Wraps a concrete array for feeding, without a copy. */
export function feedTensor(dtype: NumericType, data: NumericArray, shape: readonly number[]): Tensor {
  return new Tensor(dtype as 'float32', data as Float32Array, shape);
}
