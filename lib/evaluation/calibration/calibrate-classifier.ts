import { formatPercent } from '../../base/index';
import { type ClassifierMetadata, classMeans, encodeFloats, strangeness } from '../../models/index';
import { quantile } from '../intervals/bootstrap-interval';
import type { Labels } from '../metrics/check-labels';
import { answersBySureness, type LabelledProbabilities } from './selective';
import { fitTemperature, softmax } from './temperature-scaling';
import { thresholdThatHolds } from './threshold-that-holds';

/** Fewer validation examples say too little about probabilities: a temperature fitted on 8 photos was 0.01. */
export const CALIBRATION_EXAMPLES = 50;
/** Share of the names given that shall be right. */
export const SURE_ACCURACY = 0.9;
/** A fitted temperature outside of these says more about the examples than about the classifier. */
const TEMPERATURES = [0.2, 10] as const;

/** Rows of features with their labels. */
interface FeatureRows {
  /** Row-major [n, size], as the backbone gives them (before any transform). */
  features: ArrayLike<number>;
  labels: Labels;
}

/** What {@link calibrateClassifier} calibrates on: validation examples, never test examples. */
export interface CalibrationData {
  /** The head's outputs for the validation examples, row-major [n, classes] probabilities. */
  probabilities: ArrayLike<number>;
  /** n class indices. */
  labels: Labels;
  classes: number;
  /** Features of the training examples (for the class means) and of the validation examples (for the threshold). */
  features?: { size: number; train: FeatureRows; validation: ArrayLike<number> };
  /** Share of right answers that an answer without "not sure" shall reach. Default {@link SURE_ACCURACY}. */
  sureAccuracy?: number;
  /** Share of dogs that may be called "probably not a dog". Default 0.01. */
  falseAlarms?: number;
  /** Examples from which on temperature and `notSureBelow` are fitted. Default {@link CALIBRATION_EXAMPLES}. */
  enough?: number;
}

/** The calibrated part of a {@link ClassifierMetadata}. */
export type CalibratedPart = Pick<ClassifierMetadata, 'temperature' | 'notSureBelow' | 'outOfDistribution'>;

/**
 * Calibrates a classifier on its validation examples:
 *
 * - `temperature` by temperature scaling (C. Guo et al. 2017);
 * - `notSureBelow`: the lowest top-1 probability from which on `sureAccuracy` of the answers are right, on new photos
 *   too, with 95 % confidence ({@link thresholdThatHolds}); 1 where that can be said of none;
 *   with fewer than {@link CALIBRATION_EXAMPLES} examples both are left as they are: temperature 1, `sureAccuracy`;
 * - `outOfDistribution`: strangeness (1 - the largest cosine to a class mean) above which only `falseAlarms` of the
 *   validation examples lie.
 *
 * @throws Error when labels and probabilities do not fit each other
 * @example
 * const part = calibrateClassifier({ probabilities, labels, classes: 120, features });
 * await saveModel(head, 'data/models/final', { classNames, backbone: 'resnet50', featureTransform: 'none', ...part, metrics, description });
 */
export function calibrateClassifier(data: CalibrationData): CalibratedPart {
  const { probabilities, labels, classes, features, sureAccuracy = SURE_ACCURACY, falseAlarms = 0.01 } = data;
  const { enough: wanted = CALIBRATION_EXAMPLES } = data;
  const logits = Float64Array.from(probabilities, (p) => Math.log(Math.max(p, 1e-30)));
  const enough = labels.length >= wanted;
  const [lowest, highest] = TEMPERATURES;
  const fitted = enough ? fitTemperature(labels, logits, classes) : 1;
  const temperature = Math.min(highest, Math.max(lowest, fitted));
  const notSureBelow = enough
    ? sureThreshold({ labels, probabilities: softmax(logits, classes, temperature), classes }, sureAccuracy)
    : sureAccuracy;
  return {
    temperature,
    notSureBelow,
    outOfDistribution: features ? strangenessRule(features, classes, falseAlarms) : null,
  };
}

const sureThreshold = (data: LabelledProbabilities, wanted: number): number =>
  Math.min(1, thresholdThatHolds(answersBySureness(data), wanted));

function strangenessRule(
  { size, train, validation }: NonNullable<CalibrationData['features']>,
  classes: number,
  falseAlarms: number,
): NonNullable<CalibratedPart['outOfDistribution']> {
  const means = classMeans(train.features, size, train.labels, classes);
  const scores = Array.from(strangeness(validation, size, means)).sort((a, b) => a - b);
  const threshold = quantile(scores, 1 - falseAlarms);
  const above = scores.filter((score) => score > threshold).length / scores.length;
  return { method: 'class-mean-cosine', threshold, falseAlarms: above, means: encodeFloats(means), size };
}

/**
 * What a calibration rests on, as a sentence.
 *
 * @param examples how many validation examples there were
 */
export const describeCalibration = (examples: number): string =>
  examples >= CALIBRATION_EXAMPLES
    ? `calibrated on ${examples} validation photos`
    : `not calibrated: ${examples} validation photos are too few (${CALIBRATION_EXAMPLES} are needed), so the probabilities are as trained and an answer counts as sure from ${formatPercent(SURE_ACCURACY, 0)} on`;
