import { formatMeasure } from '../../base/index';
import type { BackboneRun, TunedRun } from '../../evaluation/index';
import { ends, measure, share } from './cell-values';
import { backboneName, claimVariant, featureCost } from './result-tables';

/**
 * A head on frozen features beside the same head trained on with the network's last block; no row where that was not
 * done.
 *
 * @example showTable(tuningTable(await tuneLastBlock(best, photos, { head })));
 */
export function tuningTable(run: TunedRun | undefined): Record<string, unknown>[] {
  if (!run) return [];
  const { head, block } = run.parameters;
  return [
    row('the head, on frozen features', run.frozen, head),
    row(`the head and all behind ${run.from}`, run.tuned, head + block),
  ];
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
export function claimTuning(run: TunedRun | undefined): string[] {
  const names = { own: 'frozen features', variant: 'the last block trained on' };
  if (!run) return ['Fine-tuning reads the photos: `npx dogbreeds download`, or --dataset.'];
  const { frozen, tuned } = run;
  const better = tuned.validation.accuracy.estimate > frozen.validation.accuracy.estimate;
  return [
    claimVariant({ name: names.own, run: frozen }, { name: names.variant, run: tuned }),
    `Validation photos prefer ${better ? names.variant : names.own}. The inputs of ${backboneName(tuned.backbone)}'s last block take ${formatMeasure(run.cacheBytes / 1e6, 'MB')} in the cache.`,
  ];
}
