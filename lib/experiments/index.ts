export {
  type AblationRow,
  type AblationSummary,
  ablationPath,
  describeAblation,
  encodeAblation,
  readAblation,
  summarizeAblation,
} from './ablation/ablation-table';
export { POLICIES, PREPARATIONS } from './ablation/preparations';
export { type AblationOptions, runAblation } from './ablation/run-ablation';
export { showAblation } from './ablation/show-ablation';
export { type ClassifierRow, compareClassifiers } from './compare-classifiers';
export { type ConfidentError, confidentErrors } from './evidence/confident-errors';
export {
  describeLearningCurve,
  type LearningCurve,
  type LearningPoint,
  learningCurve,
} from './evidence/learning-curve';
export { type BreedMap, describeBreedMap, type MappedBreed, mapBreeds } from './evidence/map-breeds';
export { cardBody, type ModelCardFacts, modelCard, secondsOf, writeModelCard } from './evidence/model-card';
export {
  type FinalClassifier,
  type FinalClassifierOptions,
  fitFinalClassifier,
  type JudgedHead,
} from './fit-final-classifier';
export { type GuessBaseline, guessBaseline } from './guess-baseline';
export {
  measureRobustness,
  type RobustnessOptions,
  type RobustnessRow,
  testWorsePhotos,
} from './measure-robustness';
export { measureSteps, type StepEffect } from './measure-steps';
export { type OpenPhotosOptions, openPhotos, openPhotosIfAny } from './open-photos';
export {
  type PublishedScratch,
  type PublishedScratchRun,
  publishedScratch,
  publishScratch,
  scratchAnswers,
} from './published-scratch';
export {
  checkQuality,
  type QualityReport,
} from './quality/check-quality';
export { claimLeak, claimQuality } from './quality/claim-quality';
export { farOutliers } from './quality/far-outliers';
export { type ComparedPhoto, type DuplicatePair, findDuplicates } from './quality/find-duplicates';
export { type LeakWorth, leakWorth } from './quality/leak-worth';
export { claimCopies, type NearCopies, nearCopies } from './quality/near-copies';
export { outOfFold } from './quality/out-of-fold';
export { type PhotoPrint, photoPrints } from './quality/photo-prints';
export type { QualityFinding } from './quality/quality-findings';
export { type QualitySource, qualitySource } from './quality/quality-source';
export type { SuspiciousPhoto } from './quality/quality-types';
export { saveQuality } from './quality/save-quality';
export {
  type QuantizeClassifierOptions,
  type QuantizedClassifier,
  quantizeClassifier,
} from './quantize-classifier';
export {
  describeSearch,
  describeSeeds,
  keepSearch,
  searchImportance,
  searchRungs,
  searchTable,
  searchValues,
  seedTable,
  showImportance,
  showSeeds,
} from './scratch/describe-search';
export type { ScratchWorkers } from './scratch/open-pool';
export { aboutSearch, openScratchTables, type ScratchTablesOptions } from './scratch/open-tables';
export {
  loadScratchSearch,
  loadScratchSeeds,
  NETWORKS,
  publishedNetworks,
  scratchFiles,
  scratchRecipe,
} from './scratch/published';
export {
  compareSeeds,
  type RepeatedNetwork,
  readSeeds,
  repeatScratch,
  type SeedRow,
  type SeedSummary,
  type SeedTable,
  summarizeSeeds,
} from './scratch/repeat-scratch';
export type { ScratchData, ScratchJob, ScratchResult, ScratchScores } from './scratch/scratch-job';
export { type ScratchPool, startScratchPool } from './scratch/scratch-pool';
export { TRAININGS_QUEUE, type TrainingQueue } from './scratch/scratch-queue';
export {
  PRESENTATION_POINT,
  repeatTrial,
  SCRATCH_SPACE,
  type ScratchPoint,
  type SearchScratchOptions,
  scratchOptions,
  searchScratch,
} from './scratch/search-scratch';
export { startTrainingWorker, type TrainingWorkerOptions } from './scratch/training-worker';
export {
  parameterTable,
  showPublishedScratch,
  showScratch,
  showScratchClaims,
} from './scratch-display';
export { type StepTime, timeSteps } from './time-steps';
export { type ScratchRun, trainScratch } from './train-scratch';
export {
  type CompareBackbonesOptions,
  compareBackbones,
} from './transfer/compare-backbones';
export { type RepeatedSplits, repeatSplits } from './transfer/repeat-splits';
export {
  bestHead,
  bestOnValidation,
  type CropRun,
  featuresOf,
  type TestedHeads,
  testHeads,
  tryCrops,
  tryVariant,
} from './transfer/run-transfer';
export { type TuneLastBlockOptions, tuneLastBlock } from './transfer/tune-last-block';
