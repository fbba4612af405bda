import type { Labels } from './check-labels';

/** Labels and probabilities, as in `Answers`. */
interface Ranked {
  labels: Labels;
  /** Row-major [n, classes]. */
  probabilities: ArrayLike<number>;
  classes: number;
}

/**
 * Examples of one class against the rest, by falling probability; examples with equal probability are one step.
 *
 * @returns for each step how many examples of the class, and of the rest, it holds
 */
function steps({ labels, probabilities, classes }: Ranked, c: number): { own: number; rest: number }[] {
  const order = Array.from(labels, (label, row) => ({
    own: label === c,
    probability: probabilities[row * classes + c] ?? Number.NaN,
  })).sort((a, b) => b.probability - a.probability);
  const found: { own: number; rest: number }[] = [];
  let last = Number.NaN;
  for (const { own, probability } of order) {
    let step = found.at(-1);
    if (step === undefined || probability !== last) {
      step = { own: 0, rest: 0 };
      found.push(step);
    }
    if (own) step.own++;
    else step.rest++;
    last = probability;
  }
  return found;
}

/** Scores of the classes that have examples, averaged. */
function averageOverClasses(
  ranked: Ranked,
  weighting: 'macro' | 'weighted',
  score: (found: { own: number; rest: number }[], own: number, rest: number) => number,
): number {
  let [sum, weights] = [0, 0];
  for (let c = 0; c < ranked.classes; c++) {
    const own = Array.from(ranked.labels).filter((label) => label === c).length;
    const rest = ranked.labels.length - own;
    if (own === 0 || rest === 0) continue; // there is nothing to rank
    const weight = weighting === 'weighted' ? own : 1;
    sum += weight * score(steps(ranked, c), own, rest);
    weights += weight;
  }
  return weights === 0 ? Number.NaN : sum / weights;
}

/**
 * Area under the ROC curve of each class against the rest, averaged, as
 * `sklearn.metrics.roc_auc_score(multi_class='ovr')`; classes without examples are left out.
 *
 * @returns 0..1; NaN when no class can be ranked
 */
export function rocAuc(ranked: Ranked, weighting: 'macro' | 'weighted' = 'macro'): number {
  return averageOverClasses(ranked, weighting, (found, own, rest) => {
    let [seen, area] = [0, 0];
    for (const step of found) {
      area += step.rest * (seen + step.own / 2);
      seen += step.own;
    }
    return area / (own * rest);
  });
}

/**
 * Average precision of each class against the rest, macro, as `sklearn.metrics.average_precision_score`: the precision
 * at each step, weighted by the recall that it adds. Classes without examples are left out.
 *
 * @returns 0..1; NaN when no class can be ranked
 */
export function averagePrecision(ranked: Ranked): number {
  return averageOverClasses(ranked, 'macro', (found, own) => {
    let [hits, seen, sum] = [0, 0, 0];
    for (const step of found) {
      hits += step.own;
      seen += step.own + step.rest;
      sum += (step.own / own) * (hits / seen);
    }
    return sum;
  });
}
