import { displayName, elementAt } from '../../base/index';
import type { ClassificationReport } from '../../evaluation/index';
import type { Figure } from '../types';
import { barPerBreed, MOST_ROWS } from './bar-per-breed';
import { COLORS, percent, referenceLine, round } from './theme';

/**
 * F1 of each breed, best first, as bars; precision, recall and support under the pointer.
 *
 * @throws Error when the report has no class.
 * @example showFigure(f1PerBreedFigure(classificationReport(actual, predicted, breeds)));
 */
export function f1PerBreedFigure(report: Pick<ClassificationReport, 'classes' | 'macro'>): Figure {
  if (report.classes.length === 0)
    throw new Error('expected a report with at least one breed, received none');
  const sorted = [...report.classes].sort((a, b) => b.f1 - a.f1 || a.name.localeCompare(b.name));
  const bars = sorted.map(({ name, precision, recall, f1, support }) => ({
    breed: name,
    values: [round(f1)],
    hover: `${displayName(name)}: F1 ${f1.toFixed(3)} (precision ${percent(precision)}, recall ${percent(recall)}, ${support} photos)`,
  }));
  const [best, worst] = [elementAt(sorted, 0), elementAt(sorted, sorted.length - 1)];
  const figure = barPerBreed(bars, [{ name: 'F1', color: COLORS.blue }], 'F1 per breed', 'F1');
  const macro = `macro F1 ${report.macro.f1.toFixed(3)}`;
  figure.layout.showlegend = true;
  figure.layout.margin = { l: 48, r: 16, t: 66, b: 40 };
  figure.layout.shapes = [
    referenceLine(sorted.length <= MOST_ROWS ? 'x' : 'y', round(report.macro.f1), macro, COLORS.orange),
  ];
  return {
    ...figure,
    alt:
      `Bar chart of F1 per breed: macro F1 ${report.macro.f1.toFixed(3)}; best ${displayName(best.name)} ` +
      `(${best.f1.toFixed(3)}), worst ${displayName(worst.name)} (${worst.f1.toFixed(3)}).`,
  };
}
