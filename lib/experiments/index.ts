export {
  type CompareBackbonesOptions,
  compareBackbones,
} from './compare-backbones';
export { type ClassifierRow, compareClassifiers } from './compare-classifiers';
export {
  type FinalClassifier,
  type FinalClassifierOptions,
  fitFinalClassifier,
  type JudgedHead,
} from './fit-final-classifier';
export { type RepeatedSplits, repeatSplits } from './repeat-splits';
export { type StepTime, timeSteps } from './time-steps';
export { type ScratchRun, trainScratch } from './train-scratch';
