import { openDataset, selectBreeds, splitRandom } from '../../lib/dataset/index';
import { startEngine } from '../../lib/engine/index';
import { evaluateProbabilities } from '../../lib/evaluation/index';
import { fitScratchCnn, predictScratchCnn } from '../../lib/training/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

/** What is tried: about the same training time each, batch 8. */
const VARIANTS = [
  { imageSize: 300, epochs: 14 },
  { imageSize: 150, epochs: 56 },
  { imageSize: 112, epochs: 100 },
  { imageSize: 80, epochs: 196 },
];

/**
 * The scratch CNN on the presentation's first 5 breeds at several input sizes: validation accuracy and macro precision
 * of the kept epoch, by one view of a photo and by the mean with its mirror image; the test part is not read. Flags:
 * `--breeds 5`, `--seeds 0,1,2` (each decides split and training; default 42), `--variants
 * '[{"imageSize":112,"epochs":100}]'` (any options of `fitScratchCnn`).
 */
export default async function scratchStudy(flags: string[]): Promise<Record<string, unknown>> {
  const path = photosFolder();
  if (!path)
    throw new Error('expected photos in ../shared/stanford-dogs or where DOGBREEDS_PHOTOS says, found none');
  const engine = await startEngine();
  const dataset = selectBreeds(
    await openDataset({ path, seed: 42 }),
    Number(flagValue(flags, '--breeds') ?? 5),
  );
  const rows: Record<string, unknown>[] = [];
  const variants = JSON.parse(flagValue(flags, '--variants') ?? JSON.stringify(VARIANTS)) as typeof VARIANTS;
  const seeds = (flagValue(flags, '--seeds') ?? '42').split(',').map(Number);
  for (const options of variants)
    for (const seed of seeds) {
      const split = splitRandom(dataset.examples, { seed });
      const labels = Int32Array.from(split.validation, ({ label }) => label);
      const fit = await fitScratchCnn(dataset, split, { batchSize: 8, seed, ...options });
      const judge = async (views: 1 | 'flip') => {
        const probabilities = await predictScratchCnn(fit.model, dataset, split.validation, { views });
        const { accuracy, scores } = evaluateProbabilities(labels, probabilities, dataset.breeds);
        return { accuracy: accuracy.estimate, macroPrecision: scores.macro.precision };
      };
      const [oneView, flip] = [await judge(1), await judge('flip')];
      fit.model.dispose();
      rows.push({
        ...options,
        seed,
        photos: split.train.length,
        seconds: Math.round(fit.seconds),
        bestEpoch: fit.bestEpoch + 1,
        validationLoss: fit.history.valLoss[fit.bestEpoch],
        oneView,
        flip,
      });
      console.error(JSON.stringify(rows.at(-1)));
    }
  return { bench: 'scratch-study', engine: engine.description, variants: rows };
}
