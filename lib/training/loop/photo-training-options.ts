import type { AugmentOptions } from '../../image/index';
import type { OnEpoch } from './history';
import type { ScheduleName } from './schedule';
import type { OnBatch } from './train-epochs';

/** What every training on photos can be told. */
export interface PhotoTrainingOptions {
  epochs?: number;
  /** Default 16. */
  batchSize?: number;
  /** Highest learning rate of Adam. */
  learningRate?: number;
  /** Default `one-cycle`. */
  schedule?: ScheduleName;
  /** Epochs without a lower validation loss after which training stops. */
  patience?: number;
  /** Ranges of the random changes, `false` for none. */
  augmentation?: AugmentOptions | false;
  /** Share of each target that is spread over all classes. Default 0. */
  labelSmoothing?: number;
  /** Of all that is random. Default 0. */
  seed?: number;
  /** File that holds the state after each epoch; a run that finds it goes on from there. */
  checkpoint?: string;
  /** Photos held in memory, bytes; others are decoded in each epoch. Default 1.5 GB. */
  memoryLimit?: number;
  onBatch?: OnBatch;
  onEpoch?: OnEpoch;
}
