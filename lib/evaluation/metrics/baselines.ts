import { elementAt } from '../../base/index';
import type { LabelledFeatures } from '../../training/index';
import { accuracy } from './accuracy';
import { checkColumn, type Labels } from './check-labels';

/**
 * Accuracy of drawing one of the classes blindly: 1 / classes.
 *
 * @throws Error for fewer than one class.
 * @example chanceAccuracy(120); // 0.00833
 */
export function chanceAccuracy(classes: number): number {
  if (!(classes >= 1)) throw new Error(`expected at least one class, received ${classes}`);
  return 1 / classes;
}

/**
 * Always predicts the commonest class of the training examples (as `sklearn.dummy.DummyClassifier` with
 * `strategy='most_frequent'`; the lower index among equals).
 *
 * @returns the class and the accuracy it has on the test examples.
 * @throws Error for empty columns or labels out of range.
 * @example majorityBaseline([0, 1, 1], [1, 0], 2); // { majority: 1, accuracy: 0.5 }
 */
export function majorityBaseline(
  trainLabels: Labels,
  testLabels: Labels,
  classes: number,
): { majority: number; accuracy: number } {
  checkColumn('trainLabels', trainLabels, classes);
  const counts = new Int32Array(classes);
  for (const label of Array.from(trainLabels)) counts[label] = (counts[label] ?? 0) + 1;
  const majority = counts.indexOf(Math.max(...counts));
  return { majority, accuracy: accuracy(testLabels, new Int32Array(testLabels.length).fill(majority)) };
}

/**
 * Predicts the class whose mean feature vector is nearest (Euclidean, as `sklearn.neighbors.NearestCentroid`):
 * what a backbone's features are worth before anything is trained on them.
 *
 * @param size length of a feature vector.
 * @returns the classes predicted for `testFeatures`, row-major [examples, size]. A class without training
 *   examples is never predicted.
 * @throws Error when features and labels do not fit each other.
 * @example accuracy(testLabels, nearestMean({ features, labels }, testFeatures, 2048, 120));
 */
export function nearestMean(
  train: LabelledFeatures,
  testFeatures: Float32Array,
  size: number,
  classes: number,
): Int32Array {
  checkColumn('labels', train.labels, classes);
  if (train.features.length !== train.labels.length * size || testFeatures.length % size !== 0)
    throw new Error(
      `expected rows of ${size} features and ${train.labels.length} training rows, received ${train.features.length} and ${testFeatures.length} values`,
    );
  const { means, counts } = classMeans(train, size, classes);
  const halfNorms = squaredNorms(means, size).map((norm) => norm / 2);
  const products = new Float64Array(classes);
  const predicted = new Int32Array(testFeatures.length / size);
  for (let i = 0; i < predicted.length; i++) {
    multiply(means, testFeatures.subarray(i * size, (i + 1) * size), products);
    let best = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      // |x - m|^2 = |x|^2 - 2 (x.m - |m|^2 / 2): the nearest mean has the largest bracket.
      const closeness = (products[c] ?? Number.NaN) - (halfNorms[c] ?? Number.NaN);
      if ((counts[c] ?? 0) > 0 && closeness > best) {
        best = closeness;
        predicted[i] = c;
      }
    }
  }
  return predicted;
}

function classMeans({ features, labels }: LabelledFeatures, size: number, classes: number) {
  const sums = new Float64Array(classes * size);
  const counts = new Int32Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = elementAt(labels, i);
    const to = label * size;
    counts[label] = (counts[label] ?? 0) + 1;
    for (let f = 0; f < size; f++)
      sums[to + f] = (sums[to + f] ?? Number.NaN) + (features[i * size + f] ?? Number.NaN);
  }
  const means = Float32Array.from(sums, (sum, at) => sum / Math.max(counts[Math.floor(at / size)] ?? 0, 1));
  return { means, counts };
}

/** Squared lengths of row-major vectors. */
function squaredNorms(rows: Float32Array, size: number): Float64Array {
  return Float64Array.from({ length: rows.length / size }, (_, row) =>
    rows.subarray(row * size, (row + 1) * size).reduce((sum, value) => sum + value * value, 0),
  );
}

/** Matrix times vector, `products.length` rows; four rows at a time, so that each feature is read once for four. */
function multiply(rows: Float32Array, vector: Float32Array, products: Float64Array): void {
  const size = vector.length;
  for (let row = 0; row < products.length; row += 4) {
    const start = (i: number) => Math.min(row + i, products.length - 1) * size;
    const [r0, r1, r2, r3] = [start(0), start(1), start(2), start(3)];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let f = 0; f < size; f++) {
      const x = vector[f] ?? Number.NaN;
      s0 += x * (rows[r0 + f] ?? Number.NaN);
      s1 += x * (rows[r1 + f] ?? Number.NaN);
      s2 += x * (rows[r2 + f] ?? Number.NaN);
      s3 += x * (rows[r3 + f] ?? Number.NaN);
    }
    products.set([s0, s1, s2, s3].slice(0, products.length - row), row);
  }
}
