import { Tensor } from 'onnxruntime-common';
import type { NumericArray, NumericType } from '../graph/value';

/** A loaded ONNX model that runs synchronously. */
export interface Session {
  /** Runs the model. @param outputs names of the outputs to compute */
  run(feeds: Record<string, Tensor>, outputs: readonly string[]): Record<string, NumericArray>;
  /** Frees what the runtime holds for the model. */
  dispose(): void;
}

/** Opens models on one runtime with fixed options. */
export interface SessionFactory {
  /**
   * Channels that lie together in the runtime's own layout of pictures (NCHWc), whose convolutions need no matrix of
   * windows; 0 where it has none.
   */
  readonly channelBlock?: number;
  /** Loads a serialized model. @throws if the runtime refuses it */
  open(model: Uint8Array): Session;
}

/** Wraps a concrete array for feeding, without a copy. */
export function feedTensor(dtype: NumericType, data: NumericArray, shape: readonly number[]): Tensor {
  return new Tensor(dtype as 'float32', data as Float32Array, shape);
}
