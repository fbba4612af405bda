export { accuracy, accuracyInterval } from './accuracy';
export { chanceAccuracy, majorityBaseline, nearestMean } from './baselines';
export { type BootstrapOptions, bootstrapInterval, pick, quantile } from './bootstrap-interval';
export { type CalibratedPart, type CalibrationData, calibrateClassifier } from './calibrate-classifier';
export { type Calibration, calibration, type ReliabilityBin } from './calibration';
export type { Labels } from './check-labels';
export { type ClassificationReport, classificationReport } from './classification-report';
export {
  type BackboneNotRun,
  type BackboneRun,
  type CompareBackbonesOptions,
  compareBackbones,
  ran,
} from './compare-backbones';
export { type ClassifierRow, compareClassifiers } from './compare-classifiers';
export { comparePaired, type PairedComparison } from './compare-paired';
export { confusionMatrix, normalizeRows } from './confusion-matrix';
export { type ClassifierEvaluation, evaluateHead, evaluateProbabilities } from './evaluate-classifier';
export { formatInterval, type Interval } from './interval';
export { logLoss } from './log-loss';
export { type Confusion, mostConfused } from './most-confused';
export { orderBySimilarity } from './order-by-similarity';
export {
  type ClassScores,
  type PrecisionRecallF1,
  precisionRecallF1,
  type Scores,
} from './precision-recall-f1';
export { PRESENTATION, type PresentationTransfer } from './presentation-figures';
export { type RepeatedSplits, repeatSplits } from './repeat-splits';
export { tInterval } from './t-interval';
export { fitTemperature, softmax } from './temperature-scaling';
export { type StepTime, timeSteps } from './time-steps';
export { predictedClasses, topK, topKAccuracy } from './top-k';
export { type ScratchRun, trainScratch } from './train-scratch';
export { wilsonInterval } from './wilson-interval';
