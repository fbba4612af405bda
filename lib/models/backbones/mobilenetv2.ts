import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';
import { defineBackbone, KERAS, kerasFile, SCALING } from './define-backbone';
import {
  apply,
  type BackboneOptions,
  correctPad,
  LayerMaker,
  makeDivisible,
  type Node,
} from './keras-layers';

/** Output filters and stride of the inverted residual blocks; the first expands 1-fold, the others 6-fold. */
const BLOCKS = [
  [16, 1],
  [24, 2],
  [24, 1],
  [32, 2],
  [32, 1],
  [32, 1],
  [64, 2],
  [64, 1],
  [64, 1],
  [64, 1],
  [96, 1],
  [96, 1],
  [96, 1],
  [160, 2],
  [160, 1],
  [160, 1],
  [320, 1],
] as const;

/**
 * MobileNetV2 as in `keras.applications.MobileNetV2` (Sandler et al. 2018). 2,257,984 parameters, 3,538,984 with
 * the classifier, at width `alpha` 1.
 *
 * Input [b, s, s, 3] float32, RGB in -1..1; output [b, 1280] or, with `includeTop`, [b, 1000].
 *
 * @param options `alpha`: width multiplier
 * @example buildMobileNetV2({ inputSize: 224 }).countParams() // 2257984
 */
export function buildMobileNetV2(options: BackboneOptions & { alpha?: number }): tf.LayersModel {
  const layer = new LayerMaker(options);
  const { alpha = 1, inputSize } = options;
  const batchNorm = (x: Node, name: string) => layer.batchNorm(x, name, { epsilon: 1e-3, momentum: 0.999 });
  const relu6 = (x: Node, name: string) => apply(tf.layers.reLU({ maxValue: 6, name }), x);

  function block(x: Node, filters: number, stride: number, index: number): Node {
    const shortcut = x;
    const channels = elementAt(x.shape, 3) ?? 0;
    const out = makeDivisible(Math.trunc(filters * alpha), 8);
    const prefix = index === 0 ? 'expanded_conv_' : `block_${index}_`;
    if (index > 0) {
      x = layer.conv(x, 6 * channels, 1, `${prefix}expand`, { padding: 'same', useBias: false });
      x = relu6(batchNorm(x, `${prefix}expand_BN`), `${prefix}expand_relu`);
    }
    if (stride === 2) x = layer.zeroPad(x, correctPad(x, 3), `${prefix}pad`);
    const padding = stride === 1 ? 'same' : 'valid';
    x = layer.depthwise(x, 3, `${prefix}depthwise`, { strides: stride, padding, useBias: false });
    x = relu6(batchNorm(x, `${prefix}depthwise_BN`), `${prefix}depthwise_relu`);
    x = layer.conv(x, out, 1, `${prefix}project`, { padding: 'same', useBias: false });
    x = batchNorm(x, `${prefix}project_BN`);
    return channels === out && stride === 1 ? layer.add([shortcut, x], `${prefix}add`) : x;
  }

  const input = layer.input();
  const stem = makeDivisible(32 * alpha, 8);
  let x = layer.conv(input, stem, 3, 'Conv1', { strides: 2, padding: 'same', useBias: false });
  x = relu6(batchNorm(x, 'bn_Conv1'), 'Conv1_relu');
  for (const [index, [filters, stride]] of BLOCKS.entries()) x = block(x, filters, stride, index);
  const last = alpha > 1 ? makeDivisible(1280 * alpha, 8) : 1280;
  x = layer.conv(x, last, 1, 'Conv_1', { useBias: false });
  x = relu6(batchNorm(x, 'Conv_1_bn'), 'out_relu');
  const features = layer.averagePool(x, 'global_average_pooling2d');
  return tf.model({
    inputs: input,
    outputs: layer.top(features),
    name: `mobilenetv2_${alpha.toFixed(2)}_${inputSize}`,
  });
}

/** MobileNetV2 and its ImageNet weights. */
export const mobilenetv2 = defineBackbone({
  name: 'mobilenetv2',
  lastBlockInput: 'block_15_add',
  title: 'MobileNetV2',
  ...kerasFile(
    `${KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5`,
    null,
    9406464,
  ),
  alternatives: [],
  inputSize: 224,
  channelOrder: 'rgb',
  scaling: SCALING.plusMinusOne,
  interpolation: 'bilinear',
  cropFraction: 0.875,
  licence: 'Apache-2.0',
  parameters: 2257984,
  parametersWithTop: 3538984,
  featureSize: 1280,
  build: buildMobileNetV2,
});
