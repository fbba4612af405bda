import { displayName, elementAt, formatPercent } from '../../base/index';
import type { Interval } from '../intervals/interval';
import { wilsonInterval } from '../intervals/wilson-interval';
import { checkColumn, checkScores, type Labels } from '../metrics/check-labels';
import { predictedClasses } from '../metrics/top-k';

/** How far a class's percentages are to be believed. */
export interface ClassCalibration {
  name: string;
  /** Examples for which this class was the answer. */
  answers: number;
  /** Mean confidence of these answers, 0..1. */
  confidence: number;
  /** Share of them that is right, with Wilson's 95 % interval. */
  accuracy: Interval;
  /** Confidence less accuracy: above 0 too sure, below 0 too modest. */
  gap: number;
  /** Whether the mean confidence lies outside of the accuracy's interval. */
  clear: boolean;
}

/**
 * Confidence and accuracy of the answers, class by class of the answer: a mean over all classes hides one that is always
 * too sure. Classes that are never the answer are left out.
 *
 * @param probabilities row-major [n, names.length]
 * @returns the largest gap first, up or down
 * @throws Error when labels and probabilities do not fit each other
 * @example calibrationByClass(test.labels, probabilities, breeds).filter(({ clear }) => clear)
 */
export function calibrationByClass(
  labels: Labels,
  probabilities: ArrayLike<number>,
  names: readonly string[],
): ClassCalibration[] {
  const classes = names.length;
  checkColumn('labels', labels, classes);
  checkScores(probabilities, labels.length, classes);
  const predicted = predictedClasses(probabilities, classes);
  return names
    .flatMap((name, c) => {
      const rows = [...predicted.keys()].filter((row) => predicted[row] === c);
      if (rows.length === 0) return [];
      const right = rows.filter((row) => labels[row] === c).length;
      const sum = rows.reduce((total, row) => total + elementAt(probabilities, row * classes + c), 0);
      const confidence = sum / rows.length;
      const accuracy = wilsonInterval(right, rows.length);
      const gap = confidence - accuracy.estimate;
      const clear = confidence < accuracy.low || confidence > accuracy.high;
      return [{ name, answers: rows.length, confidence, accuracy, gap, clear }];
    })
    .sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap) || (a.name < b.name ? -1 : 1));
}

/** {@link calibrationByClass} in rows for a table, shares in percent. */
export const classCalibrationTable = (rows: readonly ClassCalibration[]): Record<string, string | number>[] =>
  rows.map(({ name, answers, confidence, accuracy, gap, clear }) => ({
    breed: displayName(name),
    answers,
    'mean confidence': formatPercent(confidence),
    right: formatPercent(accuracy.estimate),
    '95 % interval': `${formatPercent(accuracy.low)} to ${formatPercent(accuracy.high)}`,
    reading: clear ? (gap > 0 ? 'too sure' : 'too modest') : 'as far as these photos tell, right',
  }));
