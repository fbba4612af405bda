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
  /** Over all examples at once: with one label an example, and all classes scored, all three are the accuracy. */
  micro: Scores;
  /** Mean over classes, weighted by their examples. */
  weighted: Scores;
}

/** Options of {@link precisionRecallF1}. */
export interface ScoreOptions {
  /**
   * Value of a score that divides by 0 (a class never predicted has no precision, one without examples no recall):
   * 0 (default), 1 (what the presentation took for precision), or NaN, which leaves the class out of the averages.
   */
  zeroDivision?: number;
  /** How much more recall counts than precision in the F score; 1 (default): F1. `Infinity` is recall, 0 precision. */
  beta?: number;
  /** What each example counts, in the order of the examples; 1 each without it. */
  sampleWeights?: ArrayLike<number>;
  /** Classes that are scored and averaged, in this order; all without it. */
  labels?: readonly number[];
}

/**
 * Precision, recall and F1 (or F-beta) per class, macro, micro and weighted, as
 * `sklearn.metrics.precision_recall_fscore_support` with `labels=range(classes)`.
 *
 * @throws Error for columns of different length, labels out of range, or weights that do not fit
 * @example precisionRecallF1([0, 0, 1], [0, 1, 1], 2).macro; // { precision: 0.75, recall: 0.75, f1: 0.667 }
 */
export function precisionRecallF1(
  actual: Labels,
  predicted: Labels,
  classes: number,
  options: ScoreOptions = {},
): PrecisionRecallF1 {
  checkLabels(actual, predicted, classes);
  const { zeroDivision = 0, beta = 1, sampleWeights, labels } = options;
  checkOptions(options, actual.length, classes);
  const right = new Float64Array(classes);
  const support = new Float64Array(classes);
  const predictions = new Float64Array(classes);
  for (let i = 0; i < actual.length; i++) {
    const [label, answer] = [elementAt(actual, i), elementAt(predicted, i)];
    const weight = sampleWeights ? elementAt(sampleWeights, i) : 1;
    support[label] = elementAt(support, label) + weight;
    predictions[answer] = elementAt(predictions, answer) + weight;
    if (label === answer) right[label] = elementAt(right, label) + weight;
  }
  const divide = (part: number, whole: number) => (whole === 0 ? zeroDivision : part / whole);
  const scored = labels ?? Array.from(right.keys());
  const score = (hits: number, shown: number, named: number): Scores => {
    const precision = divide(hits, named);
    const recall = divide(hits, shown);
    if (beta === Number.POSITIVE_INFINITY) return { precision, recall, f1: recall };
    const square = beta * beta;
    return {
      precision,
      recall,
      f1: beta === 0 ? precision : divide((1 + square) * hits, square * shown + named),
    };
  };
  const perClass = scored.map((c) => ({
    ...score(elementAt(right, c), elementAt(support, c), elementAt(predictions, c)),
    support: elementAt(support, c),
  }));
  const sum = (counts: Float64Array) => scored.reduce((total, c) => total + elementAt(counts, c), 0);
  return {
    classes: perClass,
    macro: average(perClass, () => 1),
    micro: score(sum(right), sum(support), sum(predictions)),
    weighted: average(perClass, (scores) => scores.support),
  };
}

function checkOptions(
  { beta = 1, sampleWeights, labels }: ScoreOptions,
  examples: number,
  classes: number,
): void {
  if (!(beta >= 0)) throw new RangeError(`expected a beta of at least 0, received ${beta}`);
  if (sampleWeights && sampleWeights.length !== examples)
    throw new Error(`expected ${examples} sample weights, received ${sampleWeights.length}`);
  const odd = labels?.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (odd !== undefined || labels?.length === 0)
    throw new RangeError(`expected labels in 0..${classes - 1}, received ${odd ?? 'none'}`);
}

/** Weighted means over classes; NaN scores are left out, with their weights; where no weight is left, plain means. */
function average(classes: ClassScores[], weight: (scores: ClassScores) => number): Scores {
  const mean = (key: keyof Scores) => {
    const known = classes.filter((scores) => !Number.isNaN(scores[key]));
    const weights = known.map(weight);
    const total = weights.reduce((a, b) => a + b, 0);
    const sum = known.reduce(
      (a, scores, i) => a + (total === 0 ? 1 : elementAt(weights, i)) * scores[key],
      0,
    );
    return known.length === 0 ? Number.NaN : sum / (total === 0 ? known.length : total);
  };
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
