import { createRandom, elementAt, formatPercent } from '../../base/index';
import {
  accuracyInterval,
  evaluateHead,
  fitPowerLaw,
  type Interval,
  type PowerLaw,
} from '../../evaluation/index';
import { type FeatureSplit, fitQuickSoftmax, gatherRows } from '../../training/index';

/** Accuracy with so many training photos of each breed. */
export interface LearningPoint {
  /** Training photos of each breed, at most; breeds with fewer give all of theirs. */
  perBreed: number;
  /** Training photos in all. */
  photos: number;
  /** Accuracy with Wilson's 95 % interval, 0..1. */
  accuracy: Interval;
}

/** Accuracy against training photos. */
export interface LearningCurve {
  points: LearningPoint[];
  /** Error against training photos of each breed; null where it cannot be fitted (an error of 0). */
  law: PowerLaw | null;
  /** Which photos the accuracy was measured on. */
  measuredOn: 'validation' | 'test';
}

/**
 * Accuracy of softmax regression on frozen features against the number of training photos of each breed, from 1 on,
 * doubling, to all; nested (each larger set holds the smaller one), seeded. The error follows a power law between chance
 * and the noise of labels (Hestness et al. 2017), which is fitted from 4 photos on.
 *
 * @param options.on which part answers; default `validation`: the test part is read once, elsewhere
 * @throws Error when a fit fails
 * @example const { points, law } = await learningCurve(splitFeatures(table, { protocol: 'official' }), { seed: 42 });
 */
export async function learningCurve(
  split: FeatureSplit,
  options: { seed?: number; on?: 'validation' | 'test'; onPoint?: (point: LearningPoint) => void } = {},
): Promise<LearningCurve> {
  const { seed = 0, on = 'validation', onPoint } = options;
  const { train, breeds, size } = split;
  const classes = breeds.length;
  const order = createRandom(seed).shuffle([...train.labels.keys()]);
  const rank = new Int32Array(train.labels.length); // of a photo among its breed's
  const seen = new Int32Array(classes);
  for (const row of order) {
    const label = elementAt(train.labels, row);
    rank[row] = elementAt(seen, label);
    seen[label] = elementAt(seen, label) + 1;
  }
  const points: LearningPoint[] = [];
  for (const perBreed of stepsTo(Math.max(...seen))) {
    const rows = [...rank.keys()].filter((row) => elementAt(rank, row) < perBreed);
    const labels = rows.map((row) => elementAt(train.labels, row));
    const { model } = await fitQuickSoftmax(gatherRows(train.features, size, rows), labels, classes);
    const { predicted } = await evaluateHead(model, split[on], breeds);
    model.dispose();
    const accuracy = accuracyInterval(split[on].labels, predicted);
    const point = { perBreed, photos: rows.length, accuracy };
    points.push(point);
    onPoint?.(point);
  }
  const fitted = points.filter(({ perBreed, accuracy }) => perBreed >= 4 && accuracy.estimate < 1);
  const law =
    fitted.length >= 2
      ? fitPowerLaw(
          // breeds have unequal many photos: the mean is what counts
          fitted.map(({ photos }) => photos / classes),
          fitted.map(({ accuracy }) => 1 - accuracy.estimate),
        )
      : null;
  return { points, law, measuredOn: on };
}

/** 1, 2, 4, ... and the last. */
const stepsTo = (most: number): number[] => [
  ...Array.from({ length: Math.ceil(Math.log2(most)) }, (_, power) => 2 ** power),
  most,
];

/**
 * What a learning curve says about more photos, as sentences.
 *
 * @param points accuracy to be gained, percentage points; default 1
 */
export function describeLearningCurve({ points, law }: LearningCurve, percent = 1): string {
  const first = elementAt(points, 0);
  const last = elementAt(points, points.length - 1);
  const share = ({ accuracy }: LearningPoint) => formatPercent(accuracy.estimate);
  const found = `With ${first.perBreed} photo of each breed ${share(first)} are right, with all (up to ${last.perBreed}) ${share(last)}.`;
  if (!law) return `${found} No power law can be fitted to this.`;
  const breeds = first.photos / first.perBreed;
  const mean = last.photos / breeds;
  const factor = law.factorFor(mean, percent / 100);
  const halved = 1 - 2 ** -law.exponent;
  const doubling = `Each doubling of the photos takes ${formatPercent(halved, 0)} of the errors away`;
  return Number.isFinite(factor)
    ? `${found} ${doubling}; one percent more needs ${factor.toFixed(1)} times as many photos (${Math.ceil(mean * (factor - 1))} more of each breed), if the law holds.`
    : `${found} ${doubling}; ${percent} percent more is beyond what the law gives.`;
}
