import type * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../dataset/index';
import type { AugmentOptions } from '../../image/index';
import {
  attachHead,
  type Backbone,
  type FeatureOptions,
  type Frozen,
  featureRecipe,
  freeze,
  recipeHash,
} from '../../models/index';
import { lossAndAccuracy } from '../labels';
import type { PhotoSplit } from './fit-scratch-cnn';
import type { Fit } from './history';
import { predictPhotos, trainingBatches } from './photo-batches';
import { rememberPhotos } from './photo-memory';
import type { PhotoTrainingOptions } from './photo-training-options';
import { trainEpochs } from './train-epochs';

/** Options of {@link fineTune}: by default 3 epochs, learning rate 3e-5, mirror images only, patience 2. */
export interface FineTuneOptions extends PhotoTrainingOptions {
  /** Which layers learn, the head's always among them, e.g. `{ from: 'conv5_block3_1_conv' }`. Default: all learn. */
  frozen?: Frozen;
  /** How photos are decoded: as for the features that the head was fitted on. Default: whole photos, stretched. */
  recipe?: Pick<FeatureOptions, 'crop' | 'cropFraction' | 'boxMargin' | 'resize' | 'interpolation'>;
}

/** Mirror images, nothing else. */
const MIRRORED: AugmentOptions = {
  rotationRange: 0,
  widthShiftRange: 0,
  heightShiftRange: 0,
  shearRange: 0,
  zoomRange: 0,
  horizontalFlip: true,
};

/**
 * The second stage of transfer learning: with a head that was fitted on frozen features (the first stage,
 * `fitHead`), lets the last layers of the backbone learn too, at a small learning rate. Batch norms stay in inference
 * mode. The epoch with the lowest validation loss is kept, the state before training not among them. The backbone and
 * the head given are changed: they share their weights with the result.
 *
 * @returns the whole network, [b, s, s, 3] preprocessed pixels -> [b, breeds] probabilities; disposing it disposes the
 *   backbone, and the head wants disposing too
 * @throws Error when a photo cannot be read, or the head does not fit the backbone
 * @example
 * const { model } = await fineTune(dataset, split, backbone, head.model, { frozen: { from: 'conv5_block3_1_conv' } });
 */
export async function fineTune(
  dataset: Pick<Dataset, 'imagesFolder' | 'breeds' | 'fingerprint'>,
  { train, validation }: PhotoSplit,
  backbone: Backbone,
  head: tf.LayersModel,
  options: FineTuneOptions = {},
): Promise<Fit<tf.LayersModel>> {
  const {
    frozen = 'none',
    epochs = 3,
    batchSize = 16,
    learningRate = 3e-5,
    schedule = 'one-cycle',
  } = options;
  const { patience = 2, augmentation = MIRRORED, labelSmoothing = 0, seed = 0 } = options;
  const { optimizer = 'adam', checkpoint, memoryLimit, onBatch, onEpoch } = options;
  const classes = dataset.breeds.length;
  const recipe = featureRecipe(backbone, { ...options.recipe, views: 1 });
  const { size: imageSize } = recipe.input;
  if (train.length === 0) throw new Error('expected photos to train on, received none');
  const model = attachHead(backbone.model, head);
  freeze(model, frozen);
  for (const layer of head.layers) layer.trainable = true;
  const memory = rememberPhotos(dataset, recipe.input, memoryLimit);
  const prepare = (pixels: tf.Tensor4D) => backbone.preprocess(pixels);
  const settings = { imageSize, batchSize, classes, labelSmoothing, prepare };
  const validate = async () => {
    const probabilities = await predictPhotos(model, validation, memory, prepare);
    const labels = validation.map((example) => example.label);
    return lossAndAccuracy(probabilities, labels, classes);
  };
  return trainEpochs(model, {
    epochs,
    batchesPerEpoch: Math.ceil(train.length / batchSize),
    batches: (epoch) => trainingBatches(train, memory, { ...settings, augmentation, seed, epoch }),
    validate: validation.length > 0 ? validate : undefined,
    optimizer,
    learningRate,
    schedule,
    patience,
    checkpoint,
    identity: JSON.stringify({
      ...{
        recipe: recipeHash(recipe),
        frozen,
        epochs,
        batchSize,
        optimizer,
        learningRate,
        schedule,
        patience,
      },
      ...{ augmentation, labelSmoothing, seed, classes, photos: dataset.fingerprint, train: train.length },
    }),
    signal: options.signal,
    onBatch,
    onEpoch,
  });
}
