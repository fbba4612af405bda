import { elementAt } from '../../base/index';
import { accuracy } from './accuracy';
import { checkColumn, checkScores, type Labels } from './check-labels';
import { confusionMatrix } from './confusion-matrix';
import { logLoss } from './log-loss';
import { precisionRecallF1 } from './precision-recall-f1';
import { averagePrecision, rocAuc } from './ranking';
import { predictedClasses, topKAccuracy } from './top-k';

/** What a metric is computed from. */
export interface Answers {
  /** n class indexes. */
  labels: Labels;
  /** The likeliest class of each example, n class indexes. */
  predicted: Labels;
  /** Row-major [n, classes]. */
  probabilities: ArrayLike<number>;
  classes: number;
}

/**
 * The metrics of a classifier: one entry each, from which the scores of an evaluation and the tables of reports are
 * made. To add one, add its entry (and its test). A class that cannot be scored (no example, never predicted) counts 0,
 * as scikit-learn's default; the presentation's precision counted 1 there and stands as an entry of its own.
 */
export const METRICS = {
  accuracy: { title: 'accuracy', better: 'high', of: ({ labels, predicted }) => accuracy(labels, predicted) },
  'balanced accuracy': {
    title: 'balanced accuracy (mean recall of the classes that occur)',
    better: 'high',
    of: balancedAccuracy,
  },
  'macro precision': { title: 'precision, macro', better: 'high', of: (a) => averaged(a).macro.precision },
  'macro precision, never predicted = 1': {
    title: "precision, macro, a class never predicted counts 1 (the presentation's)",
    better: 'high',
    of: (a) => averaged(a, 1).macro.precision,
  },
  'macro recall': { title: 'recall, macro', better: 'high', of: (a) => averaged(a).macro.recall },
  'macro F1': { title: 'F1, macro', better: 'high', of: (a) => averaged(a).macro.f1 },
  'weighted F1': { title: 'F1, weighted', better: 'high', of: (a) => averaged(a).weighted.f1 },
  'top 5': {
    title: 'among the first five',
    better: 'high',
    of: ({ labels, probabilities, classes }) =>
      topKAccuracy(labels, probabilities, classes, Math.min(5, classes)),
  },
  Matthews: { title: 'Matthews correlation', better: 'high', of: matthews },
  kappa: { title: "Cohen's kappa", better: 'high', of: cohenKappa },
  'ROC AUC, macro': { title: 'ROC AUC, one against the rest, macro', better: 'high', of: (a) => rocAuc(a) },
  'ROC AUC, weighted': {
    title: 'ROC AUC, one against the rest, weighted',
    better: 'high',
    of: (a) => rocAuc(a, 'weighted'),
  },
  'average precision': {
    title: 'average precision, one against the rest, macro',
    better: 'high',
    of: averagePrecision,
  },
  'log loss': {
    title: 'log loss',
    better: 'low',
    of: ({ labels, probabilities, classes }) => logLoss(labels, probabilities, classes),
  },
  Brier: { title: 'Brier score (sum over classes)', better: 'low', of: brier },
} satisfies Record<string, Metric>;

/** One metric. */
export interface Metric {
  /** For tables. */
  title: string;
  /** Which direction is better. */
  better: 'high' | 'low';
  of(answers: Answers): number;
}

/** Names of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

/**
 * All metrics of a classifier.
 *
 * @param labels n class indexes
 * @param probabilities row-major [n, classes]
 * @throws Error when labels and probabilities do not fit each other
 * @example scoreAll(test.labels, probabilities, 120)['macro F1']
 */
export function scoreAll(
  labels: Labels,
  probabilities: ArrayLike<number>,
  classes: number,
): Record<MetricName, number> {
  checkColumn('labels', labels, classes);
  checkScores(probabilities, labels.length, classes);
  const answers = { labels, predicted: predictedClasses(probabilities, classes), probabilities, classes };
  const scores = Object.entries<Metric>(METRICS).map(([name, metric]) => [name, metric.of(answers)]);
  return Object.fromEntries(scores) as Record<MetricName, number>;
}

const averaged = ({ labels, predicted, classes }: Answers, zeroDivision = 0) =>
  precisionRecallF1(labels, predicted, classes, { zeroDivision });

/** `sklearn.metrics.balanced_accuracy_score`. */
function balancedAccuracy(answers: Answers): number {
  const occurring = averaged(answers).classes.filter(({ support }) => support > 0);
  return occurring.reduce((sum, { recall }) => sum + recall, 0) / occurring.length;
}

/** Counts of the confusion matrix that both agreement scores need. */
function agreement({ labels, predicted, classes }: Answers) {
  const matrix = confusionMatrix(labels, predicted, classes);
  const actual = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const answered = matrix.map((_, c) => matrix.reduce((sum, row) => sum + elementAt(row, c), 0));
  const product = actual.reduce((sum, count, c) => sum + count * elementAt(answered, c), 0);
  const squares = (counts: number[]) => counts.reduce((sum, count) => sum + count * count, 0);
  return {
    n: labels.length,
    right: matrix.reduce((sum, row, c) => sum + elementAt(row, c), 0),
    product,
    actualSquares: squares(actual),
    answeredSquares: squares(answered),
  };
}

/** `sklearn.metrics.matthews_corrcoef` for several classes (Gorodkin 2004); 0 where it is not defined. */
function matthews(answers: Answers): number {
  const { n, right, product, actualSquares, answeredSquares } = agreement(answers);
  const spread = Math.sqrt((n * n - answeredSquares) * (n * n - actualSquares));
  return spread === 0 ? 0 : (right * n - product) / spread;
}

/** `sklearn.metrics.cohen_kappa_score`; NaN where both columns hold one and the same class only. */
function cohenKappa(answers: Answers): number {
  const { n, right, product } = agreement(answers);
  const chance = product / (n * n);
  return (right / n - chance) / (1 - chance);
}

/** Mean over examples of the squared error summed over classes (Brier 1950), 0..2. */
function brier({ labels, probabilities, classes }: Answers): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++)
    for (let c = 0; c < classes; c++) {
      const error = (probabilities[row * classes + c] ?? Number.NaN) - (labels[row] === c ? 1 : 0);
      sum += error * error;
    }
  return sum / labels.length;
}
