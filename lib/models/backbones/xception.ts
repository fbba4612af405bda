import * as tf from '@tensorflow/tfjs';
import { defineBackbone, KERAS, kerasFile, SCALING } from './define-backbone';
import { type BackboneOptions, LayerMaker, type Node } from './keras-layers';

/**
 * Xception as in `keras.applications.Xception` (Chollet 2017). 20,861,480 parameters, 22,910,480 with the
 * classifier. The shortcuts' layers carry the names that a fresh Keras session gives them (`conv2d`,
 * `batch_normalization`, `add`).
 *
 * Input [b, s, s, 3] float32, RGB in -1..1, s >= 71; output [b, 2048] or, with `includeTop`, [b, 1000].
 *
 * @example buildXception({ inputSize: 299 }).countParams() // 20861480
 */
export function buildXception(options: BackboneOptions): tf.LayersModel {
  const layer = new LayerMaker(options);
  let shortcuts = 0;
  let sums = 0;
  const numbered = (name: string, index: number) => (index === 0 ? name : `${name}_${index}`);

  function shortcut(x: Node, filters: number): Node {
    const index = shortcuts++;
    const projected = layer.conv(x, filters, 1, numbered('conv2d', index), {
      strides: 2,
      padding: 'same',
      useBias: false,
    });
    return layer.batchNorm(projected, numbered('batch_normalization', index));
  }

  /** Separable convolution and batch norm. */
  function separable(x: Node, filters: number, name: string): Node {
    return layer.batchNorm(
      layer.separable(x, filters, 3, name, { padding: 'same', useBias: false }),
      `${name}_bn`,
    );
  }

  /** Entry and exit block: two separable convolutions, pooled, plus a projected shortcut. */
  function reduce(x: Node, filters: readonly [number, number], block: string, firstRelu = true): Node {
    const residual = shortcut(x, filters[1]);
    if (firstRelu) x = layer.activation(x, 'relu', `${block}_sepconv1_act`);
    x = separable(x, filters[0], `${block}_sepconv1`);
    x = layer.activation(x, 'relu', `${block}_sepconv2_act`);
    x = separable(x, filters[1], `${block}_sepconv2`);
    x = layer.maxPool(x, 3, 2, `${block}_pool`, 'same');
    return layer.add([x, residual], numbered('add', sums++));
  }

  const input = layer.input();
  let x: Node = input;
  x = layer.conv(x, 32, 3, 'block1_conv1', { strides: 2, useBias: false });
  x = layer.activation(layer.batchNorm(x, 'block1_conv1_bn'), 'relu', 'block1_conv1_act');
  x = layer.conv(x, 64, 3, 'block1_conv2', { useBias: false });
  x = layer.activation(layer.batchNorm(x, 'block1_conv2_bn'), 'relu', 'block1_conv2_act');
  x = reduce(x, [128, 128], 'block2', false);
  x = reduce(x, [256, 256], 'block3');
  x = reduce(x, [728, 728], 'block4');
  for (let number = 5; number <= 12; number += 1) {
    const residual = x;
    for (const part of ['sepconv1', 'sepconv2', 'sepconv3']) {
      x = layer.activation(x, 'relu', `block${number}_${part}_act`);
      x = separable(x, 728, `block${number}_${part}`);
    }
    x = layer.add([x, residual], numbered('add', sums++));
  }
  x = reduce(x, [728, 1024], 'block13');
  x = layer.activation(separable(x, 1536, 'block14_sepconv1'), 'relu', 'block14_sepconv1_act');
  x = layer.activation(separable(x, 2048, 'block14_sepconv2'), 'relu', 'block14_sepconv2_act');
  const features = layer.averagePool(x, options.includeTop ? 'avg_pool' : 'global_average_pooling2d');
  return tf.model({ inputs: input, outputs: layer.top(features), name: 'xception' });
}

/** Xception and its ImageNet weights. */
export const xception = defineBackbone({
  name: 'xception',
  lastBlockInput: 'add_11',
  title: 'Xception',
  ...kerasFile(
    `${KERAS}/xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    'b0042744bf5b25fce3cb969f33bebb97',
    83683744,
  ),
  alternatives: [],
  inputSize: 299,
  channelOrder: 'rgb',
  scaling: SCALING.plusMinusOne,
  interpolation: 'bicubic',
  cropFraction: 0.897,
  licence: 'MIT',
  parameters: 20861480,
  parametersWithTop: 22910480,
  featureSize: 2048,
  build: buildXception,
});
