import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { float } from './onnxruntime/onnx/model';
import {
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  readOnnx,
  writeOnnx,
} from './onnxruntime/onnx/read-model';

export { float, type OnnxConstant, type OnnxGraph, type OnnxNode, readOnnx, writeOnnx };

/** An ONNX model that runs by itself, without TensorFlow.js. */
export interface OnnxRunner {
  /**
   * Runs it on one input.
   *
   * @param data of the model's first input, in its element type
   * @returns every output's elements, by name
   */
  run(data: Float32Array | Uint8Array, shape: readonly number[]): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** How {@link openOnnx} opens a model. */
export interface OpenOnnxOptions {
  /** Default: all cores. */
  threads?: number;
  /** Whether the model has been through `optimizeOnnx(model, 'all')` for this processor. Default false. */
  isOptimized?: boolean;
}

/** Opens a model on onnxruntime-node's CPU provider. @throws Error when the runtime refuses it */
export async function openOnnx(
  model: Uint8Array,
  { threads, isOptimized = false }: OpenOnnxOptions = {},
): Promise<OnnxRunner> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    ...(threads && { intraOpNumThreads: threads }),
    graphOptimizationLevel: isOptimized ? 'disabled' : 'all',
    extra: { session: { force_spinning_stop: '1' } }, // between two runs others need the cores
    logSeverityLevel: 3,
  });
  const [input = ''] = session.inputNames;
  return {
    async run(data, shape) {
      const type = data instanceof Uint8Array ? 'uint8' : 'float32';
      const results = await session.run({ [input]: new Tensor(type as 'uint8', data as Uint8Array, shape) });
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]),
      );
    },
    dispose: () => session.release(),
  };
}

/**
 * A model after onnxruntime's optimizations.
 *
 * @param level `basic` keeps to ONNX's own operators: batch norms folded into their convolutions, constants computed,
 *   transposes cancelled; `all` also chooses layouts for this processor, and only the same onnxruntime reads the result
 * @throws Error when the runtime refuses it
 */
export async function optimizeOnnx(model: Uint8Array, level: 'basic' | 'all' = 'basic'): Promise<Uint8Array> {
  const { InferenceSession } = await import('onnxruntime-node');
  const folder = await mkdtemp(join(tmpdir(), 'dogbreeds-onnx-'));
  try {
    const path = join(folder, 'model.onnx');
    const session = await InferenceSession.create(model, {
      graphOptimizationLevel: level,
      optimizedModelFilePath: path,
      logSeverityLevel: 3,
    });
    await session.release();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * An ONNX graph as a function on tensors of the running engine, see `applyGraph` of the engine's package.
 *
 * @throws Error when another engine than onnxruntime runs
 */
export async function graphFunction(
  graph: OnnxGraph,
  outputShape: readonly number[],
): Promise<(x: tf.Tensor) => tf.Tensor> {
  const { applyGraph } = await import('./onnxruntime/index');
  return applyGraph(graph, outputShape);
}
