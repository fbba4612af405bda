import { displayName, formatPart, formatPercent, SMALL_COUNT } from '../../base/index';
import { mostConfused } from '../metrics/most-confused';
import { countOf } from './phrases';

/**
 * The commonest mistake of a confusion matrix, how much of all mistakes the commonest make up, and whether they go both
 * ways.
 *
 * @param matrix counts, rows actual, columns predicted
 * @param breeds names in the order of the rows
 * @example claimMistakes(test.matrix, split.breeds)
 */
export function claimMistakes(matrix: readonly (readonly number[])[], breeds: readonly string[]): string {
  const total = matrix.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  if (total === 0) return 'No photo was tested.';
  const mistakes = mostConfused(matrix as number[][], total);
  const [first] = mistakes;
  const wrong = mistakes.reduce((sum, { count }) => sum + count, 0);
  if (!first) return `None of the ${countOf(total, 'test photo')} was mistaken.`;
  const name = (label: number) => displayName(breeds[label] ?? `class ${label}`);
  const photos = matrix[first.actual]?.reduce((a, b) => a + b, 0) ?? 0;
  const opening =
    first.count > 1
      ? `The commonest mistake takes ${name(first.actual)} for ${name(first.predicted)}, ${first.count} of ${countOf(photos, 'photo')}`
      : `No mistake was made twice: ${countOf(wrong, 'photo was', 'photos were')} taken for another breed, e.g. ${name(first.actual)} for ${name(first.predicted)}`;
  if (first.count === 1) return `${opening}.`;
  const back = matrix[first.predicted]?.[first.actual] ?? 0;
  const both = back > 0 ? `, and ${back} the other way round` : ', and none the other way round';
  const top = mistakes.slice(0, 10);
  const share = top.reduce((sum, { count }) => sum + count, 0);
  const rest =
    mistakes.length > 10
      ? ` The ten commonest pairs make up ${wrong < SMALL_COUNT ? share : formatPercent(share / wrong)} of all ${countOf(wrong, 'mistake')}.`
      : '';
  return `${opening}${both}.${rest}`;
}

/** How far test photos lie from the diagonal once breeds are put in the order of their mistakes. */
export function claimWorstBreed(
  classes: readonly { name: string; f1: number; recall: number; support: number }[],
): string {
  const tested = classes.filter(({ support }) => support > 0).sort((a, b) => a.f1 - b.f1);
  const worst = tested[0];
  const best = tested.find(({ f1 }) => f1 === tested.at(-1)?.f1);
  if (!worst || !best) return 'No breed was tested.';
  const untested = classes.length - tested.length;
  const note = untested > 0 ? ` ${countOf(untested, 'breed has', 'breeds have')} no test photo.` : '';
  if (worst.f1 === best.f1)
    return `All breeds are told apart equally well (F1 ${worst.f1.toFixed(2)}).${note}`;
  return `Hardest is ${displayName(worst.name)} (F1 ${worst.f1.toFixed(2)}, ${formatPart(Math.round(worst.recall * worst.support), worst.support)} found), easiest ${displayName(best.name)} (F1 ${best.f1.toFixed(2)}).${note}`;
}
