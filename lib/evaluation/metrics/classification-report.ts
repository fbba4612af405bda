import { elementAt } from '../../base/index';
import { accuracy } from './accuracy';
import type { Labels } from './check-labels';
import { type ClassScores, precisionRecallF1, type Scores } from './precision-recall-f1';

/** A classification report as rows and as text. */
export interface ClassificationReport {
  classes: (ClassScores & { name: string })[];
  accuracy: number;
  macro: Scores;
  weighted: Scores;
  /** Number of examples. */
  support: number;
  /** What `print(sklearn.metrics.classification_report(...))` shows, to the character. */
  text: string;
}

/**
 * Precision, recall, F1 and support of each class with accuracy and averages, as
 * `sklearn.metrics.classification_report` with `labels=range(names.length)`.
 *
 * @param names class names in the order of the indexes.
 * @param options.digits decimals in the text, default 2. @param options.zeroDivision see `precisionRecallF1`.
 * @throws Error for columns of different length or labels out of range.
 * @example console.log(classificationReport([0, 1, 1], [0, 1, 0], ['beagle', 'pug']).text);
 */
export function classificationReport(
  actual: Labels,
  predicted: Labels,
  names: readonly string[],
  options: { digits?: number; zeroDivision?: number } = {},
): ClassificationReport {
  const scores = precisionRecallF1(actual, predicted, names.length, options);
  const report = {
    classes: scores.classes.map((row, i) => ({ name: elementAt(names, i), ...row })),
    accuracy: accuracy(actual, predicted),
    macro: scores.macro,
    weighted: scores.weighted,
    support: actual.length,
  };
  return { ...report, text: reportText(report, options.digits ?? 2) };
}

const HEADERS = ['precision', 'recall', 'f1-score', 'support'];

function reportText(report: Omit<ClassificationReport, 'text'>, digits: number): string {
  const width = Math.max(...report.classes.map(({ name }) => name.length), 'weighted avg'.length, digits);
  const number = (value: number) => (Number.isNaN(value) ? 'nan' : halfEven(value, digits)).padStart(9);
  const line = (name: string, { precision, recall, f1 }: Scores, support: number) =>
    `${name.padStart(width)} ${[precision, recall, f1].map((value) => ` ${number(value)}`).join('')} ${String(support).padStart(9)}\n`;
  let text = `${''.padStart(width)} ${HEADERS.map((header) => ` ${header.padStart(9)}`).join('')}\n\n`;
  for (const row of report.classes) text += line(row.name, row, row.support);
  text += `\n${'accuracy'.padStart(width)} ${` ${''.padStart(9)}`.repeat(2)} ${number(report.accuracy)} ${String(report.support).padStart(9)}\n`;
  text += line('macro avg', report.macro, report.support);
  return text + line('weighted avg', report.weighted, report.support);
}

/** As Python's `format(value, '.2f')`: of two equally near decimals the even one, where `toFixed` takes the larger. */
function halfEven(value: number, digits: number): string {
  const isTie = Number.isInteger(value * 2 ** (digits + 1)) && (value * 10 ** digits) % 1 === 0.5;
  return (isTie ? (2 * Math.round((value * 10 ** digits) / 2)) / 10 ** digits : value).toFixed(digits);
}
