import type { Dataset } from '../../dataset/index';
import {
  type BackboneNotRun,
  type BackboneRun,
  type ClassifierEvaluation,
  evaluateHead,
  type RankedClassifier,
} from '../../evaluation/index';
import { withProgress } from '../../figures/index';
import type { PhotoInput } from '../../image/index';
import type { BackboneName } from '../../models/index';
import {
  extractPhotoFeatures,
  type FeatureSplit,
  type FeatureTable,
  HEADS,
  type HeadName,
  loadShippedFeatures,
  type PhotoFeaturesOptions,
} from '../../training/index';
import type { ClassifierRow } from '../compare-classifiers';
import type { FinalClassifier } from '../fit-final-classifier';
import { type CompareBackbonesOptions, compareBackbones } from './compare-backbones';

/** Features of photos with a live line meanwhile; without photos those that ship. */
export async function featuresOf(
  networks: readonly BackboneName[],
  photos: Dataset | null,
  options: PhotoFeaturesOptions = {},
): Promise<FeatureTable> {
  if (!photos) return loadShippedFeatures(networks);
  return withProgress('features', (onProgress) =>
    extractPhotoFeatures(networks, photos, { ...options, onProgress }),
  );
}

/**
 * The run with the best validation accuracy; of equal ones the first.
 *
 * @throws Error when nothing ran
 */
export function bestOnValidation(runs: readonly BackboneRun[]): BackboneRun {
  const [first, ...others] = runs;
  if (!first) throw new Error('expected at least one network that ran, received none: npx dogbreeds weights');
  const held = ({ validation }: BackboneRun) => validation.accuracy.estimate;
  return others.reduce((best, run) => (held(run) > held(best) ? run : best), first);
}

/**
 * The head with the best validation accuracy among classifiers, others than heads left out.
 *
 * @throws Error when no head is among them
 */
export function bestHead(classifiers: readonly Pick<ClassifierRow, 'name' | 'validation'>[]): HeadName {
  const judged = classifiers.filter(({ name }) => (HEADS as readonly string[]).includes(name));
  const [first, ...others] = judged;
  if (!first) throw new Error(`expected one of ${HEADS.join(', ')} among the classifiers, received none`);
  const best = others.reduce((a, b) => (b.validation > a.validation ? b : a), first);
  return best.name as HeadName;
}

/** The same network once more with other options; undefined where there are no photos to read. */
export async function tryVariant(
  { backbone }: BackboneRun,
  photos: Dataset | null,
  options: Omit<CompareBackbonesOptions, 'onProgress'>,
): Promise<BackboneRun | BackboneNotRun | undefined> {
  if (!photos) return undefined;
  const [run] = await withProgress('features', (onProgress) =>
    compareBackbones([backbone], photos, { ...options, onProgress: () => onProgress }),
  );
  return run;
}

/** A network's run on one way of cutting photos. */
export interface CropRun {
  crop: PhotoInput['crop'];
  /** In words, as tables and sentences have it. */
  name: string;
  run: BackboneRun | BackboneNotRun;
}

const CROP_NAMES: Record<PhotoInput['crop'], string> = {
  central: 'the middle of photos',
  none: 'whole photos',
  box: 'boxes with a margin',
};

/**
 * The same network on photos cut in the other ways: their middle, whole, to the dog's box where photos have boxes.
 *
 * @returns the run that was given first; alone where there are no photos to read
 * @throws Error when photos cannot be read or a fit fails
 * @example const [own, ...others] = await tryCrops(best, photos, { seed: 42 });
 */
export async function tryCrops(
  best: BackboneRun,
  photos: Dataset | null,
  options: Omit<CompareBackbonesOptions, 'onProgress' | 'crop'>,
): Promise<[CropRun & { run: BackboneRun }, ...CropRun[]]> {
  const own = best.table.recipe?.input.crop ?? 'none';
  const crops: [CropRun & { run: BackboneRun }, ...CropRun[]] = [
    { crop: own, name: CROP_NAMES[own], run: best },
  ];
  const hasBoxes = photos?.examples.some(({ boxes }) => boxes.length > 0) ?? false;
  for (const crop of ['central', 'none', 'box'] as const) {
    if (crop === own || (crop === 'box' && !hasBoxes)) continue;
    const run = await tryVariant(best, photos, { ...options, crop });
    if (run) crops.push({ crop, name: CROP_NAMES[crop], run });
  }
  return crops;
}

/** Heads on the test part. */
export interface TestedHeads {
  /** The served head, by name. */
  all: Record<string, ClassifierEvaluation>;
  /** For `claimRanking`. */
  ranked: RankedClassifier[];
  /** The head that is served. */
  test: ClassifierEvaluation;
  /** Softmax regression on frozen features; the served head where it was not fitted. */
  plain: ClassifierEvaluation;
}

/** Reads the test part with every head, and with the chosen one after it was fitted on validation photos too. */
export async function testHeads(final: FinalClassifier, split: FeatureSplit): Promise<TestedHeads> {
  const all: Record<string, ClassifierEvaluation> = {};
  const judge = ({ model }: Pick<FinalClassifier['head'], 'model'>) =>
    evaluateHead(model, split.test, split.breeds);
  for (const head of final.heads) all[head.name] = await judge(head);
  const plain = all['softmax regression'];
  const test = await judge(final.head);
  const refitted = final.head.model !== final.chosen.model;
  if (refitted) all[`${final.head.name}, also on the validation photos`] = test;
  const ranked = Object.entries(all).map(([name, { predicted }]) => ({ name, predicted }));
  return { all, ranked, test, plain: plain ?? test };
}
