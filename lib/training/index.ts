export type { ClassicalModel } from './classical/classical-model';
export { fitLinearSvm, type LinearSvmOptions } from './classical/fit-linear-svm';
export { fitNearestNeighbours, type NearestNeighboursOptions } from './classical/fit-nearest-neighbours';
export { fitRandomForest, type RandomForestOptions } from './classical/fit-random-forest';
export {
  type CachedFeatures,
  type CacheFeaturesOptions,
  cacheFeatures,
  photoKey,
} from './features/cache-features';
export { type ExtractedFeatures, extractFeatures } from './features/extract-features';
export { extractPhotoFeatures, type PhotoFeaturesOptions } from './features/extract-photo-features';
export { type FeatureStore, type FeatureStoreOptions, openFeatureStore } from './features/feature-store';
export { type FeatureTable, rowsOfFiles, takeRows } from './features/feature-table';
export {
  type HeadPrior,
  hasImagenetPrior,
  imagenetClass,
  imagenetClassifier,
  imagenetPriorPath,
  loadImagenetPrior,
  writeImagenetPrior,
} from './features/imagenet-prior';
export { joinFeatures, transformTable } from './features/join-features';
export {
  FAST_BACKBONES,
  loadEachShippedFeatures,
  loadShippedFeatures,
  readFeatures,
  type StoredFeatures,
  shippedBackbones,
  shippedFeaturesPath,
  writeFeatures,
} from './features/shipped-features';
export {
  type FeaturePart,
  type FeatureSplit,
  joinParts,
  type SplitFeaturesOptions,
  splitFeatures,
} from './features/split-features';
export { type FeatureScale, measureScale, standardize } from './features/standardize';
export { type FitHeadOptions, fitHead, type LabelledFeatures } from './heads/fit-head';
export {
  availableHeads,
  fitNamedHead,
  HEADS,
  type HeadName,
  type NamedHead,
  type NamedHeadOptions,
} from './heads/fit-named-head';
export {
  fitSoftmaxRegression,
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
} from './heads/fit-softmax-regression';
export { balancedWeights, type Labels, lossAndAccuracy, oneHot } from './labels';
export { type FineTuneOptions, fineTune } from './loop/fine-tune';
export {
  type FitScratchCnnOptions,
  fitScratchCnn,
  type PhotoSplit,
  predictScratchCnn,
  SCRATCH_AUGMENTATION,
} from './loop/fit-scratch-cnn';
export type { EpochReport, Fit, History, OnEpoch } from './loop/history';
export { learningRateAt, type ScheduleName } from './loop/schedule';
export { type OnBatch, type TrainOptions, trainEpochs } from './loop/train-epochs';
