import * as tf from '@tensorflow/tfjs';
import { beginStoppable } from '../../base/index';
import { type LossName, lossNamed } from '../optimizers/losses';
import { makeOptimizer, type OptimizerName } from '../optimizers/make-optimizer';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { type EarlyStopping, restoreWeights, watchEpoch } from './early-stopping';
import { emptyHistory, type Fit, type History, type OnEpoch } from './history';
import { learningRateAt, type ScheduleName } from './schedule';

/** Inputs and one-hot targets of one step; disposed by the trainer. */
export interface Batch {
  x: tf.Tensor;
  y: tf.Tensor;
  /** Rows that count; others fill the batch up. */
  count: number;
}

/** Called after each step, for live displays. */
export type OnBatch = (report: { epoch: number; batch: number; batches: number; loss: number }) => void;

/** How a model is trained. */
export interface TrainOptions {
  epochs: number;
  batchesPerEpoch: number;
  /** The batches of an epoch; must depend on the epoch only, so that a resumed run sees the same. */
  batches: (epoch: number) => AsyncIterable<Batch>;
  /** Loss and accuracy on the validation photos; without it the last epoch stays. */
  validate?: () => Promise<{ loss: number; accuracy: number }>;
  /** Epochs after which this call stops, to go on later from the checkpoint: the schedule stays that of all epochs. */
  until?: number;
  /** Default `adam`. */
  optimizer?: OptimizerName;
  /** Default `categoricalCrossentropy`. */
  loss?: LossName;
  /** Highest learning rate. */
  learningRate: number;
  schedule: ScheduleName;
  /** Epochs without a lower validation loss after which training stops. */
  patience: number;
  /** File that holds the state after each epoch: a run that finds it goes on from there. */
  checkpoint?: string;
  /** What the run depends on, as text; a checkpoint of another run is refused. */
  identity?: string;
  /**
   * Stops training after the running batch, as interrupting the cell does: the best epoch's weights are put back and
   * the history of the epochs that were done is returned.
   */
  signal?: AbortSignal;
  onBatch?: OnBatch;
  onEpoch?: OnEpoch;
}

/**
 * Trains a model, by default with Adam on cross-entropy: learning-rate schedule, early stopping, the best epoch's weights
 * restored, and checkpoints from which a killed run goes on to the same result.
 *
 * @param model ends in softmax; compiled here, and trained in place
 * @throws Error when the loss is not finite, or the checkpoint is of another run; Interrupted when it was stopped
 *   before it began
 */
export async function trainEpochs(
  model: tf.LayersModel,
  options: TrainOptions,
): Promise<Fit<tf.LayersModel>> {
  const { epochs, batchesPerEpoch, learningRate, schedule, patience, checkpoint, identity = '' } = options;
  const work = beginStoppable(options.signal);
  const started = performance.now();
  const optimizer = makeOptimizer(options.optimizer ?? 'adam', learningRate);
  const loss = lossNamed(options.loss ?? 'categoricalCrossentropy');
  model.compile({ optimizer, loss, metrics: ['accuracy'] });
  let history = emptyHistory();
  let stopping: EarlyStopping = { best: Number.NEGATIVE_INFINITY, bestEpoch: -1, weights: null };
  let secondsBefore = 0;
  const found = checkpoint ? await readCheckpoint(checkpoint, { model, optimizer, identity }) : null;
  if (found) ({ history, stopping, seconds: secondsBefore } = found);
  const seconds = () => secondsBefore + (performance.now() - started) / 1000;
  let kept: string | undefined;
  try {
    let done = found?.finished ?? false;
    const until = Math.min(epochs, options.until ?? epochs);
    for (let epoch = history.loss.length; epoch < until && !done; epoch += 1) {
      let loss = 0;
      let accuracy = 0;
      let rows = 0;
      let batch = 0;
      for await (const { x, y, count } of options.batches(epoch)) {
        const step = epoch * batchesPerEpoch + batch;
        setLearningRate(optimizer, learningRateAt(schedule, learningRate, step, epochs * batchesPerEpoch));
        const [batchLoss = Number.NaN, batchAccuracy = Number.NaN] = (await model.trainOnBatch(
          x,
          y,
        )) as number[];
        tf.dispose([x, y]);
        if (!Number.isFinite(batchLoss))
          throw new Error(
            `the loss became ${batchLoss} in epoch ${epoch + 1}: lower learningRate (${learningRate})`,
          );
        loss += batchLoss * count;
        accuracy += batchAccuracy * count;
        rows += count;
        batch += 1;
        options.onBatch?.({ epoch, batch, batches: batchesPerEpoch, loss: batchLoss });
        if (await work.shouldStop()) {
          const best = stopping.bestEpoch + 1;
          const weights =
            best > 0 ? `the weights of epoch ${best}, the best so far` : 'the weights of that batch';
          kept = `training stopped in epoch ${epoch + 1} of ${epochs}, batch ${batch} of ${batchesPerEpoch}; kept: ${weights}, and the history of ${history.loss.length} epochs`;
          break;
        }
      }
      if (kept) break;
      const valued = (await options.validate?.()) ?? null;
      const rate = learningRateAt(schedule, learningRate, epoch, epochs);
      record(history, { loss: loss / rows, accuracy: accuracy / rows, rate, valued });
      options.onEpoch?.({
        epoch,
        epochs,
        loss: loss / rows,
        accuracy: accuracy / rows,
        valLoss: valued?.loss ?? null,
        valAccuracy: valued?.accuracy ?? null,
        learningRate: rate,
        seconds: seconds(),
      });
      if (valued) done = await watchEpoch(stopping, model, { epoch, value: -valued.loss, patience });
      const state = { history, stopping, seconds: seconds(), finished: done };
      if (checkpoint) await writeCheckpoint(checkpoint, { model, optimizer, identity }, state);
    }
    if (stopping.weights) restoreWeights(model, stopping.weights);
  } finally {
    work.end(kept);
    optimizer.dispose();
  }
  const bestEpoch = stopping.bestEpoch < 0 ? history.loss.length - 1 : stopping.bestEpoch;
  return { model, history, bestEpoch, seconds: seconds() };
}

function record(
  history: History,
  figures: {
    loss: number;
    accuracy: number;
    rate: number;
    valued: { loss: number; accuracy: number } | null;
  },
): void {
  history.loss.push(figures.loss);
  history.accuracy.push(figures.accuracy);
  history.learningRate.push(figures.rate);
  if (figures.valued) {
    history.valLoss.push(figures.valued.loss);
    history.valAccuracy.push(figures.valued.accuracy);
  }
}

/** TF.js' optimizers read their learning rate at every step; SGD, with momentum or without, has a setter for it. */
function setLearningRate(optimizer: tf.Optimizer, learningRate: number): void {
  const own = optimizer as unknown as { learningRate: number; setLearningRate?: (rate: number) => void };
  if (own.setLearningRate) own.setLearningRate(learningRate);
  else own.learningRate = learningRate;
}
