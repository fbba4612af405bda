import type { Point } from './space';

/** One trial of a search: a point of the space, trained for as long as it stayed among the best. */
export interface Trial {
  /** Counted from 0, in the order in which points were drawn. */
  trial: number;
  /** Hyperband's bracket, counted from 0; -1 for points that were given, not drawn. */
  bracket: number;
  point: Point;
  /** Of the network's weights, the order of photos and the augmentations. */
  seed: number;
  /** Validation loss and accuracy of each epoch so far. */
  losses: number[];
  accuracies: number[];
  /** Training and validation, over all rungs. */
  seconds: number;
  /** `finished`: trained to the end; `stopped`: others were better; `failed`: see `error`; `running` until then. */
  outcome: 'running' | 'finished' | 'stopped' | 'failed';
  error: string;
}

/** The lowest validation loss in the first `epochs` epochs (default all); infinity for a trial that failed before. */
export const lowestLoss = ({ losses }: Pick<Trial, 'losses'>, epochs = losses.length): number =>
  losses.length < epochs || epochs === 0 ? Number.POSITIVE_INFINITY : Math.min(...losses.slice(0, epochs));

/**
 * The trial that a search chose: of those that were trained to the end, the one with the lowest validation loss.
 *
 * @throws Error when none was
 */
export function bestTrial<Row extends Trial>(trials: readonly Row[]): Row {
  const [best] = trials
    .filter(({ outcome }) => outcome === 'finished')
    .sort((a, b) => lowestLoss(a) - lowestLoss(b) || a.trial - b.trial);
  if (!best)
    throw new Error(`expected a trial that was trained to the end, found none among ${trials.length}`);
  return best;
}
