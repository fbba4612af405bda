import { formatMeasure } from '../../base/index';
import type { BackboneRun, TunedRun } from '../../evaluation/index';
import { ends, measure, share } from './cell-values';
import { backboneName, claimVariant, featureCost } from './result-tables';

/**
 * A head on frozen features, and beside it the same head trained on with the network's last block, where that was done.
 *
 * @example showTable(tuningTable(await tuneLastBlock(best, photos, { head })));
 */
export function tuningTable({ frozen, headWeights, tuned }: TunedRun): Record<string, unknown>[] {
  const rows = [row('the head, on frozen features', frozen, headWeights)];
  if (tuned)
    rows.push(row(`the head and all behind ${tuned.from}`, tuned.run, headWeights + tuned.blockWeights));
  return rows;
}

const row = (learns: string, run: BackboneRun, weights: number) => ({
  'what learns': learns,
  weights,
  'features (s)': featureCost(run),
  'fit (s)': measure(run.fitSeconds),
  train: share(run.train.accuracy.estimate),
  validation: share(run.validation.accuracy.estimate),
  test: share(run.test.accuracy.estimate),
  '95 % interval': ends(run.test.accuracy),
});

/**
 * What fine-tuning was worth on the same test photos and what it took, or what it needs.
 *
 * @example showClaims(...claimTuning(tuning));
 */
export function claimTuning({ frozen, tuned }: TunedRun): string[] {
  if (!tuned) return ['Fine-tuning reads the photos: `npx dogbreeds download`, or --dataset.'];
  const names = { own: 'frozen features', variant: 'the last block trained on' };
  const { run, cacheBytes } = tuned;
  const better = run.validation.accuracy.estimate > frozen.validation.accuracy.estimate;
  return [
    claimVariant({ name: names.own, run: frozen }, { name: names.variant, run }),
    `Validation photos prefer ${better ? names.variant : names.own}. The inputs of ${backboneName(run.backbone)}'s last block take ${formatMeasure(cacheBytes / 1e6, 'MB')} in the cache.`,
  ];
}
