import { elementAt } from '../../base/index';
import type { Interval } from '../intervals/interval';
import { wilsonInterval } from '../intervals/wilson-interval';
import { checkColumn, checkScores, type Labels } from '../metrics/check-labels';
import { predictedClasses } from '../metrics/top-k';
import { type Answer, thresholdThatHolds } from './threshold-that-holds';

/** One point of the curve: what is answered when only the surest answers are given. */
export interface SelectivePoint {
  /** Answers with at least this probability are given. */
  threshold: number;
  /** Share of examples that are answered, 0..1. */
  coverage: number;
  /** Share of those that are right, 0..1. */
  precision: number;
}

/** Labelled rows of class probabilities. */
export interface LabelledProbabilities {
  labels: Labels;
  /** Row-major [n, classes]. */
  probabilities: ArrayLike<number>;
  classes: number;
}

/**
 * The highest probability of each example and whether its class is right, surest first.
 *
 * @throws Error when labels and probabilities do not fit each other
 */
export function answersBySureness({ labels, probabilities, classes }: LabelledProbabilities): Answer[] {
  checkColumn('labels', labels, classes);
  checkScores(probabilities, labels.length, classes);
  const predicted = predictedClasses(probabilities, classes);
  return Array.from(predicted, (answer, row) => ({
    probability: elementAt(probabilities, row * classes + answer),
    right: answer === labels[row],
  })).sort((a, b) => b.probability - a.probability);
}

/**
 * Precision against the share that is answered, one point for each distinct probability, from the surest answers on
 * (the selective risk curve of Geifman and El-Yaniv 2017 is 1 - precision).
 *
 * @throws Error when labels and probabilities do not fit each other
 */
export function selectiveCurve(data: LabelledProbabilities): SelectivePoint[] {
  const answers = answersBySureness(data);
  const points: SelectivePoint[] = [];
  let right = 0;
  answers.forEach((answer, i) => {
    if (answer.right) right++;
    if (answers[i + 1]?.probability === answer.probability) return;
    points.push({
      threshold: answer.probability,
      coverage: (i + 1) / answers.length,
      precision: right / (i + 1),
    });
  });
  return points;
}

/** How many photos file themselves at a wanted precision. */
export interface FiledShare {
  /** Precision that was asked for, 0..1. */
  wanted: number;
  /** Answers with at least this probability are filed without a person; above 1 where none could be shown to hold. */
  threshold: number;
  /** Photos that the threshold was chosen on. */
  chosenOn: number;
  /** Share of the test examples that is filed, with Wilson's interval. */
  filed: Interval;
  /** Share of the filed ones that is right, with Wilson's interval; null when none is filed. */
  precision: Interval | null;
}

/**
 * The share of photos that need no person when answers below a threshold are left to one. The threshold is the lowest
 * that {@link thresholdThatHolds} can vouch for on `chosenOn`; what it then gives is measured on `test`.
 *
 * @param wanted precision, in (0, 1]
 * @throws RangeError for another `wanted`
 * @example filedShare(0.95, validation, test).filed.estimate // 0.93
 */
export function filedShare(
  wanted: number,
  chosenOn: LabelledProbabilities,
  test: LabelledProbabilities,
): FiledShare {
  if (!(wanted > 0 && wanted <= 1))
    throw new RangeError(`expected a precision above 0 and at most 1, received ${wanted}`);
  const threshold = thresholdThatHolds(answersBySureness(chosenOn), wanted);
  const answers = answersBySureness(test);
  const filed = answers.filter(({ probability }) => probability >= threshold);
  const right = filed.filter((answer) => answer.right).length;
  return {
    wanted,
    threshold,
    chosenOn: chosenOn.labels.length,
    filed: wilsonInterval(filed.length, answers.length),
    precision: filed.length === 0 ? null : wilsonInterval(right, filed.length),
  };
}
