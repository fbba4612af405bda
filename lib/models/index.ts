export { assignWeights } from './assign-weights';
export { attachHead } from './attach-head';
export { buildBackbone } from './build-backbone';
export { buildHead, type HeadOptions } from './build-head';
export { buildScratchCnn, type ScratchCnnOptions } from './build-scratch-cnn';
export {
  type Classifier,
  type ClassifierInput,
  createClassifier,
  loadClassifier,
} from './classifier';
export type {
  ClassifierMetadata,
  FeatureTransform,
  OutOfDistributionRule,
  PixelInput,
} from './classifier-metadata';
export type { BreedScore, Explanation, HeatMap, Prediction } from './classifier-types';
export { ensureWeights, findWeights, type WeightsOnDisk } from './ensure-weights';
export type { OnProgress } from './fetch-npm-folder';
export { type Frozen, freeze } from './freeze';
export { type FeatureMap, type GradCamOptions, gradCam, type PixelNetwork } from './grad-cam';
export type { BackboneOptions } from './keras-layers';
export { currentLayerName } from './layer-aliases';
export { type Backbone, type LoadBackboneOptions, loadBackbone } from './load-backbone';
export { loadModel } from './load-model';
export { type OcclusionOptions, occlusionMap } from './occlusion-map';
export { classMeans, encodeFloats, strangeness, unitRows } from './out-of-distribution';
export { type InputScaling, preprocessPixels } from './preprocess-pixels';
export { readWeights } from './read-weights';
export { saveModel } from './save-model';
export { SeededDropout } from './seeded-dropout';
export { toPixels } from './to-pixels';
export type { WeightArray, WeightMap } from './weight-map';
export {
  BACKBONES,
  type BackboneName,
  type NpmSource,
  type Scaling,
  type UrlSource,
  WEIGHTS,
  type WeightFile,
  type WeightRecord,
  weightRecord,
} from './weight-records';
export { weightsCommand } from './weights-command';
export { weightPath, weightsFolder } from './weights-folder';
export { WeightsUnavailableError } from './weights-unavailable-error';
