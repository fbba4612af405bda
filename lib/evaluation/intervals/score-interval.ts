import { accuracyInterval } from '../metrics/accuracy';
import type { Labels } from '../metrics/check-labels';
import { type BootstrapOptions, bootstrapInterval, pick } from './bootstrap-interval';
import type { Interval } from './interval';

/**
 * Interval of a score such as macro precision: by bootstrap, or, without a mistake, with nothing but mistakes, or where
 * all resamples give one and the same figure, with the ends of Wilson's interval of the accuracy, since a bootstrap then
 * promises a certainty that a handful of examples cannot give.
 *
 * @param score of actual and predicted classes, 0..1
 * @throws Error for columns of different length, or empty ones
 * @example scoreInterval(labels, predicted, (a, p) => precisionRecallF1(a, p, 5).macro.f1);
 */
export function scoreInterval(
  labels: Labels,
  predicted: Labels,
  score: (labels: Labels, predicted: Labels) => number,
  options: BootstrapOptions = {},
): Interval {
  const drawn = bootstrapInterval(
    labels.length,
    (rows) => score(pick(labels, rows), pick(predicted, rows)),
    options,
  );
  const { low, high, estimate } = accuracyInterval(labels, predicted);
  const isCertain = estimate === 0 || estimate === 1 || drawn.low === drawn.high;
  if (!isCertain) return { ...drawn, of: labels.length };
  const method = 'Wilson, of the accuracy';
  return {
    ...drawn,
    low: Math.min(low, drawn.estimate),
    high: Math.max(high, drawn.estimate),
    method,
    of: labels.length,
  };
}
