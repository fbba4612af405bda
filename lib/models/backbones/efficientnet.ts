import * as tf from '@tensorflow/tfjs';
import { SeededDropout } from '../heads/seeded-dropout';
import { ChannelScale, Normalization } from './channel-layers';
import { defineBackbone, KERAS_EFFICIENTNET, kerasFile, SCALING } from './define-backbone';
import {
  apply,
  type BackboneOptions,
  correctPad,
  LayerMaker,
  makeDivisible,
  type Node,
} from './keras-layers';

/** Kernel, repeats, filters in and out, expansion, stride of the stages of B0. */
const STAGES = [
  [3, 1, 32, 16, 1, 1],
  [3, 2, 16, 24, 6, 2],
  [5, 2, 24, 40, 6, 2],
  [3, 3, 40, 80, 6, 2],
  [5, 3, 80, 112, 6, 1],
  [5, 4, 112, 192, 6, 2],
  [3, 1, 192, 320, 6, 1],
] as const;

const SQUEEZE = 0.25;
const DROP_CONNECT = 0.2;
const IMAGENET_STD_RGB = [0.229, 0.224, 0.225];

/** Width, depth and dropout of the two sizes in use. */
export const EFFICIENTNET_SIZES = {
  efficientnetb0: { width: 1, depth: 1, dropout: 0.2 },
  efficientnetb3: { width: 1.2, depth: 1.4, dropout: 0.3 },
} as const;

/** Options of {@link buildEfficientNet}. */
export interface EfficientNetOptions extends BackboneOptions {
  variant: keyof typeof EFFICIENTNET_SIZES;
  /**
   * Keras puts a second rescaling after the normalization when it loads the official weights (the original code
   * divided by the standard deviation, not by its square root), and leaves it out otherwise. Default true.
   */
  imagenetRescaling?: boolean;
}

/**
 * EfficientNet B0 or B3 as in `keras.applications` (Tan & Le 2019), stochastic depth and classifier dropout
 * included (both active in training only). B0: 4,049,571 parameters, B3: 10,783,535 (without the classifier).
 *
 * Input [b, s, s, 3] float32, RGB in **0..255**: rescaling and normalization are the first layers. Output
 * [b, 1280] for B0, [b, 1536] for B3 or, with `includeTop`, [b, 1000].
 *
 * @example buildEfficientNet({ variant: 'efficientnetb3', inputSize: 300 }).countParams() // 10783535
 */
