import type * as tf from '@tensorflow/tfjs';
import { predictRows } from '../../training/index';
import type { Interval } from '../intervals/interval';
import { accuracyInterval } from './accuracy';
import { type ClassificationReport, classificationReport } from './classification-report';
import { confusionMatrix } from './confusion-matrix';
import { type PrecisionRecallF1, precisionRecallF1 } from './precision-recall-f1';
import { type MetricName, scoreAll } from './scores';
import { predictedClasses, topKAccuracy } from './top-k';

/** How a classifier did on labelled rows. */
export interface ClassifierEvaluation {
  /** Row-major [rows, classes] float32. */
  probabilities: Float32Array;
  predicted: Int32Array;
  /** Top-1 accuracy with Wilson's 95 % interval. */
  accuracy: Interval;
  top5: number;
  /** Macro, micro and weighted scores; a class that is never predicted counts with precision 1, as in the presentation. */
  scores: PrecisionRecallF1;
  report: ClassificationReport;
  /** Every metric of `METRICS`. */
  metrics: Record<MetricName, number>;
  /** Counts, rows actual, columns predicted. */
  matrix: number[][];
}

/**
 * Everything a report says of a classifier, from its class probabilities.
 *
 * @param probabilities row-major [labels.length, names.length]
 * @throws Error when labels and probabilities do not fit each other
 * @example evaluateProbabilities(test.labels, await predictRows(head, test.features), breeds).accuracy.estimate
 */
export function evaluateProbabilities(
  labels: Int32Array,
  probabilities: Float32Array,
  names: string[],
): ClassifierEvaluation {
  const classes = names.length;
  const predicted = predictedClasses(probabilities, classes);
  return {
    probabilities,
    predicted,
    accuracy: accuracyInterval(labels, predicted),
    top5: topKAccuracy(labels, probabilities, classes, Math.min(5, classes)),
    scores: precisionRecallF1(labels, predicted, classes, { zeroDivision: 1 }),
    report: classificationReport(labels, predicted, names),
    metrics: scoreAll(labels, probabilities, classes),
    matrix: confusionMatrix(labels, predicted, classes),
  };
}

/**
 * {@link evaluateProbabilities} of a head on a part of a feature split.
 *
 * @param head [b, size] -> [b, classes] probabilities
 * @example const { accuracy, report } = await evaluateHead(model, split.test, split.breeds);
 */
export async function evaluateHead(
  head: tf.LayersModel,
  part: { features: Float32Array; labels: Int32Array },
  names: string[],
): Promise<ClassifierEvaluation> {
  const probabilities = await predictRows(head, part.features);
  return evaluateProbabilities(part.labels, probabilities, names);
}
