import { formatPercent } from '../../base/index';
import { compareAll } from '../intervals/compare-all';
import type { PairedComparison } from '../intervals/compare-paired';
import type { Labels } from '../metrics/check-labels';
import { countOf, listWords, NOT_TOLD_APART, points } from './phrases';

const ALPHA = 0.05;

const pWords = (p: number) => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/**
 * Two classifiers on the same photos: which is right more often, by how much, and whether McNemar's test allows to say
 * so.
 *
 * @param paired of `a` and `b`, as `comparePaired` gives it
 * @example claimDifference('whole photos', 'boxes', comparePaired(labels, whole, boxed))
 */
export function claimDifference(a: string, b: string, paired: PairedComparison): string {
  const { accuracyA, accuracyB, difference, onlyA, onlyB, pValue } = paired;
  if (!Number.isFinite(difference.estimate)) return `${a} and ${b} were not measured on the same photos.`;
  const [better, worse, high, low] =
    accuracyB > accuracyA ? [b, a, accuracyB, accuracyA] : [a, b, accuracyA, accuracyB];
  const test = `McNemar, ${pWords(pValue)}`;
  if (onlyA + onlyB === 0) return `${a} and ${b} are right on the very same photos (${formatPercent(high)}).`;
  if (pValue >= ALPHA)
    return `${a} ${formatPercent(accuracyA)}, ${b} ${formatPercent(accuracyB)}: ${NOT_TOLD_APART} (${test}).`;
  return `${better} is right more often than ${worse}: ${formatPercent(high)} against ${formatPercent(low)}, ${points(high - low)} more (${test}).`;
}

/** A classifier with its answers for the same photos as the others. */
export interface RankedClassifier {
  name: string;
  predicted: Labels;
}

/**
 * Which of several classifiers is right most often on the same photos, and which of the others the photos cannot tell
 * from it (McNemar's test, Holm's correction for all pairs).
 *
 * @throws Error for columns of different length
 * @example claimRanking(test.labels, [{ name: 'ResNet50', predicted }, { name: 'InceptionV3', predicted: other }])
 */
export function claimRanking(labels: Labels, classifiers: readonly RankedClassifier[]): string {
  const [only] = classifiers;
  if (!only || labels.length === 0) return 'Nothing ran, so there is nothing to compare.';
  if (classifiers.length === 1) return `Only ${only.name} ran: there is nothing to compare it with.`;
  const pairs = compareAll(
    labels,
    Object.fromEntries(classifiers.map((each) => [each.name, each.predicted])),
  );
  const shares = new Map(
    pairs.flatMap(
      (pair) =>
        [
          [pair.a, pair.accuracyA],
          [pair.b, pair.accuracyB],
        ] as const,
    ),
  );
  const ranked = [...shares].sort(([, x], [, y]) => y - x);
  const [best = only.name, share = Number.NaN] = ranked[0] ?? [];
  const correctedOf = (name: string) =>
    pairs.find(({ a, b }) => (a === best && b === name) || (b === best && a === name))?.correctedP ?? 1;
  const rest = ranked.slice(1).map(([name, accuracy]) => ({ name, accuracy, p: correctedOf(name) }));
  const alike = rest.filter(({ p }) => p >= ALPHA).map(({ name }) => name);
  const behind = rest
    .filter(({ p }) => p < ALPHA)
    .map(({ name, accuracy }) => `${name} (${points(share - accuracy)})`);
  const how = `McNemar with Holm's correction, ${countOf(labels.length, 'photo')}`;
  const first = `${best} is right most often (${formatPercent(share)})`;
  if (behind.length === 0) return `${first}, yet the ${classifiers.length} are ${NOT_TOLD_APART} (${how}).`;
  const lag = `Behind it: ${listWords(behind)}`;
  return alike.length === 0
    ? `${first}. ${lag} (${how}).`
    : `${first}. Beside it, ${listWords(alike)} ${alike.length === 1 ? 'is' : 'are'} ${NOT_TOLD_APART} from it. ${lag} (${how}).`;
}
