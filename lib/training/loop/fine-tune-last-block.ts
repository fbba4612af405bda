import type * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../base/index';
import { attachHead, freeze } from '../../models/index';
import type { LabelledFeatures } from '../heads/fit-head';
import { checkLabels, lossAndAccuracy, oneHot } from '../labels';
import type { Fit } from './history';
import type { PhotoTrainingOptions } from './photo-training-options';
import { predictRows, rowBatches } from './row-batches';
import { trainEpochs } from './train-epochs';

/** Options of {@link fineTuneLastBlock}: by default 4 epochs, batches of 32, learning rate 1e-4, patience 2. */
export interface FineTuneLastBlockOptions
  extends Omit<PhotoTrainingOptions, 'augmentation' | 'memoryLimit' | 'checkpoint'> {
  classes: number;
  /** Rows that the best epoch is chosen by; without them the last epoch stays. */
  validation?: LabelledFeatures;
}

/**
 * Fine-tuning of a backbone's last block, with everything before it frozen: what comes before is computed once a photo
 * (`extractFeatures` of `cutBackbone`'s front) instead of once a photo and epoch, so an epoch costs the last block only.
 * Batch norms stay in inference mode. Photos are not changed at random, since their activations are fixed. The epoch
 * with the lowest validation loss is kept, the state before training not among them. Block and head are changed: they
 * share their weights with the result, the block with its backbone as well.
 *
 * @param block as `cutBackbone` gives it, [b, size] -> [b, D]
 * @param head a classifier that was fitted on the frozen features, [b, D] -> [b, classes]
 * @param train the block's inputs, row-major [n, size]
 * @returns the block and the head as one model, [b, size] -> [b, classes] probabilities; disposing it disposes the block,
 *   and the head wants disposing too
 * @throws Error when labels and features do not fit, or the loss is not finite
 * @example
 * const { front, block } = cutBackbone(backbone);
 * const { features } = await extractFeatures(dataset, front);
 * const { model } = await fineTuneLastBlock(block, head, { features, labels }, { classes: 20 });
 */
export async function fineTuneLastBlock(
  block: tf.LayersModel,
  head: tf.LayersModel,
  { features, labels }: LabelledFeatures,
  options: FineTuneLastBlockOptions,
): Promise<Fit<tf.LayersModel>> {
  const { classes, validation, epochs = 4, batchSize = 32, learningRate = 1e-4, patience = 2 } = options;
  const { schedule = 'one-cycle', optimizer = 'adam', labelSmoothing = 0, seed = 0 } = options;
  const { onBatch, onEpoch } = options;
  const size = features.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(size))
    throw new Error(`expected features for ${labels.length} labels, received ${features.length} values`);
  checkLabels(labels, labels.length, classes);
  if (validation) checkLabels(validation.labels, validation.features.length / size, classes);
  const model = attachHead(block, head);
  freeze(model, 'none');
  const rows = { features, size, targets: oneHot(labels, classes, labelSmoothing), classes };
  const order = Array.from({ length: labels.length }, (_, row) => row);
  return trainEpochs(model, {
    epochs,
    batchesPerEpoch: Math.ceil(labels.length / batchSize),
    batches: (epoch) => rowBatches(rows, createRandom(seed * 1000 + epoch).shuffle(order), batchSize),
    validate:
      validation &&
      (async () =>
        lossAndAccuracy(await predictRows(model, validation.features), validation.labels, classes)),
    optimizer,
    learningRate,
    schedule,
    patience,
    signal: options.signal,
    onBatch,
    onEpoch,
  });
}
