import { formatPercent } from '../../base/index';
import { countOf, points } from './phrases';

/** From this gap between training and validation accuracy on, a network knows its photos by heart. */
const GAP = 0.05;

/**
 * What the curves of a fit say: the best epoch, and how far training runs ahead of validation at the end.
 *
 * @param name of what was trained
 */
export function claimTraining(
  name: string,
  history: { accuracy: readonly number[]; valAccuracy: readonly number[]; valLoss: readonly number[] },
): string {
  const { accuracy, valAccuracy, valLoss } = history;
  const [train, held] = [accuracy.at(-1) ?? Number.NaN, valAccuracy.at(-1) ?? Number.NaN];
  if (!Number.isFinite(train)) return `${name} was not trained.`;
  if (!Number.isFinite(held))
    return `${name} was trained without validation photos, so overfitting cannot be seen.`;
  const best = 1 + valLoss.indexOf(valLoss.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
  const kept = `${name}: validation loss is lowest after epoch ${best} of ${countOf(accuracy.length, 'epoch')}`;
  const gap = train - held;
  if (gap > GAP)
    return `${kept}; at the end training accuracy (${formatPercent(train)}) is ${points(gap)} above validation: it overfits.`;
  if (gap < -GAP)
    return `${kept}; at the end validation accuracy (${formatPercent(held)}) is ${points(gap)} above training, which augmentation and dropout make harder.`;
  return `${kept}; at the end training and validation accuracy lie within ${points(GAP)} of each other: no overfitting to be seen.`;
}

/**
 * How much one split's luck moves an accuracy.
 *
 * @param accuracies of the same protocol under different seeds
 */
export function claimLuck(accuracies: readonly number[]): string {
  const known = accuracies.filter(Number.isFinite);
  if (known.length < 2) return 'One seed says nothing of luck.';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  if (least === most) return `All ${known.length} seeds give the same accuracy, ${formatPercent(least)}.`;
  return `From seed to seed the accuracy runs from ${formatPercent(least)} to ${formatPercent(most)}: differences below ${points(most - least)} on one split may be luck.`;
}
