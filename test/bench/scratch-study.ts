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
 * of the kept epoch; the test part is not read. Flags: `--breeds 5`, `--variants '[{"imageSize":112,"epochs":100}]'`
 * (any options of `fitScratchCnn`).
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
  const split = splitRandom(dataset.examples, { seed: 42 });
  const labels = Int32Array.from(split.validation, ({ label }) => label);
  const rows: Record<string, unknown>[] = [];
  for (const options of JSON.parse(
    flagValue(flags, '--variants') ?? JSON.stringify(VARIANTS),
  ) as typeof VARIANTS) {
    const fit = await fitScratchCnn(dataset, split, { batchSize: 8, seed: 42, ...options });
    const probabilities = await predictScratchCnn(fit.model, dataset, split.validation);
    fit.model.dispose();
    const { accuracy, scores } = evaluateProbabilities(labels, probabilities, dataset.breeds);
    rows.push({
      ...options,
      seconds: Math.round(fit.seconds),
      bestEpoch: fit.bestEpoch + 1,
      validationLoss: fit.history.valLoss[fit.bestEpoch],
      validationAccuracy: accuracy.estimate,
      macroPrecision: scores.macro.precision,
    });
    console.error(JSON.stringify(rows.at(-1)));
  }
  return { bench: 'scratch-study', engine: engine.description, photos: split.train.length, variants: rows };
}
