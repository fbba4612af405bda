import type { Interval } from '../../evaluation/index';
import { evaluateHead, tInterval } from '../../evaluation/index';
import {
  type FeatureTable,
  fitNamedHead,
  type HeadName,
  type NamedHeadOptions,
  splitFeatures,
} from '../../training/index';

/** Test accuracy under several seeds. */
export interface RepeatedSplits {
  runs: { seed: number; train: number; test: number; validationAccuracy: number; testAccuracy: number }[];
  /** Mean test accuracy with Student's 95 % interval over the seeds. */
  interval: Interval;
}

/**
 * Repeats split, fit and test with `seeds` consecutive seeds: how much of an accuracy is luck of the split. The
 * test parts of different seeds overlap, so the interval is a little too narrow (C. Nadeau and Y. Bengio 2003).
 *
 * @throws Error for fewer than two seeds
 * @example const { interval } = await repeatSplits(table, { breeds: PRESENTATION_BREEDS, seeds: 5, head: 'softmax regression' });
 */
export async function repeatSplits(
  table: FeatureTable,
  options: {
    breeds?: readonly string[];
    /** Near copies that each split keeps together (`nearCopies`). */
    groups?: ReadonlyMap<string, string>;
    seeds: number;
    /** The first seed. Default 0. */
    seed?: number;
    head: HeadName;
    dense?: NamedHeadOptions['dense'];
  },
): Promise<RepeatedSplits> {
  const { breeds, groups, seeds, seed: first = 0, head, dense } = options;
  if (!Number.isInteger(seeds) || seeds < 2)
    throw new RangeError(`expected at least two seeds for an interval, received ${seeds}`);
  const runs: RepeatedSplits['runs'] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const split = splitFeatures(table, { protocol: 'random', breeds, seed, groups });
    const { train, validation, test } = split;
    const { model } = await fitNamedHead(head, split, { seed, dense });
    const held = await evaluateHead(model, validation, split.breeds);
    const tested = await evaluateHead(model, test, split.breeds);
    model.dispose();
    runs.push({
      seed,
      train: train.labels.length,
      test: test.labels.length,
      validationAccuracy: held.accuracy.estimate,
      testAccuracy: tested.accuracy.estimate,
    });
  }
  return {
    runs,
    interval: tInterval(
      runs.map(({ testAccuracy }) => testAccuracy),
      0.95,
      [0, 1],
    ),
  };
}
