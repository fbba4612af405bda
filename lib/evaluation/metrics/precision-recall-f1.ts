import { elementAt } from '../../base/index';
import { checkLabels, type Labels } from './check-labels';

/** Precision, recall and F1, each 0..1. */
export interface Scores {
  precision: number;
  recall: number;
  f1: number;
}

/** Scores of one class. */
export interface ClassScores extends Scores {
  /** Examples of the class. */
  support: number;
}

/** Scores of a classifier: per class, and averaged in three ways. */
export interface PrecisionRecallF1 {
  classes: ClassScores[];
  /** Mean over classes: every class counts the same. */
  macro: Scores;
  /** Over all examples at once: with one label an example, all three are the accuracy. */
  micro: Scores;
  /** Mean over classes, weighted by their examples. */
  weighted: Scores;
}

/**
 * Precision, recall and F1 per class, macro, micro and weighted, as
 * `sklearn.metrics.precision_recall_fscore_support` with `labels=range(classes)`.
 *
 * @param options.zeroDivision value of a score that divides by 0 (a class never predicted has no precision, one
 *   without examples no recall): 0 (default), 1 (what the presentation took for precision), or NaN, which
 *   leaves the class out of the averages.
 * @throws Error for columns of different length or labels out of range.
 * @example precisionRecallF1([0, 0, 1], [0, 1, 1], 2).macro; // { precision: 0.75, recall: 0.75, f1: 0.667 }
 */
export function precisionRecallF1(
  actual: Labels,
  predicted: Labels,
  classes: number,
  options: { zeroDivision?: number } = {},
): PrecisionRecallF1 {
  checkLabels(actual, predicted, classes);
  const zeroDivision = options.zeroDivision ?? 0;
  const right = new Float64Array(classes);
  const support = new Float64Array(classes);
  const predictions = new Float64Array(classes);
  for (let i = 0; i < actual.length; i++) {
    const [label, answer] = [elementAt(actual, i), elementAt(predicted, i)];
    support[label] = elementAt(support, label) + 1;
    predictions[answer] = elementAt(predictions, answer) + 1;
    if (label === answer) right[label] = elementAt(right, label) + 1;
  }
  const divide = (part: number, whole: number) => (whole === 0 ? zeroDivision : part / whole);
  const perClass = Array.from(right, (hits, c) => {
    const [shown, named] = [elementAt(support, c), elementAt(predictions, c)];
    return {
      precision: divide(hits, named),
      recall: divide(hits, shown),
      f1: divide(2 * hits, shown + named),
      support: shown,
    };
  });
  const share = right.reduce((a, b) => a + b, 0) / actual.length;
  return {
    classes: perClass,
    macro: average(perClass, () => 1),
    micro: { precision: share, recall: share, f1: share },
    weighted: average(perClass, (scores) => scores.support),
  };
}

/** Weighted means over classes; NaN scores are left out, with their weights. */
function average(classes: ClassScores[], weight: (scores: ClassScores) => number): Scores {
  const mean = (key: keyof Scores) => {
    let sum = 0;
    let weights = 0;
    for (const scores of classes) {
      if (Number.isNaN(scores[key])) continue;
      sum += weight(scores) * scores[key];
      weights += weight(scores);
    }
    return weights === 0 ? Number.NaN : sum / weights;
  };
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
