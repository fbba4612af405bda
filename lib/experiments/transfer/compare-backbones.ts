import type { OnProgress } from '../../base/index';
import type { Dataset } from '../../dataset/index';
import { type BackboneNotRun, type BackboneRun, evaluateHead } from '../../evaluation/index';
import { type BackboneName, WeightsUnavailableError } from '../../models/index';
import {
  type ExtractedFeatures,
  extractPhotoFeatures,
  type FeatureTable,
  type FitHeadOptions,
  fitHead,
  type PhotoFeaturesOptions,
  splitFeatures,
} from '../../training/index';

/** Options of {@link compareBackbones}. */
export interface CompareBackbonesOptions extends Omit<PhotoFeaturesOptions, 'onProgress'> {
  /** Breeds to keep; all of the table's without it. */
  breeds?: readonly string[];
  /** Of the split and of the head. Default 0. */
  seed?: number;
  /** Near copies that the split keeps together (`nearCopies`). */
  groups?: ReadonlyMap<string, string>;
  /** The head's options; `classes` and `validation` come from the split. */
  head?: Omit<FitHeadOptions, 'classes' | 'validation' | 'seed'>;
  onProgress?: (backbone: BackboneName) => OnProgress;
}

/**
 * The presentation's comparison: for each backbone the features of the photos, a random 75 / 15 / 10 split, a head
 * and its accuracy. Without photos the backbone's shipped features are used. A backbone whose weights or features
 * cannot be had is reported as not run, with the reason.
 *
 * @param source the photos, or feature tables that were computed before, by backbone
 * @throws Error when photos cannot be read or a fit fails
 * @example const rows = await compareBackbones(['resnet50', 'vgg19'], dataset, { seed: 42 });
 */
export async function compareBackbones(
  backbones: readonly BackboneName[],
  source: Dataset | Partial<Record<BackboneName, FeatureTable>>,
  options: CompareBackbonesOptions = {},
): Promise<(BackboneRun | BackboneNotRun)[]> {
  const results: (BackboneRun | BackboneNotRun)[] = [];
  for (const backbone of backbones) {
    try {
      results.push(await runBackbone(backbone, source, options));
    } catch (error) {
      if (!(error instanceof WeightsUnavailableError || error instanceof FeaturesUnavailableError))
        throw error;
      results.push({ backbone, reason: error.reason });
    }
  }
  return results;
}

class FeaturesUnavailableError extends Error {
  readonly reason = 'no photos in this run, and no features of it are shipped';
}

const isExtracted = (table: FeatureTable): table is ExtractedFeatures => 'computed' in table;

async function runBackbone(
  backbone: BackboneName,
  source: Dataset | Partial<Record<BackboneName, FeatureTable>>,
  { breeds, seed = 0, groups, head, onProgress, ...features }: CompareBackbonesOptions,
): Promise<BackboneRun> {
  const table = isDataset(source)
    ? await extractPhotoFeatures(backbone, source, { ...features, onProgress: onProgress?.(backbone) })
    : source[backbone];
  if (!table) throw new FeaturesUnavailableError(`no features of ${backbone}`);
  const split = splitFeatures(table, { protocol: 'random', breeds, seed, groups });
  const classes = split.breeds.length;
  const { features: rows, labels } = split.train;
  const fit = await fitHead(rows, labels, { ...head, classes, seed, validation: split.validation });
  try {
    return {
      backbone,
      table,
      split,
      featureSeconds: isExtracted(table) ? table.seconds : null,
      computed: isExtracted(table) ? table.computed : 0,
      fitSeconds: fit.seconds,
      history: fit.history,
      train: await evaluateHead(fit.model, split.train, split.breeds),
      validation: await evaluateHead(fit.model, split.validation, split.breeds),
      test: await evaluateHead(fit.model, split.test, split.breeds),
    };
  } finally {
    fit.model.dispose();
  }
}

const isDataset = (source: object): source is Dataset => 'examples' in source;
