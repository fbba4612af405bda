export type { ClassicalModel } from './classical/classical-model';
export { fitLinearSvm, type LinearSvmOptions } from './classical/fit-linear-svm';
export { fitNearestNeighbours, type NearestNeighboursOptions } from './classical/fit-nearest-neighbours';
export { fitRandomForest, type RandomForestOptions } from './classical/fit-random-forest';
export { type CacheFeaturesOptions, cacheFeatures } from './features/cache-features';
export {
  type CachedFeatures,
  type CacheRecipesOptions,
  cacheRecipes,
  type WantedFeatures,
} from './features/cache-recipes';
export { type ExtractedFeatures, extractFeatures, extractRecipes } from './features/extract-features';
export {
  extractPhotoFeatures,
  type PhotoFeaturesOptions,
  pixelOptions,
} from './features/extract-photo-features';
export { type FeatureStore, type FeatureStoreOptions, openFeatureStore } from './features/feature-store';
export { type FeatureTable, gatherRows, rowsOfFiles, takeRows } from './features/feature-table';
export {
  cacheFeaturesOnQueue,
  FEATURES_QUEUE,
  type OnQueueOptions,
  startFeatureWorker,
} from './features/features-on-queue';
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
export { photoKey } from './features/missing-photos';
export {
  FAST_BACKBONES,
  loadEachShippedFeatures,
  loadShippedFeatures,
  networksNamed,
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
  PRIOR_C,
  SOFTMAX_C,
} from './heads/fit-named-head';
export { fitQuickSoftmax } from './heads/fit-quick-softmax';
export {
  fitSoftmaxRegression,
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
} from './heads/fit-softmax-regression';
export { balancedWeights, type Labels, lossAndAccuracy, oneHot } from './labels';
export { type FineTuneOptions, fineTune } from './loop/fine-tune';
export { type FineTuneLastBlockOptions, fineTuneLastBlock } from './loop/fine-tune-last-block';
export {
  type FitScratchCnnOptions,
  fitScratchCnn,
  type PhotoSplit,
  predictScratchCnn,
  SCRATCH_AUGMENTATION,
} from './loop/fit-scratch-cnn';
export { type EpochReport, emptyHistory, type Fit, type History, type OnEpoch } from './loop/history';
export type { PhotoMemory } from './loop/photo-memory';
export { stretchedInput } from './loop/photo-memory';
export { predictRows } from './loop/row-batches';
export { learningRateAt, type ScheduleName } from './loop/schedule';
export { type OnBatch, type TrainOptions, trainEpochs } from './loop/train-epochs';
export { KerasAdadelta } from './optimizers/keras-adadelta';
export { type AdamOptions, KerasAdam, KerasAdamW } from './optimizers/keras-adam';
export { huber, type LossFunction, type LossName, lossNamed } from './optimizers/losses';
export { makeOptimizer, OPTIMIZERS, type OptimizerName } from './optimizers/make-optimizer';
export { type HyperbandOptions, hyperbandBrackets, nextOfAsha, type Rung } from './search/hyperband';
export { type ParameterImportance, parameterImportance } from './search/parameter-importance';
export { runSearch, type SearchOptions, type TrialJob, type TrialReport } from './search/run-search';
export {
  checkPoint,
  choice,
  describePoint,
  drawPoint,
  int,
  logUniform,
  onlyWhen,
  type Parameter,
  type Point,
  type PointOf,
  type SearchSpace,
  uniform,
} from './search/space';
export { type Observation, suggestTpe } from './search/suggest-tpe';
export { bestTrial, lowestLoss, type Trial } from './search/trial';
export { readTrials, type TrialTable, writeTrials } from './search/trial-table';
