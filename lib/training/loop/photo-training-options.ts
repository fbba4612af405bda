import type { AugmentationStep, AugmentOptions } from '../../image/index';
import type { OptimizerName } from '../optimizers/make-optimizer';
import type { OnEpoch } from './history';
import type { ScheduleName } from './schedule';
import type { OnBatch } from './train-epochs';

/**
 * How training photos are changed at random. Where a policy mixes pictures (mixup, cutmix), their targets are mixed in
 * the same shares.
 */
export type TrainingAugmentation = AugmentOptions | readonly AugmentationStep[] | false;

/** What every training on photos can be told. */
export interface PhotoTrainingOptions {
  epochs?: number;
  /** Default 16. */
  batchSize?: number;
  /** Default `adam`. */
  optimizer?: OptimizerName;
  /** Highest learning rate. */
  learningRate?: number;
  /** Default `one-cycle`. */
  schedule?: ScheduleName;
  /** Epochs without a lower validation loss after which training stops. */
  patience?: number;
  /** Random changes: ranges as Keras names them, or a policy (a list of augmentations); `false` for none. */
  augmentation?: TrainingAugmentation;
  /** Share of each target that is spread over all classes. Default 0. */
  labelSmoothing?: number;
  /** Of all that is random. Default 0. */
  seed?: number;
  /** File that holds the state after each epoch; a run that finds it goes on from there. */
  checkpoint?: string;
  /** Photos held in memory, bytes; others are decoded in each epoch. Default 1.5 GB. */
  memoryLimit?: number;
  /** Stops after the running batch, as interrupting the cell does; the best epoch so far is returned. */
  signal?: AbortSignal;
  onBatch?: OnBatch;
  onEpoch?: OnEpoch;
}
