import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Command } from 'commander';
import { finalModelFolder, loadServedModel } from '../app/index';
import { wholeNumber, writeFileAtomic } from '../base/index';
import { type Classifier, exportClassifier } from '../models/index';
import { int8ModelFolder } from './quantize';

/** Options of `dogbreeds export`, as the command line gives them. */
export interface ExportOptions {
  model?: string;
  batch?: string;
  /** The model that `dogbreeds quantize` saved. */
  int8?: boolean;
}

/** Largest difference of a probability that rounding explains. */
const TOLERANCE = 1e-4;

/**
 * `dogbreeds export <file>`: the whole classifier as one ONNX file for any ONNX runtime. Input `pixels`, uint8
 * [batch, rows, size, 3], RGB, the photo as the model's recipe says, all views inside; output `probabilities`, float32 [batch, breeds],
 * calibrated; the names of the breeds and how photos are brought to size are in the metadata. The file is run in
 * onnxruntime without TensorFlow.js before the command ends.
 *
 * @throws Error when no model can be loaded, the batch is no whole number, or the file answers differently
 * @example await exportCommand('dogs.onnx', { batch: '1' })
 */
export async function exportCommand(path: string, options: ExportOptions): Promise<void> {
  const batch = wholeNumber('--batch', options.batch ?? '1', 1);
  const { classifier } = await loadServedModel(modelFolder(options), (message) => console.error(message));
  const { metadata } = classifier;
  const { model, opset, shape } = await exportClassifier(classifier, batch);
  await writeFileAtomic(path, model);
  const difference = await largestDifference(path, classifier, shape);
  classifier.dispose();
  console.log(
    `wrote ${path}: ${(model.length / 1e6).toFixed(1)} MB, opset ${opset}, pixels uint8 [${shape}] -> probabilities float32 [${batch},${metadata.classNames.length}]`,
  );
  console.log(`run in onnxruntime: probabilities differ by ${difference.toExponential(1)} at most`);
  if (!(difference <= TOLERANCE))
    throw new Error(`expected the file to answer as the model does, to ${TOLERANCE}; do not use ${path}`);
}

/** The folder that was asked for. @throws Error when `--int8` finds no 8-bit model */
function modelFolder({ model, int8 }: ExportOptions): string {
  if (!int8) return model ?? finalModelFolder();
  const folder = model ?? int8ModelFolder();
  if (!existsSync(join(folder, 'metadata.json')))
    throw new Error(
      `expected a model with 8-bit networks in ${folder}, found none: make it with "npx dogbreeds quantize --dataset PATH"`,
    );
  return folder;
}

/** The file's answers against the model's, on colours that run over the picture. */
async function largestDifference(
  path: string,
  classifier: Classifier,
  shape: [number, number, number, number],
): Promise<number> {
  const pixels = Uint8Array.from(
    { length: shape.reduce((a, b) => a * b) },
    (_, i) => (i * 7 + (i >> 9)) % 256,
  );
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(await readFile(path));
  const { probabilities } = await session.run({ pixels: new Tensor('uint8', pixels, shape) });
  if (!probabilities) return Number.POSITIVE_INFINITY;
  const expected = tf.tidy(() => classifier.probabilities(tf.tensor4d(Float32Array.from(pixels), shape)));
  const values = await expected.data();
  expected.dispose();
  return (probabilities.data as Float32Array).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (values[i] ?? Number.NaN))),
    0,
  );
}

/** Adds `dogbreeds export` to the command line. */
export function register(program: Command): void {
  program
    .command('export')
    .description('the whole classifier as one ONNX file: pixels in, calibrated probabilities out')
    .argument('<file>', 'the ONNX file to write')
    .option('--batch <number>', 'photos in one run, fixed in the file (default: 1)')
    .option('--int8', '8-bit networks: the model that "dogbreeds quantize" saved in data/models/final-int8')
    .option('--model <folder>', 'folder of the saved model (default: data/models/final)')
    .action((file, options) => exportCommand(file, options));
}
