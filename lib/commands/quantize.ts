import type { Command } from 'commander';
import { formatPercent, fromRoot, wholeNumber } from '../base/index';
import { openDataset } from '../dataset/index';
import { startEngine } from '../engine/index';
import { type QuantizedClassifier, quantizeClassifier } from '../experiments/index';
import { quantizedFiles, saveModel } from '../models/index';
import { extractPhotoFeatures, HEADS, loadShippedFeatures, shippedBackbones } from '../training/index';

/** Options of `dogbreeds quantize`, as the command line gives them. */
export interface QuantizeCommandOptions {
  dataset: string;
  out?: string;
  photos?: string;
  test?: string;
  weightBits?: string;
  ranges?: string;
}

/** Where `dogbreeds quantize` saves its model, and `dogbreeds export --int8` looks for it. */
export const int8ModelFolder = (): string => fromRoot('data', 'models', 'final-int8');

/** The dense head takes minutes. */
const QUICK = HEADS.filter((name) => name !== 'dense 512 + dropout');

/**
 * `dogbreeds quantize`: a classifier whose networks compute in 8 bits, saved as a model that `serve`, `index`, `predict`
 * and `export` take with `--model`. Calibrated on photos of the official train list.
 *
 * @throws Error for bad options, a dataset without an official split, or another engine than onnxruntime
 * @example await quantizeCommand({ dataset: '../shared/stanford-dogs', test: '2000' })
 */
export async function quantizeCommand(options: QuantizeCommandOptions): Promise<void> {
  const photos = wholeNumber('--photos', options.photos ?? '128', 1);
  const test = wholeNumber('--test', options.test ?? '0', 0);
  const bits = options.weightBits ? wholeNumber('--weight-bits', options.weightBits, 7, 8) : undefined;
  const method = options.ranges ?? 'percentile';
  if (method !== 'minmax' && method !== 'percentile' && method !== 'entropy')
    throw new Error(`expected minmax, percentile or entropy for --ranges, received "${method}"`);
  const dataset = await openDataset({ path: options.dataset });
  const engine = await startEngine({ backend: 'onnxruntime' });
  console.log(engine.description);
  const known = new Set(dataset.examples.map(({ file }) => file));
  const shipped = await loadShippedFeatures();
  const fits = shipped.files.every((file) => known.has(file));
  const float = fits ? shipped : await extractPhotoFeatures(shippedBackbones(), dataset);
  const made = await quantizeClassifier(dataset, float, {
    ...{ photos, test, method, heads: QUICK },
    ...(bits && { weightBits: bits === 8 ? 8 : 7 }),
  });
  const folder = options.out ?? int8ModelFolder();
  const { final, backbones } = made;
  const metadata = final.metadata({
    metrics: { validationTop1: final.chosen.validation.accuracy.estimate },
    description: `${final.head.name} on ${float.source}, networks in 8 bits; trained on ${final.trained} photos`,
  });
  await saveModel(final.head.model, folder, metadata, quantizedFiles(backbones));
  for (const line of describe(made)) console.log(line);
  console.log(`saved ${folder}: serve, index, predict and export take it with --model`);
  final.dispose();
  for (const backbone of backbones) backbone.dispose();
}

/** What quantizing did, as lines. */
function describe({ backbones, reports, test, final }: QuantizedClassifier): string[] {
  const lines = reports.map(
    ({ photos, weightBits, convolutions, keptFloat, noise }, i) =>
      `${backbones[i]?.name}: ${convolutions} convolutions, ${keptFloat} left in float; weights of ${weightBits} bits, ` +
      `calibrated on ${photos} photos; error of a convolution by itself ${formatPercent(noise.median, 2)} of its power (median), ` +
      `${formatPercent(noise.largest, 2)} (largest)`,
  );
  lines.push(
    `head: ${final.head.name}; validation top-1 ${formatPercent(final.chosen.validation.accuracy.estimate, 2)}`,
  );
  if (!test) return lines;
  const { photos, accuracyA, accuracyB, difference, sameAnswer, pValue } = test;
  lines.push(
    `test top-1 on ${photos} photos: float ${formatPercent(accuracyA, 2)}, 8 bits ${formatPercent(accuracyB, 2)}; difference ` +
      `${formatPercent(difference.estimate, 2)} (95 % from ${formatPercent(difference.low, 2)} to ${formatPercent(difference.high, 2)}), p = ${pValue.toFixed(3)}; ` +
      `same answer on ${formatPercent(sameAnswer, 2)}`,
  );
  return lines;
}

/** Adds `dogbreeds quantize` to the command line. */
export function register(program: Command): void {
  program
    .command('quantize')
    .description('a classifier with 8-bit networks: faster, with nearly the same answers')
    .requiredOption('--dataset <path>', 'Stanford Dogs as it is published: ranges come from its train photos')
    .option('--out <folder>', 'where the model is saved (default: data/models/final-int8)')
    .option('--photos <number>', 'train photos for the ranges (default: 128)')
    .option('--ranges <method>', 'minmax, percentile or entropy (default: percentile)')
    .option('--weight-bits <bits>', '7 or 8 (default: 8 where the processor has VNNI, else 7)')
    .option('--test <number>', 'compare float and 8 bits on so many test photos (default: 0)')
    .action((options) => quantizeCommand(options));
}
