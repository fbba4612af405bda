/** Labels of photos: whole numbers 0..classes-1. */
export type Labels = ArrayLike<number>;

/**
 * @throws Error when there are not `count` labels, or one is no whole number in 0..classes-1
 */
export function checkLabels(labels: Labels, count: number, classes: number): void {
  if (labels.length !== count) throw new Error(`expected ${count} labels, received ${labels.length}`);
  if (!Number.isInteger(classes) || classes < 2)
    throw new Error(`expected at least 2 classes, received ${classes}`);
  for (let row = 0; row < count; row += 1)
    if (!Number.isInteger(labels[row]) || (labels[row] ?? -1) < 0 || (labels[row] ?? 0) >= classes)
      throw new Error(`expected labels in 0..${classes - 1}, received ${labels[row]} for row ${row}`);
}

/**
 * Class weights that make every class count alike, as scikit-learn's `class_weight='balanced'`:
 * n / (classes * photos of the class). A class without photos gets 0.
 *
 * @example balancedWeights([0, 0, 0, 1], 2) // [0.666..., 2]
 */
export function balancedWeights(labels: Labels, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of Array.from(labels)) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map((count) => (count > 0 ? labels.length / (classes * count) : 0));
}

/**
 * Targets of the cross-entropy: one-hot rows, smoothed and weighted.
 *
 * @param smoothing share of a row that is spread evenly over all classes (Szegedy et al. 2016), 0..1
 * @param weights factor of each class's rows
 * @returns row-major [labels.length, classes]
 * @example oneHot([1], 2, 0.1) // 0.05, 0.95
 */
export function oneHot(
  labels: Labels,
  classes: number,
  smoothing = 0,
  weights?: readonly number[],
): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights?.[labels[row] ?? 0] ?? 1;
    targets.fill((weight * smoothing) / classes, row * classes, (row + 1) * classes);
    targets[row * classes + (labels[row] ?? 0)] =
      (targets[row * classes + (labels[row] ?? 0)] ?? 0) + weight * (1 - smoothing);
  }
  return targets;
}

/**
 * Mean cross-entropy and share of right answers of predicted probabilities.
 *
 * @param probabilities row-major [labels.length, classes]
 */
export function lossAndAccuracy(
  probabilities: ArrayLike<number>,
  labels: Labels,
  classes: number,
): { loss: number; accuracy: number } {
  let loss = 0;
  let right = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const from = row * classes;
    let best = 0;
    for (let label = 1; label < classes; label += 1)
      if ((probabilities[from + label] ?? 0) > (probabilities[from + best] ?? 0)) best = label;
    if (best === labels[row]) right += 1;
    loss -= Math.log(Math.max(1e-7, probabilities[from + (labels[row] ?? 0)] ?? 0)); // 1e-7: Keras' epsilon
  }
  return { loss: loss / labels.length, accuracy: right / labels.length };
}