export function buildEfficientNet(options: EfficientNetOptions): tf.LayersModel {
  const { width, depth, dropout } = EFFICIENTNET_SIZES[options.variant];
  const { imagenetRescaling = true, seed = 0 } = options;
  const layer = new LayerMaker(options);
  const swish = (x: Node, name: string) => layer.activation(x, 'swish', name);
  const repeatsOf = (repeats: number) => Math.ceil(depth * repeats);
  const blocks = STAGES.reduce((sum, [, repeats]) => sum + repeatsOf(repeats), 0);

  /** Drops inputs in training; `perPhoto`: whole photos of the batch (stochastic depth). */
  const drop = (x: Node, rate: number, name: string, perPhoto: boolean) =>
    rate > 0 ? apply(new SeededDropout({ rate, seed, name, perPhoto }), x) : x;

  function squeezeExcite(x: Node, filters: number, squeezed: number, name: string): Node {
    let se = layer.averagePool(x, `${name}se_squeeze`);
    se = apply(tf.layers.reshape({ targetShape: [1, 1, filters], name: `${name}se_reshape` }), se);
    se = layer.conv(se, squeezed, 1, `${name}se_reduce`, { padding: 'same', activation: 'swish' });
    se = layer.conv(se, filters, 1, `${name}se_expand`, { padding: 'same', activation: 'sigmoid' });
    return tf.layers.multiply({ name: `${name}se_excite` }).apply([x, se]) as Node;
  }

  function block(x: Node, name: string, shape: BlockShape): Node {
    const { kernel, filtersIn, filtersOut, expand, stride, dropRate } = shape;
    const shortcut = x;
    const filters = filtersIn * expand;
    if (expand !== 1) {
      x = layer.conv(x, filters, 1, `${name}expand_conv`, { padding: 'same', useBias: false });
      x = swish(layer.batchNorm(x, `${name}expand_bn`), `${name}expand_activation`);
    }
    if (stride === 2) x = layer.zeroPad(x, correctPad(x, kernel), `${name}dwconv_pad`);
    const padding = stride === 2 ? 'valid' : 'same';
    x = layer.depthwise(x, kernel, `${name}dwconv`, { strides: stride, padding, useBias: false });
    x = swish(layer.batchNorm(x, `${name}bn`), `${name}activation`);
    x = squeezeExcite(x, filters, Math.max(1, Math.trunc(filtersIn * SQUEEZE)), name);
    x = layer.conv(x, filtersOut, 1, `${name}project_conv`, { padding: 'same', useBias: false });
    x = layer.batchNorm(x, `${name}project_bn`);
    if (stride !== 1 || filtersIn !== filtersOut) return x;
    return layer.add([drop(x, dropRate, `${name}drop`, true), shortcut], `${name}add`);
  }

  const input = layer.input();
  let x = apply(tf.layers.rescaling({ scale: 1 / 255, name: 'rescaling' }), input);
  x = apply(new Normalization({ name: 'normalization' }), x);
  if (imagenetRescaling)
    x = apply(
      new ChannelScale({ scale: IMAGENET_STD_RGB.map((std) => 1 / Math.sqrt(std)), name: 'rescaling_1' }),
      x,
    );
  x = layer.zeroPad(x, correctPad(x, 3), 'stem_conv_pad');
  x = layer.conv(x, roundFilters(32, width), 3, 'stem_conv', { strides: 2, useBias: false });
  x = swish(layer.batchNorm(x, 'stem_bn'), 'stem_activation');
  let built = 0;
  for (const [stage, [kernel, repeats, stageIn, stageOut, expand, stageStride]] of STAGES.entries()) {
    const filtersOut = roundFilters(stageOut, width);
    for (let repeat = 0; repeat < repeatsOf(repeats); repeat += 1) {
      const filtersIn = repeat === 0 ? roundFilters(stageIn, width) : filtersOut;
      const stride = repeat === 0 ? stageStride : 1;
      const dropRate = (DROP_CONNECT * built++) / blocks;
      const name = `block${stage + 1}${String.fromCharCode(97 + repeat)}_`;
      x = block(x, name, { kernel, filtersIn, filtersOut, expand, stride, dropRate });
    }
  }
  x = layer.conv(x, roundFilters(1280, width), 1, 'top_conv', { padding: 'same', useBias: false });
  x = swish(layer.batchNorm(x, 'top_bn'), 'top_activation');
  let features = layer.averagePool(x, 'avg_pool');
  if (options.includeTop) features = drop(features, dropout, 'top_dropout', false);
  return tf.model({ inputs: input, outputs: layer.top(features), name: options.variant });
}

interface BlockShape {
  kernel: number;
  filtersIn: number;
  filtersOut: number;
  expand: number;
  stride: number;
  /** Probability that the block is skipped for a photo, in training. */
  dropRate: number;
}

/** Filters at a width, as a multiple of 8. */
const roundFilters = (filters: number, width: number): number => makeDivisible(filters * width, 8);

/** EfficientNetB3 and its ImageNet weights. */
export const efficientnetb3 = defineBackbone({
  name: 'efficientnetb3',
  lastBlockInput: 'block7a_project_bn',
  title: 'EfficientNetB3',
  ...kerasFile(`${KERAS_EFFICIENTNET}/efficientnetb3_notop.h5`, 'af6d107764bb5b1abb91932881670226', 43941136),
  alternatives: [],
  inputSize: 300,
  channelOrder: 'rgb',
  scaling: SCALING.inside,
  interpolation: 'bicubic',
  cropFraction: 0.904,
  licence: 'Apache-2.0',
  parameters: 10783535,
  parametersWithTop: 12320535,
  featureSize: 1536,
  build: (options) => buildEfficientNet({ ...options, variant: 'efficientnetb3' }),
});

/** EfficientNetB0 and its ImageNet weights. */
export const efficientnetb0 = defineBackbone({
  name: 'efficientnetb0',
  lastBlockInput: 'block6d_add',
  title: 'EfficientNetB0',
  ...kerasFile(`${KERAS_EFFICIENTNET}/efficientnetb0_notop.h5`, '50bc09e76180e00e4465e1a485ddc09d', 16705208),
  alternatives: [],
  inputSize: 224,
  channelOrder: 'rgb',
  scaling: SCALING.inside,
  interpolation: 'bicubic',
  cropFraction: 0.875,
  licence: 'Apache-2.0',
  parameters: 4049571,
  parametersWithTop: 5330571,
  featureSize: 1280,
  build: (options) => buildEfficientNet({ ...options, variant: 'efficientnetb0' }),
});
