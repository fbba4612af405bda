import * as tf from '@tensorflow/tfjs';
import type { Batch } from './train-epochs';

/** Rows to train on. */
export interface TrainingRows {
  /** Row-major [n, size] float32. */
  features: Float32Array;
  size: number;
  /** Row-major [n, classes]. */
  targets: Float32Array;
  classes: number;
}

/** Rows in one pass of a prediction: 512 pooled features, or 8 MB of wider ones. */
const rowsPerPass = (size: number) => Math.max(16, Math.min(512, Math.floor(2e6 / size)));

/** One epoch's batches: the rows in this order. */
export async function* rowBatches(
  { features, size, targets, classes }: TrainingRows,
  order: readonly number[],
  batchSize: number,
): AsyncGenerator<Batch> {
  for (let from = 0; from < order.length; from += batchSize) {
    const picked = order.slice(from, from + batchSize);
    yield {
      x: tf.tensor2d(gather(features, picked, size), [picked.length, size]),
      y: tf.tensor2d(gather(targets, picked, classes), [picked.length, classes]),
      count: picked.length,
    };
  }
}

/**
 * What a model says of rows, some at a time: memory beyond the rows does not depend on how many there are.
 *
 * @param model [b, size] -> [b, width]
 * @param features row-major [n, size] float32
 * @returns row-major [n, width]
 */
export async function predictRows(model: tf.LayersModel, features: Float32Array): Promise<Float32Array> {
  const size = model.inputs[0]?.shape[1] ?? 0;
  const width = model.outputs[0]?.shape.at(-1) ?? 0;
  const count = features.length / size;
  if (!Number.isInteger(count))
    throw new Error(`expected rows of ${size} values, received ${features.length} values`);
  const values = new Float32Array(count * width);
  const pass = rowsPerPass(size);
  for (let from = 0; from < count; from += pass) {
    const to = Math.min(count, from + pass);
    const output = tf.tidy(
      () =>
        model.predictOnBatch(
          tf.tensor2d(features.subarray(from * size, to * size), [to - from, size]),
        ) as tf.Tensor2D,
    );
    values.set(await output.data(), from * width);
    output.dispose();
  }
  return values;
}

function gather(rows: Float32Array, picked: readonly number[], size: number): Float32Array {
  const batch = new Float32Array(picked.length * size);
  for (const [index, row] of picked.entries())
    batch.set(rows.subarray(row * size, (row + 1) * size), index * size);
  return batch;
}
