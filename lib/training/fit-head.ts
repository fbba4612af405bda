import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../dataset/index';
import { buildHead } from '../models/index';
import { type EarlyStopping, restoreWeights, watchEpoch } from './early-stopping';
import { emptyHistory, type Fit, type OnEpoch } from './history';
import { balancedWeights, checkLabels, type Labels, lossAndAccuracy, oneHot } from './labels';
import { learningRateAt, type ScheduleName } from './schedule';
import { foldScale, measureScale, standardize } from './standardize';

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
  const held =
    validation && tf.tensor2d(standardize(validation.features, scale), [validation.labels.length, size]);

  const model = buildHead({ featureSize: size, classes, hidden, dropout, l2, seed });
  const optimizer = tf.train.adam(learningRate);
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const random = createRandom(seed);
  const history = emptyHistory();
  const stopping: EarlyStopping = { best: Number.NEGATIVE_INFINITY, bestEpoch: -1, weights: null };
  const order = Array.from({ length: labels.length }, (_, row) => row);
  const batches = Math.ceil(order.length / batchSize);
  try {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      const shuffled = random.shuffle(order);
      let loss = 0;
      let accuracy = 0;
      for (let batch = 0; batch < batches; batch += 1) {
        const picked = shuffled.slice(batch * batchSize, (batch + 1) * batchSize);
        const step = epoch * batches + batch;
        setLearningRate(optimizer, learningRateAt(schedule, learningRate, step, epochs * batches));
        const [batchLoss, batchAccuracy] = await trainBatch(model, picked, { rows, size, targets, classes });
        loss += (batchLoss * picked.length) / order.length;
        accuracy += (batchAccuracy * picked.length) / order.length;
      }
      if (!Number.isFinite(loss))
        throw new Error(
          `the loss became ${loss} in epoch ${epoch + 1}: lower learningRate (${learningRate})`,
        );
      const valued = held && lossAndAccuracy(await predictRows(model, held), validation!.labels, classes);
      const rate = learningRateAt(schedule, learningRate, epoch, epochs);
      history.loss.push(loss);
      history.accuracy.push(accuracy);
      history.learningRate.push(rate);
      if (valued) {
        history.valLoss.push(valued.loss);
        history.valAccuracy.push(valued.accuracy);
      }
      onEpoch?.({
        epoch,
        epochs,
        loss,
        accuracy,
        valLoss: valued?.loss ?? null,
        valAccuracy: valued?.accuracy ?? null,
        learningRate: rate,
        seconds: (performance.now() - started) / 1000,
      });
      if (valued && (await watchEpoch(stopping, model, { epoch, value: -valued.loss, patience }))) break;
    }
    if (stopping.weights) restoreWeights(model, stopping.weights);
    foldScale(model.layers.find((layer) => layer.getClassName() === 'Dense')!, scale);
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
    held?.dispose();
  }
  const bestEpoch = stopping.bestEpoch < 0 ? history.loss.length - 1 : stopping.bestEpoch;
  return { model, history, bestEpoch, seconds: (performance.now() - started) / 1000 };
}

/** TF.js' optimizers read their learning rate at every step; only SGD has a setter for it. */
export function setLearningRate(optimizer: tf.Optimizer, learningRate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = learningRate;
}

interface BatchSource {
  rows: Float32Array;
  size: number;
  targets: Float32Array;
  classes: number;
}

async function trainBatch(
  model: tf.LayersModel,
  picked: readonly number[],
  { rows, size, targets, classes }: BatchSource,
): Promise<number[]> {
  const x = tf.tensor2d(gather(rows, picked, size), [picked.length, size]);
  const y = tf.tensor2d(gather(targets, picked, classes), [picked.length, classes]);
  try {
    return (await model.trainOnBatch(x, y)) as number[];
  } finally {
    tf.dispose([x, y]);
  }
}

function gather(rows: Float32Array, picked: readonly number[], size: number): Float32Array {
  const batch = new Float32Array(picked.length * size);
  for (const [index, row] of picked.entries())
    batch.set(rows.subarray(row * size, (row + 1) * size), index * size);
  return batch;
}

async function predictRows(model: tf.LayersModel, rows: tf.Tensor2D): Promise<Float32Array> {
  const output = tf.tidy(() => model.predict(rows, { batchSize: 512 }) as tf.Tensor2D);
  const values = (await output.data()) as Float32Array;
  output.dispose();
  return values;
}
