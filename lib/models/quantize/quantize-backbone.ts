import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { graphFunction, type OnnxGraph, readOnnx, writeOnnx } from '../../engine/index';
import type { PhotoInput, RgbImage } from '../../image/index';
import type { Backbone, QuantizedNetwork } from '../backbones/load-backbone';
import { preparePhotos } from '../recipe/prepare-photos';
import { type CalibrateOptions, type CalibrationBatch, calibrateGraph } from './calibrate-graph';
import { correctBiases } from './correct-biases';
import { measureNoise } from './measure-noise';
import { narrowWeights } from './narrow-weights';
import { networkGraph } from './network-graph';
import { type WeightBits, weightBitsOf } from './processor';
import { quantizeGraph } from './quantize-graph';

/** How a backbone is quantized. */
export interface QuantizeBackboneOptions extends CalibrateOptions {
  /** Default: what this processor multiplies without loss. */
  weightBits?: WeightBits;
  /** Convolutions that lose more than this share of their output's power by themselves stay in float. Default 0.02. */
  mostNoise?: number;
}

/** What quantizing did to a network. */
export interface QuantizationReport {
  photos: number;
  weightBits: WeightBits;
  convolutions: number;
  /** Convolutions that stay in float. */
  keptFloat: number;
  /** Power of each convolution's error over the power of its output, by itself: the middle one and the largest. */
  noise: { median: number; largest: number };
}

/** Photos in one run of calibration. */
const BATCH = 4;
/** Photos by which sensitivity is measured. */
const NOISE_PHOTOS = 16;

/**
 * A backbone whose features are computed in 8 bits. Ranges come from photos, biases are corrected, convolutions that
 * suffer most stay in float. What explains an answer (Grad-CAM) goes on seeing the float network.
 *
 * @param photos of `decodePhoto`, of the train list; 128 are enough
 * @throws Error when there are no photos, or another engine than onnxruntime runs
 * @example const { backbone: int8 } = await quantizeBackbone(backbone, images, recipe.input);
 */
export async function quantizeBackbone(
  backbone: Backbone,
  photos: readonly RgbImage[],
  input: PhotoInput,
  { weightBits = weightBitsOf(), mostNoise = 0.02, ...options }: QuantizeBackboneOptions = {},
): Promise<{ backbone: Backbone; report: QuantizationReport }> {
  const graph = await networkGraph(backbone);
  const batches = (most: number) => () => preprocessed(backbone, photos.slice(0, most), input);
  const { ranges, means, photos: seen } = await calibrateGraph(graph, batches(photos.length), options);
  const noise = await measureNoise(graph, ranges, weightBits, batches(NOISE_PHOTOS)());
  const keepFloat = new Set([...noise].flatMap(([name, share]) => (share > mostNoise ? [name] : [])));
  const quantized = quantizeGraph(correctBiases(graph, means, weightBits), ranges, { weightBits, keepFloat });
  quantized.metadata = { weight_bits: String(weightBits), calibrated_on: `${seen} photos` };
  const shares = [...noise.values()].sort((a, b) => a - b);
  return {
    backbone: { ...backbone, quantized: await openQuantized(writeOnnx(quantized), backbone.featureSize) },
    report: {
      photos: seen,
      weightBits,
      convolutions: noise.size,
      keptFloat: keepFloat.size,
      noise: { median: shares[shares.length >> 1] ?? 0, largest: shares.at(-1) ?? 0 },
    },
  };
}

/**
 * A quantized network from its file. Where its weights have 8 bits and this processor multiplies only 7 without loss,
 * they are halved, and one line on stderr says so.
 *
 * @throws Error when the file is damaged, or another engine than onnxruntime runs
 */
export async function openQuantized(model: Uint8Array, featureSize: number): Promise<QuantizedNetwork> {
  let graph: OnnxGraph = readOnnx(model);
  if (graph.metadata.weight_bits === '8' && weightBitsOf() === 7) {
    console.error(
      'the 8-bit network was made for a processor with VNNI: its weights are rounded to 7 bits here',
    );
    graph = narrowWeights(graph);
  }
  const compute = await graphFunction(graph, [featureSize]);
  return {
    model,
    identity: createHash('sha256').update(model).digest('hex'),
    features: (pixels) => compute(pixels) as tf.Tensor2D,
  };
}

/** Photos as the network wants them, a few at a time. */
async function* preprocessed(
  backbone: Backbone,
  photos: readonly RgbImage[],
  input: PhotoInput,
): AsyncGenerator<CalibrationBatch> {
  for (let from = 0; from < photos.length; from += BATCH) {
    const { size } = input;
    const pixels = tf.tidy(() =>
      preparePhotos(photos.slice(from, from + BATCH), input, backbone).reshape<tf.Tensor4D>([
        -1,
        size,
        size,
        3,
      ]),
    );
    const data = (await pixels.data()) as Float32Array;
    pixels.dispose();
    yield { data, shape: pixels.shape };
  }
}
