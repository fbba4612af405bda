import type { Dataset, Example } from '../../dataset/index';
import { type BackboneRun, evaluateHead, type TunedRun } from '../../evaluation/index';
import { withProgress } from '../../figures/index';
import { type CutBackbone, cutBackbone, loadBackbone } from '../../models/index';
import {
  extractFeatures,
  type FeaturePart,
  type FineTuneLastBlockOptions,
  fineTuneLastBlock,
  fitNamedHead,
  type HeadName,
  type NamedHeadOptions,
} from '../../training/index';

/** Options of {@link tuneLastBlock}. */
export interface TuneLastBlockOptions
  extends Omit<FineTuneLastBlockOptions, 'classes' | 'validation' | 'onBatch'> {
  /** The head that is fitted on the frozen features, and from which fine-tuning starts. */
  head: HeadName;
  dense?: NamedHeadOptions['dense'];
}

/** Photos in a file of the cache: rows are 60 times as wide as pooled features. */
const SEGMENT_PHOTOS = 16;

/**
 * The presentation's second stage of transfer learning beside its first: the head of frozen features, and the same head
 * trained on together with the network's last block. What comes before the block is computed once a photo, kept in the
 * cache, and read from it in every epoch. One view of a photo, whatever the run averages over.
 *
 * @param run of frozen features; its split is used
 * @param photos of the run; without them only the head is fitted
 * @throws WeightsUnavailableError when the weights are gone; Error when a photo of the split cannot be read any more
 * @example const tuning = await tuneLastBlock(best, photos, { head: 'softmax regression', seed: 42 });
 */
export async function tuneLastBlock(
  run: BackboneRun,
  photos: Dataset | null,
  { head: headName, dense, ...options }: TuneLastBlockOptions,
): Promise<TunedRun> {
  const { split } = run;
  const { breeds } = split;
  const classes = breeds.length;
  const head = await fitNamedHead(headName, split, { seed: options.seed, dense });
  const judge = async (model: typeof head.model, { train, validation, test }: Record<Part, FeaturePart>) => ({
    train: await evaluateHead(model, train, breeds),
    validation: await evaluateHead(model, validation, breeds),
    test: await evaluateHead(model, test, breeds),
  });
  const frozen = { ...run, fitSeconds: head.seconds, ...(await judge(head.model, split)) };
  const result: TunedRun = { frozen, headWeights: head.model.countParams() };
  if (!photos) {
    head.model.dispose();
    return result;
  }
  const backbone = await loadBackbone(run.backbone, { inputSize: run.table.recipe?.input.size });
  const cut = cutBackbone(backbone);
  const parts = await blockInputs(cut, photos, run);
  const { epochs = 4 } = options;
  const rows = parts.train.labels.length;
  const fit = await withProgress('fine-tuning', (onProgress) =>
    fineTuneLastBlock(cut.block, head.model, parts.train, {
      ...options,
      ...{ epochs, classes, validation: parts.validation },
      onEpoch: (report) => {
        options.onEpoch?.(report);
        const done = (report.epoch + 1) * rows;
        const imagesPerSecond = done / report.seconds;
        onProgress({
          done,
          total: epochs * rows,
          imagesPerSecond,
          secondsLeft: (epochs * rows - done) / imagesPerSecond,
        });
      },
    }),
  );
  try {
    const { seconds: featureSeconds, computed, cacheBytes } = parts;
    const judged = await judge(fit.model, parts);
    result.tuned = {
      run: { ...run, featureSeconds, computed, fitSeconds: fit.seconds, history: fit.history, ...judged },
      from: cut.front.upTo ?? '',
      blockWeights: cut.block.countParams(),
      cacheBytes,
    };
    return result;
  } finally {
    fit.model.dispose();
    head.model.dispose();
    backbone.dispose();
  }
}

type Part = 'train' | 'validation' | 'test';

/** The last block's inputs for each part of the run's split, from the cache as far as they are there. */
async function blockInputs(
  { front }: CutBackbone,
  photos: Dataset,
  { split, table }: BackboneRun,
): Promise<Record<Part, FeaturePart> & { seconds: number; computed: number; cacheBytes: number }> {
  const byFile = new Map(photos.examples.map((example) => [example.file, example]));
  const { crop, cropFraction, boxMargin, resize, interpolation } = table.recipe?.input ?? {};
  let seconds = 0;
  let computed = 0;
  let cacheBytes = 0;
  const inputsOf = (part: FeaturePart) =>
    withProgress('inputs of the last block', async (onProgress): Promise<FeaturePart> => {
      const examples = part.files.flatMap<Example>((file) => byFile.get(file) ?? []);
      const options = {
        crop,
        cropFraction,
        boxMargin,
        resize,
        interpolation,
        segmentPhotos: SEGMENT_PHOTOS,
        onProgress,
      };
      const found = await extractFeatures({ ...photos, examples, quarantine: [] }, front, options);
      if (found.files.length !== part.files.length)
        throw new Error(
          `expected the ${part.files.length} photos that the split was made of, could read ${found.files.length}: ${found.quarantine[0]?.file ?? 'the folder has changed'}`,
        );
      seconds += found.seconds;
      computed += found.computed;
      cacheBytes += found.features.byteLength;
      return { features: found.features, labels: part.labels, files: part.files };
    });
  const train = await inputsOf(split.train);
  const validation = await inputsOf(split.validation);
  const test = await inputsOf(split.test);
  return { train, validation, test, seconds, computed, cacheBytes };
}
