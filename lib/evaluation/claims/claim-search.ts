import { formatInterval, type Interval } from '../intervals/interval';

/** What a search was, in numbers. */
export interface SearchFacts {
  trials: number;
  finished: number;
  breeds: number;
  /** Epochs of a whole training. */
  epochs: number;
  /** Side of the pictures, px. */
  imageSize: number;
  /** Training of all trials, one core each. */
  seconds: number;
  processor: string;
  /** The settings chosen, in words, and its lowest validation loss. */
  chosen: string;
  loss: number;
  /** Lowest validation loss of the settings that were used before; null where they were not tried. */
  given: number | null;
}

/** What a search tried, what it cost, and what it chose by validation loss. */
export function claimSearch(facts: SearchFacts): string {
  const { trials, finished, breeds, epochs, imageSize, seconds, processor, chosen, loss, given } = facts;
  const tried = `The search tried ${trials} ways to build and train a small network on ${breeds} breeds at ${imageSize} px and trained ${finished} of them for all ${epochs} epochs: ${(seconds / 60).toFixed(1)} minutes of one core (${processor}).`;
  const chose = `By validation loss it chose ${chosen}`;
  if (given === null) return `${tried} ${chose} (${loss.toFixed(3)}).`;
  const compared =
    loss < given
      ? `: ${loss.toFixed(3)}, where the presentation's settings reached ${given.toFixed(3)} in as many epochs.`
      : `: ${loss.toFixed(3)}, no better than the presentation's settings (${given.toFixed(3)}).`;
  return `${tried} ${chose}${compared}`;
}

/**
 * Whether what a search found is better than what was there, seed by seed.
 *
 * @param difference found minus presentation, of macro precision over seeds
 * @example claimFound(compareSeeds(rows, 'found', 'presentation'), 5)
 */
export function claimFound(difference: Interval, seeds: number): string {
  const over = `Over ${seeds} seeds, macro precision on test photos is ${formatInterval(difference)} from the presentation's network to the one found`;
  if (difference.low > 0) return `${over}: the search found something, more than luck of the seeds.`;
  if (difference.high < 0)
    return `${over}: what it found by validation loss in a short training is worse in a long one.`;
  return `${over}: the interval holds 0, so these seeds do not show that the search found anything beyond it.`;
}

/**
 * How a network stands over several seeds against the presentation's figure.
 *
 * @param precision macro precision over the seeds, a breed that is never predicted counts 1
 * @param zero the same, a breed that is never predicted counts 0
 */
export function claimSeeds(facts: {
  network: string;
  breeds: number;
  seeds: number;
  precision: Interval;
  zero: Interval;
  recall: Interval;
  predicted: number;
  presentation: number | null;
}): string {
  const { network, breeds, seeds, precision, zero, recall, predicted, presentation } = facts;
  const all =
    predicted === breeds
      ? 'every breed is predicted with every seed'
      : `with one seed only ${predicted} of the breeds are ever predicted`;
  const figures = `${network}, ${breeds} breeds, ${seeds} seeds: macro precision ${formatInterval(precision)} (${formatInterval(zero)} where a breed that is never predicted counts 0), macro recall ${formatInterval(recall)}; ${all}.`;
  if (presentation === null) return figures;
  const place =
    precision.low > presentation ? 'above' : precision.high < presentation ? 'below' : 'on both sides of';
  return `${figures} The interval lies ${place} the presentation's ${presentation.toFixed(3)}.`;
}
