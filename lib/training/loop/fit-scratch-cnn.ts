import type * as tf from '@tensorflow/tfjs';
import type { Dataset, Example } from '../../dataset/index';
import type { AugmentOptions } from '../../image/index';
import {
  buildResidualCnn,
  buildScratchCnn,
  type ResidualArchitecture,
  type ScratchArchitecture,
} from '../../models/index';
import { lossAndAccuracy } from '../labels';
import type { Fit } from './history';
import { predictPhotos, trainingBatches } from './photo-batches';
import { type PhotoMemory, rememberPhotos, stretchedInput } from './photo-memory';
import type { PhotoTrainingOptions } from './photo-training-options';
import { trainEpochs } from './train-epochs';

/**
 * Options of {@link fitScratchCnn}: by default 30 epochs, learning rate 0.01, {@link SCRATCH_AUGMENTATION}, no early
 * stop.
 */
export interface FitScratchCnnOptions extends PhotoTrainingOptions, ScratchArchitecture {
  /** Side of the pictures, px. Default 300, as in the presentation. */
  imageSize?: number;
  /** Trains a small residual network in the presentation's place. */
  residual?: ResidualArchitecture;
  /**
   * Side of the photos before their random changes, px: larger than `imageSize` where a policy's `random-resized-crop`
   * with `size: imageSize` cuts from them. Default `imageSize`.
   */
  photoSize?: number;
  /**
   * Side of the pictures that the network returned takes, px: it learned at `imageSize`, from crops in which dogs look
   * larger than in whole photos of that size (H. Touvron et al., 2019). Default `imageSize`.
   */
  predictSize?: number;
  /** Rate of the dropout. Default 0.1. */
  dropout?: number;
  /** Epochs after which to stop for now, see `TrainOptions`. Default all. */
  until?: number;
  /** Pixels of the photos, `imageSize` wide and high, e.g. prepared in some way. Default: decoded here, as they are. */
  memory?: PhotoMemory;
}

/** Photos to learn from and to choose the best epoch by, labels as in the dataset's list of breeds. */
export interface PhotoSplit {
  train: readonly Example[];
  validation: readonly Example[];
}

/**
 * Mirror images and small changes of place and size. The presentation's own ranges (rotation by 40 degrees, shifts
 * and zoom by 20 %) are for long trainings: this network has 14,000 parameters and does not overfit in the epochs
 * that a CPU can pay for.
 */
export const SCRATCH_AUGMENTATION: AugmentOptions = {
  rotationRange: 10,
  widthShiftRange: 0.08,
  heightShiftRange: 0.08,
  shearRange: 0,
  zoomRange: 0.1,
  horizontalFlip: true,
};

/**
 * Trains the presentation's CNN from scratch on photos: pixels / 255, random changes, Adam with a learning-rate
 * schedule, the epoch with the lowest validation loss kept. Photos are decoded once and kept in memory as bytes. The
 * same seed gives the same history; a run that is killed goes on from its checkpoint to the same result.
 *
 * @returns the model, [b, s, s, 3] float32 in 0..1 -> [b, breeds] probabilities, s being `predictSize`; dispose it
 * @throws Error when a photo cannot be read, or the checkpoint is of another run
 * @example
 * const split = splitRandom(dataset.examples, { seed: 1 });
 * const { model, history } = await fitScratchCnn(dataset, split, { epochs: 20, seed: 1 });
 */
export async function fitScratchCnn(
  dataset: Pick<Dataset, 'imagesFolder' | 'breeds' | 'fingerprint'>,
  split: PhotoSplit,
  options: FitScratchCnnOptions = {},
): Promise<Fit<tf.LayersModel>> {
  const { train, validation } = split;
  if (train.length === 0) throw new Error('expected photos to train on, received none');
  const { imageSize = 300, epochs = 30, batchSize = 16, learningRate = 0.01, dropout = 0.1 } = options;
  const { schedule = 'one-cycle', patience = epochs, augmentation = SCRATCH_AUGMENTATION } = options;
  const { seed = 0, labelSmoothing = 0, checkpoint, memoryLimit, until, onBatch, onEpoch } = options;
  const { optimizer = 'adam' } = options;
  const classes = dataset.breeds.length;
  const { blocks, filters, kernelSize, activation, downsampling, dense } = options;
  const architecture = { blocks, filters, kernelSize, activation, downsampling, dense };
  const { residual, photoSize = imageSize, predictSize = imageSize } = options;
  const make = (side: number): tf.LayersModel => {
    const build = { classes, imageSize: side, seed, dropout };
    return residual
      ? buildResidualCnn({ ...build, ...residual })
      : buildScratchCnn({ ...build, ...architecture });
  };
  const memory = options.memory ?? rememberPhotos(dataset, stretchedInput(imageSize), memoryLimit);
  const before =
    photoSize === imageSize ? memory : rememberPhotos(dataset, stretchedInput(photoSize), memoryLimit);
  const model = make(imageSize);
  const settings = { imageSize, batchSize, classes, labelSmoothing, prepare: toUnitRange };
  const validate = async () => {
    const probabilities = await predictPhotos(model, validation, memory, toUnitRange);
    const labels = validation.map((example) => example.label);
    return lossAndAccuracy(probabilities, labels, classes);
  };
  const recipe = { imageSize, epochs, batchSize, learningRate, schedule, patience, augmentation, dropout };
  const choices = { optimizer, ...architecture, residual, ...(photoSize !== imageSize && { photoSize }) };
  const data = { seed, labelSmoothing, classes, photos: dataset.fingerprint, train: train.length };
  try {
    const fit = await trainEpochs(model, {
      epochs,
      batchesPerEpoch: Math.ceil(train.length / batchSize),
      batches: (epoch) =>
        trainingBatches(train, before, { ...settings, photoSize, augmentation, seed, epoch }),
      validate: validation.length > 0 ? validate : undefined,
      until,
      optimizer,
      learningRate,
      schedule,
      patience,
      checkpoint,
      identity: JSON.stringify({ ...recipe, ...choices, ...data }),
      signal: options.signal,
      onBatch,
      onEpoch,
    });
    if (predictSize === imageSize) return fit;
    const resized = make(predictSize);
    resized.setWeights(model.getWeights());
    model.dispose();
    return { ...fit, model: resized };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Probabilities of photos by a network that takes pixels in 0..1, such as {@link fitScratchCnn}'s.
 *
 * @param options `memory`: pixels of the photos, as in {@link FitScratchCnnOptions}; `views` `flip`: the mean over a
 *   photo and its mirror image, both of which the network was trained on. Default 1.
 * @returns row-major [examples.length, classes]
 * @throws Error when a photo cannot be read
 */
export async function predictScratchCnn(
  model: tf.LayersModel,
  dataset: Pick<Dataset, 'imagesFolder'>,
  examples: readonly Example[],
  options: { memory?: PhotoMemory; views?: 1 | 'flip' } = {},
): Promise<Float32Array> {
  const { views = 1 } = options;
  const imageSize = model.inputs[0]?.shape[1] ?? 0;
  const memory = options.memory ?? rememberPhotos(dataset, stretchedInput(imageSize), 0);
  return predictPhotos(model, examples, memory, toUnitRange, views);
}

/** Pixels 0..255 -> 0..1, as the presentation's data generator does. */
const toUnitRange = (pixels: tf.Tensor4D): tf.Tensor4D => pixels.div(255);
