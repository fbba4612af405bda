export { type CachedFeatures, type CacheFeaturesOptions, cacheFeatures, photoKey } from './cache-features';
export type { ClassicalModel } from './classical-model';
export { type ExtractedFeatures, extractFeatures } from './extract-features';
export { extractPhotoFeatures, type PhotoFeaturesOptions } from './extract-photo-features';
export {
  describeRecipe,
  type FeatureOptions,
  type FeatureRecipe,
  type FeatureViews,
  featureRecipe,
  recipeKey,
} from './feature-recipe';
export { type FeatureStore, type FeatureStoreOptions, openFeatureStore } from './feature-store';
export { type FeatureTable, rowsOfFiles, takeRows } from './feature-table';
export { type FeaturesCommandOptions, featuresCommand } from './features-command';
export { type FineTuneOptions, fineTune } from './fine-tune';
export { type FitHeadOptions, fitHead, type LabelledFeatures } from './fit-head';
export { fitLinearSvm, type LinearSvmOptions } from './fit-linear-svm';
export {
  availableHeads,
  fitNamedHead,
  HEADS,
  type HeadName,
  type NamedHead,
  type NamedHeadOptions,
} from './fit-named-head';
export { fitNearestNeighbours, type NearestNeighboursOptions } from './fit-nearest-neighbours';
export { fitRandomForest, type RandomForestOptions } from './fit-random-forest';
export {
  type FitScratchCnnOptions,
  fitScratchCnn,
  type PhotoSplit,
  predictScratchCnn,
  SCRATCH_AUGMENTATION,
} from './fit-scratch-cnn';
export {
  fitSoftmaxRegression,
  type SoftmaxRegression,
  type SoftmaxRegressionOptions,
} from './fit-softmax-regression';
export type { EpochReport, Fit, History, OnEpoch } from './history';
export { type HeadPrior, imagenetClass, imagenetPriorPath, loadImagenetPrior } from './imagenet-prior';
export { balancedWeights, type Labels, lossAndAccuracy, oneHot } from './labels';
export { marginBox } from './photo-views';
export { formatProgress, measureProgress, type OnProgress, type Progress } from './progress';
export { type Outcome, runAhead } from './run-ahead';
export { learningRateAt, type ScheduleName } from './schedule';
export {
  loadShippedFeatures,
  readFeatures,
  type StoredFeatures,
  shippedFeaturesPath,
  writeFeatures,
} from './shipped-features';
export {
  type FeaturePart,
  type FeatureSplit,
  type SplitFeaturesOptions,
  splitFeatures,
} from './split-features';
export { type FeatureScale, measureScale, standardize } from './standardize';
export { type OnBatch, type TrainOptions, trainEpochs } from './train-epochs';
export { type FeatureTransformName, transformFeatures } from './transform-features';
