import { displayName } from '../dataset/index';
import type { ClassificationReport } from '../evaluation/index';
import { barPerBreed } from './bar-per-breed';
import { COLORS, percent, round } from './theme';
import type { Figure } from './types';

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
  const [best, worst] = [sorted[0], sorted[sorted.length - 1]];
  const figure = barPerBreed(bars, [{ name: 'F1', color: COLORS.blue }], 'F1 per breed', 'F1');
  const along = sorted.length <= 40 ? 'x' : 'y';
  figure.layout.shapes = [
    {
      type: 'line',
      [`${along}0`]: round(report.macro.f1),
      [`${along}1`]: round(report.macro.f1),
      ...(along === 'x' ? { yref: 'paper', y0: 0, y1: 1 } : { xref: 'paper', x0: 0, x1: 1 }),
      line: { color: COLORS.orange, width: 2, dash: 'dot' },
      label: {
        text: `macro F1 ${report.macro.f1.toFixed(3)}`,
        textposition: 'start',
        font: { color: COLORS.orange },
      },
    },
  ];
  return {
    ...figure,
    alt:
      `Bar chart of F1 per breed: macro F1 ${report.macro.f1.toFixed(3)}; best ${displayName(best.name)} ` +
      `(${best.f1.toFixed(3)}), worst ${displayName(worst.name)} (${worst.f1.toFixed(3)}).`,
  };
}
