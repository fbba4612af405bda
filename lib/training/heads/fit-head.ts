import type * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../base/index';
import { buildHead } from '../../models/index';
import { foldScale, measureScale, standardize } from '../features/standardize';
import { balancedWeights, checkLabels, type Labels, lossAndAccuracy, oneHot } from '../labels';
import type { Fit, OnEpoch } from '../loop/history';
import { predictRows, rowBatches } from '../loop/row-batches';
import type { ScheduleName } from '../loop/schedule';
import { trainEpochs } from '../loop/train-epochs';

/** Rows of features with as many labels. */
export interface LabelledFeatures {
  /** Row-major [n, size] float32. */
  features: Float32Array;
  labels: Labels;
}

/** Options of {@link fitHead}. */
export interface FitHeadOptions {
  classes: number;
  /** Width of the hidden layer; 0: softmax regression. Default 512, as in the presentation. */
  hidden?: number;
  /** Default 0.5 with a hidden layer, else 0. */
  dropout?: number;
  /** Weight of the squared norm of the kernels, on standardized features. Default 0. */
  l2?: number;
  /** Share of each target that is spread over all classes. Default 0. */
  labelSmoothing?: number;
  /** `balanced`, or a factor for each class. */
  classWeights?: 'balanced' | readonly number[];
  /** Highest learning rate of Adam. Default 1e-3. */
  learningRate?: number;
  /** Default `cosine`. */
  schedule?: ScheduleName;
  /** Default 64. */
  batchSize?: number;
  /** Default 40. */
  epochs?: number;
  /** Epochs without a lower validation loss after which fitting stops. Default 8. */
  patience?: number;
  /** Of the initial weights, dropout and the order of the rows. Default 0. */
  seed?: number;
  /** Rows that the best epoch is chosen by; without them the last epoch stays. */
  validation?: LabelledFeatures;
  /** Stops after the running batch, as interrupting the cell does; the best epoch so far is returned. */
  signal?: AbortSignal;
  onEpoch?: OnEpoch;
}

/**
 * Fits a classifier on frozen features with Adam: dense 512, dropout, dense n as in the presentation, or softmax
 * regression. The features are standardized for fitting (mean 0, deviation 1 over the training rows) and the scale
 * is folded into the first layer afterwards, so that the model takes features as they are. The weights of the epoch
 * with the lowest validation loss are kept. The same seed gives the same history.
 *
 * @param features row-major [n, size] float32
 * @param labels n whole numbers in 0..classes-1
 * @returns the model, [b, size] -> [b, classes] probabilities; dispose it
 * @throws Error when labels and features do not fit, or the loss is not finite
 * @example
 * const { model, history } = await fitHead(train.features, trainLabels, { classes: 120, validation, seed: 1 });
 */
export async function fitHead(
  features: Float32Array,
  labels: Labels,
  options: FitHeadOptions,
): Promise<Fit<tf.LayersModel>> {
  const { classes, hidden = 512, l2 = 0, dropout, validation, seed = 0, onEpoch } = options;
  const { learningRate = 1e-3, schedule = 'cosine', batchSize = 64, epochs = 40, patience = 8 } = options;
  const size = features.length / labels.length;
  if (labels.length === 0 || !Number.isInteger(size))
    throw new Error(`expected features for ${labels.length} labels, received ${features.length} values`);
  checkLabels(labels, labels.length, classes);
  if (validation) checkLabels(validation.labels, validation.features.length / size, classes);
  const started = performance.now();
  const scale = measureScale(features, size);
  const rows = standardize(features, scale);
  const weights =
    options.classWeights === 'balanced' ? balancedWeights(labels, classes) : options.classWeights;
  const targets = oneHot(labels, classes, options.labelSmoothing, weights);
  const held = validation && standardize(validation.features, scale);

  const model = buildHead({ featureSize: size, classes, hidden, dropout, l2, seed });
  const random = createRandom(seed);
  const order = Array.from({ length: labels.length }, (_, row) => row);
  const validate =
    held && validation
      ? async () => lossAndAccuracy(await predictRows(model, held), validation.labels, classes)
      : undefined;
  try {
    const fit = await trainEpochs(model, {
      epochs,
      batchesPerEpoch: Math.ceil(order.length / batchSize),
      batches: () => rowBatches({ features: rows, size, targets, classes }, random.shuffle(order), batchSize),
      validate,
      learningRate,
      schedule,
      patience,
      signal: options.signal,
      onEpoch,
    });
    const first = model.layers.find((layer) => layer.getClassName() === 'Dense');
    if (first) foldScale(first, scale);
    return { ...fit, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
