import { elementAt } from '../../base/index';
import type { Labels } from './check-labels';
import { type ClassScores, precisionRecallF1, type ScoreOptions, type Scores } from './precision-recall-f1';

/** A classification report as rows and as text. */
export interface ClassificationReport {
  classes: (ClassScores & { name: string })[];
  /** Share of right answers, weighted where examples are; of the scored classes alone it is the micro average. */
  accuracy: number;
  macro: Scores;
  weighted: Scores;
  /** Number of examples of the scored classes, or the sum of their weights. */
  support: number;
  /** What `print(sklearn.metrics.classification_report(...))` shows, to the character. */
  text: string;
}

/**
 * Precision, recall, F1 and support of each class with accuracy and averages, as
 * `sklearn.metrics.classification_report` with `labels=range(names.length)`, or the `labels` given; its text to the
 * character (supports print as `2.0` where no answer is right, or examples have weights, as there).
 *
 * @param names class names in the order of the indexes.
 * @param options.digits decimals in the text, default 2; others see `precisionRecallF1`.
 * @throws Error for columns of different length or labels out of range.
 * @example console.log(classificationReport([0, 1, 1], [0, 1, 0], ['beagle', 'pug']).text);
 */
export function classificationReport(
  actual: Labels,
  predicted: Labels,
  names: readonly string[],
  options: Omit<ScoreOptions, 'beta'> & { digits?: number } = {},
): ClassificationReport {
  const scores = precisionRecallF1(actual, predicted, names.length, options);
  const labels = options.labels ?? [...names.keys()];
  const classes = scores.classes.map((row, i) => ({ name: elementAt(names, elementAt(labels, i)), ...row }));
  const report = {
    classes,
    accuracy: scores.micro.f1,
    macro: scores.macro,
    weighted: scores.weighted,
    support: classes.reduce((sum, { support }) => sum + support, 0),
  };
  const scored = new Set(labels);
  const rows = Array.from(actual, (label, i) => [label, elementAt(predicted, i)] as const);
  const { digits = 2, sampleWeights } = options;
  return {
    ...report,
    text: reportText(report, scores.micro, {
      digits,
      // with classes left out, the share of right answers among the rest is no accuracy
      whole: rows.every(([label, answer]) => scored.has(label) && scored.has(answer)),
      floats: sampleWeights !== undefined || rows.every(([label, answer]) => label !== answer),
    }),
  };
}

const HEADERS = ['precision', 'recall', 'f1-score', 'support'];

function reportText(
  report: Omit<ClassificationReport, 'text'>,
  micro: Scores,
  { digits, whole, floats }: { digits: number; whole: boolean; floats: boolean },
): string {
  const width = Math.max(...report.classes.map(({ name }) => name.length), 'weighted avg'.length, digits);
  const number = (value: number) => (Number.isNaN(value) ? 'nan' : halfEven(value, digits)).padStart(9);
  const count = (support: number) =>
    (floats && Number.isInteger(support) ? `${support}.0` : String(support)).padStart(9);
  const line = (name: string, { precision, recall, f1 }: Scores, support: number) =>
    `${name.padStart(width)} ${[precision, recall, f1].map((value) => ` ${number(value)}`).join('')} ${count(support)}\n`;
  let text = `${''.padStart(width)} ${HEADERS.map((header) => ` ${header.padStart(9)}`).join('')}\n\n`;
  for (const row of report.classes) text += line(row.name, row, row.support);
  text += whole
    ? `\n${'accuracy'.padStart(width)} ${` ${''.padStart(9)}`.repeat(2)} ${number(report.accuracy)} ${count(report.support)}\n`
    : `\n${line('micro avg', micro, report.support)}`;
  text += line('macro avg', report.macro, report.support);
  return text + line('weighted avg', report.weighted, report.support);
}

/** As Python's `format(value, '.2f')`: of two equally near decimals the even one, where `toFixed` takes the larger. */
function halfEven(value: number, digits: number): string {
  const isTie = Number.isInteger(value * 2 ** (digits + 1)) && (value * 10 ** digits) % 1 === 0.5;
  return (isTie ? (2 * Math.round((value * 10 ** digits) / 2)) / 10 ** digits : value).toFixed(digits);
}
