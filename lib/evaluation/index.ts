export { type BackboneNotRun, type BackboneRun, ran, type TunedRun } from './backbone-runs';
export {
  type CalibratedPart,
  type CalibrationData,
  calibrateClassifier,
  describeCalibration,
} from './calibration/calibrate-classifier';
export { type Calibration, calibration, type ReliabilityBin } from './calibration/calibration';
export {
  type ClassCalibration,
  calibrationByClass,
  classCalibrationTable,
} from './calibration/calibration-by-class';
export { claimThreshold, filingTable } from './calibration/filing';
export { largestThatHolds } from './calibration/fixed-sequence';
export { type CalibrationJudgement, judgeCalibration } from './calibration/judge-calibration';
export {
  type FiledShare,
  filedShare,
  type LabelledProbabilities,
  type SelectivePoint,
  selectiveCurve,
} from './calibration/selective';
export { fitTemperature, softmax } from './calibration/temperature-scaling';
export { claimBalance, claimLists } from './claims/claim-balance';
export { claimCalibration, claimFiled, claimSameModel } from './claims/claim-calibration';
export { claimColours, claimEffects, claimSteps, claimWhitening } from './claims/claim-colours';
export { claimDifference, claimRanking, type RankedClassifier } from './claims/claim-difference';
export { boxShares, claimDogs, describeFrames } from './claims/claim-dogs';
export { claimIndex, claimIndexThreshold } from './claims/claim-index';
export { claimMistakes, claimWorstBreed } from './claims/claim-mistakes';
export { claimRobustness } from './claims/claim-robustness';
export {
  claimAnswer,
  claimNotRun,
  claimProtocol,
  claimWindow,
  describeParts,
  describeTestPart,
} from './claims/claim-run';
export {
  claimAgainstChance,
  claimBeside,
  claimBesideFinal,
  claimGuessing,
  claimMoreClasses,
  describeShare,
} from './claims/claim-score';
export { claimFound, claimSearch, claimSeeds, type SearchFacts } from './claims/claim-search';
export { claimChannels, claimSizes } from './claims/claim-sizes';
export { claimLuck, claimTraining } from './claims/claim-training';
export { countOf, listWords, median } from './claims/phrases';
export { type BootstrapOptions, bootstrapInterval, pick, quantile } from './intervals/bootstrap-interval';
export { compareAll, type ModelComparison } from './intervals/compare-all';
export { comparePaired, type PairedComparison } from './intervals/compare-paired';
export { holm } from './intervals/holm';
export { formatInterval, type Interval } from './intervals/interval';
export { fitPowerLaw, type PowerLaw } from './intervals/power-law';
export { scoreInterval } from './intervals/score-interval';
export { tInterval } from './intervals/t-interval';
export { wilsonInterval } from './intervals/wilson-interval';
export { accuracy, accuracyInterval } from './metrics/accuracy';
export { chanceAccuracy, majorityBaseline, nearestMean } from './metrics/baselines';
export type { Labels } from './metrics/check-labels';
export { type ClassificationReport, classificationReport } from './metrics/classification-report';
export { confusionMatrix, normalizeRows } from './metrics/confusion-matrix';
export {
  type ClassifierEvaluation,
  evaluateHead,
  evaluateProbabilities,
} from './metrics/evaluate-classifier';
export { type SuspiciousLabel, suspiciousLabels } from './metrics/label-quality';
export { logLoss } from './metrics/log-loss';
export { type Confusion, mostConfused } from './metrics/most-confused';
export { orderBySimilarity } from './metrics/order-by-similarity';
export {
  type ClassScores,
  type PrecisionRecallF1,
  precisionRecallF1,
  type ScoreOptions,
  type Scores,
} from './metrics/precision-recall-f1';
export { METRICS, type Metric, type MetricName, scoreAll } from './metrics/scores';
export { largestDifference, savedMetrics, topBreeds } from './metrics/top-breeds';
export { predictedClasses, topK, topKAccuracy } from './metrics/top-k';
export { PRESENTATION, type PresentationTransfer } from './presentation-figures';
