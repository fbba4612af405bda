export { buildBackbone } from './backbones/build-backbone';
export type { BackboneDefinition } from './backbones/define-backbone';
export { type Frozen, freeze } from './backbones/freeze';
export type { BackboneOptions } from './backbones/keras-layers';
export { type Backbone, type LoadBackboneOptions, loadBackbone } from './backbones/load-backbone';
export { BACKBONES, type BackboneName, currentLayerName, WEIGHTS, weightRecord } from './backbones/registry';
export { type FeatureMap, type GradCamOptions, gradCam, type PixelNetwork } from './explain/grad-cam';
export { type OcclusionOptions, occlusionMap } from './explain/occlusion-map';
export { attachHead } from './heads/attach-head';
export { buildHead, type HeadOptions } from './heads/build-head';
export { buildScratchCnn, type ScratchCnnOptions } from './heads/build-scratch-cnn';
export { classMeans, encodeFloats, strangeness, unitRows } from './heads/out-of-distribution';
export { SeededDropout } from './heads/seeded-dropout';
export {
  describeRecipe,
  type FeatureOptions,
  type FeatureRecipe,
  type FeatureViews,
  featureRecipe,
  recipeKey,
} from './recipe/feature-recipe';
export { decodeViews, marginBox, passes } from './recipe/photo-views';
export { type InputScaling, preprocessPixels } from './recipe/preprocess-pixels';
export { toPixels } from './recipe/to-pixels';
export { type Classifier, type ClassifierInput, createClassifier, loadClassifier } from './saved/classifier';
export type {
  ClassifierMetadata,
  FeatureTransform,
  OutOfDistributionRule,
  PixelInput,
} from './saved/classifier-metadata';
export type { BreedScore, Explanation, HeatMap, Prediction } from './saved/classifier-types';
export { loadModel } from './saved/load-model';
export { saveModel } from './saved/save-model';
export { assignWeights } from './weights/assign-weights';
export { ensureWeights, findWeights, type WeightsOnDisk } from './weights/ensure-weights';
export type { OnProgress } from './weights/fetch-npm-folder';
export { readTflite, type TfliteModel, type TfliteOperation, type TfliteTensor } from './weights/read-tflite';
export { readWeights } from './weights/read-weights';
export type { WeightArray, WeightMap } from './weights/weight-map';
export type { NpmSource, Scaling, UrlSource, WeightFile, WeightRecord } from './weights/weight-records';
export { weightPath, weightsFolder } from './weights/weights-folder';
export { WeightsUnavailableError } from './weights/weights-unavailable-error';
