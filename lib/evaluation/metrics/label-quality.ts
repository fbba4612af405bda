import { elementAt } from '../../base/index';
import { checkColumn, checkScores, type Labels } from './check-labels';

/** An example whose label is probably wrong. */
export interface SuspiciousLabel {
  /** Index of the example. */
  row: number;
  label: number;
  /** The class that the probabilities are for. */
  suggested: number;
  /** Probability of the label, 0..1: the lower, the more suspicious. */
  ownProbability: number;
  suggestedProbability: number;
}

/**
 * Likely wrong labels by confident learning (Northcutt, Jiang and Chuang 2021): an example is suspicious where a class
 * other than its label is at least as probable as that class is, in the mean, for its own examples. As cleanlab 2's
 * `find_label_issues(filter_by='confident_learning', return_indices_ranked_by='self_confidence')`.
 *
 * @param labels n class indexes as they are given
 * @param probabilities row-major [n, classes], of models that did not learn from the row (out of fold)
 * @returns suspicious examples, the most suspicious first
 * @throws Error when labels and probabilities do not fit each other
 * @example suspiciousLabels(labels, outOfFold, 120).slice(0, 50)
 */
export function suspiciousLabels(
  labels: Labels,
  probabilities: ArrayLike<number>,
  classes: number,
): SuspiciousLabel[] {
  checkColumn('labels', labels, classes);
  checkScores(probabilities, labels.length, classes);
  const at = (row: number, c: number) => elementAt(probabilities, row * classes + c);
  const thresholds = confidentThresholds(labels, probabilities, classes);
  const found: SuspiciousLabel[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    const label = elementAt(labels, row);
    let likeliest = 0;
    let firstConfident = -1;
    let confident = 0;
    for (let c = 0; c < classes; c += 1) {
      if (at(row, c) > at(row, likeliest)) likeliest = c;
      // 1e-6: cleanlab's tolerance for probabilities that equal their threshold
      if (at(row, c) < elementAt(thresholds, c) - 1e-6) continue;
      confident += 1;
      if (firstConfident < 0) firstConfident = c;
    }
    const guess = confident > 1 ? likeliest : firstConfident;
    // where the label is the likeliest class after all, nothing is wrong with it
    if (confident === 0 || guess === label || at(row, likeliest) <= at(row, label)) continue;
    found.push({
      row,
      label,
      suggested: guess,
      ownProbability: at(row, label),
      suggestedProbability: at(row, guess),
    });
  }
  return found.sort((a, b) => a.ownProbability - b.ownProbability || a.row - b.row);
}

/** Mean probability of a class among the examples that bear it; never reached where there is none. */
function confidentThresholds(
  labels: Labels,
  probabilities: ArrayLike<number>,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let row = 0; row < labels.length; row += 1) {
    const label = elementAt(labels, row);
    sums[label] = elementAt(sums, label) + elementAt(probabilities, row * classes + label);
    counts[label] = elementAt(counts, label) + 1;
  }
  return sums.map((sum, c) => (elementAt(counts, c) > 0 ? sum / elementAt(counts, c) : 1e6));
}
