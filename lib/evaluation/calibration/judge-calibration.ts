import { claimCalibration } from '../claims/claim-calibration';
import type { Labels } from '../metrics/check-labels';
import type { ClassifierEvaluation } from '../metrics/evaluate-classifier';
import { type Calibration, calibration } from './calibration';
import { type FiledShare, filedShare } from './selective';
import { softmax } from './temperature-scaling';

/** Whether a classifier's percentages can be trusted, on test examples. */
export interface CalibrationJudgement {
  before: Calibration;
  after: Calibration;
  /** Test accuracy of answers by wanted precision: 95 % and 99 %. */
  filed: [FiledShare, FiledShare];
  claim: string;
}

/**
 * Judges a temperature on the test part, and how many examples file themselves with thresholds chosen on validation.
 *
 * @param validation probabilities of the head that the temperature was fitted on. @param test of the one that is judged
 * @throws Error when labels and probabilities do not fit each other
 * @example judgeCalibration(split, chosen.validation, test, calibrated.temperature).claim
 */
export function judgeCalibration(
  split: { breeds: readonly string[]; validation: { labels: Labels }; test: { labels: Labels } },
  validation: Pick<ClassifierEvaluation, 'probabilities'>,
  test: Pick<ClassifierEvaluation, 'probabilities'>,
  temperature: number,
): CalibrationJudgement {
  const classes = split.breeds.length;
  const temper = ({ probabilities }: Pick<ClassifierEvaluation, 'probabilities'>) =>
    softmax(
      Float64Array.from(probabilities, (p) => Math.log(Math.max(p, 1e-30))),
      classes,
      temperature,
    );
  const { labels } = split.test;
  const tempered = temper(test);
  const before = calibration(labels, test.probabilities, classes);
  const after = calibration(labels, tempered, classes);
  const chosenOn = { labels: split.validation.labels, probabilities: temper(validation), classes };
  const judged = { labels, probabilities: tempered, classes };
  return {
    before,
    after,
    filed: [filedShare(0.95, chosenOn, judged), filedShare(0.99, chosenOn, judged)],
    claim: claimCalibration(before.expectedError, after.expectedError, {
      temperature,
      tested: labels.length,
    }),
  };
}
