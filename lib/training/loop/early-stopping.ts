import * as tf from '@tensorflow/tfjs';

/** A model's weights, kept as numbers outside the engine. */
export type WeightSnapshot = (Float32Array | Int32Array | Uint8Array)[];

/** Copies a model's weights, batch norm's moving statistics included. */
export async function snapshotWeights(model: tf.LayersModel): Promise<WeightSnapshot> {
  return Promise.all(model.getWeights().map(async (weight) => (await weight.data()).slice()));
}

/** Puts a snapshot back. @throws Error when it is of another model */
export function restoreWeights(model: tf.LayersModel, snapshot: WeightSnapshot): void {
  const current = model.getWeights();
  if (current.length !== snapshot.length)
    throw new Error(`expected weights of ${current.length} arrays, received ${snapshot.length}`);
  const tensors = current.map((weight, index) =>
    tf.tensor(snapshot[index] ?? [], weight.shape, weight.dtype),
  );
  model.setWeights(tensors);
  tf.dispose(tensors);
}

/** Watches a figure that should rise, and keeps the weights of its best epoch. */
export interface EarlyStopping {
  best: number;
  /** The epoch, counted from 0, of the best figure; -1 before the first. */
  bestEpoch: number;
  weights: WeightSnapshot | null;
}

/**
 * Takes one epoch's figure into account. Follows `keras.callbacks.EarlyStopping` with `restore_best_weights`.
 *
 * @param value higher is better; pass minus the loss for a loss
 * @param patience epochs without a better figure that are allowed
 * @returns whether training should stop
 */
export async function watchEpoch(
  state: EarlyStopping,
  model: tf.LayersModel,
  { epoch, value, patience }: { epoch: number; value: number; patience: number },
): Promise<boolean> {
  if (state.bestEpoch < 0 || value > state.best) {
    state.best = value;
    state.bestEpoch = epoch;
    state.weights = await snapshotWeights(model);
    return false;
  }
  return epoch - state.bestEpoch >= patience;
}
