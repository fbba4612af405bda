import * as tf from '@tensorflow/tfjs';
import { defineBackbone, KERAS, kerasFile, SCALING } from './define-backbone';
import { apply, type BackboneOptions, LayerMaker } from './keras-layers';

/** Filters of a block and its number of convolutions. */
const BLOCKS = [
  [64, 2],
  [128, 2],
  [256, 4],
  [512, 4],
  [512, 4],
] as const;

/**
 * VGG19 as in `keras.applications.VGG19` (Simonyan & Zisserman 2014). 20,024,384 parameters, 143,667,240 with the
 * classifier at 224 px.
 *
 * Input [b, s, s, 3] float32, BGR minus the ImageNet means; output [b, 512] or, with `includeTop`, [b, 1000].
 *
 * @example buildVgg19({ inputSize: 224 }).countParams() // 20024384
 */
export function buildVgg19(options: BackboneOptions): tf.LayersModel {
  const layer = new LayerMaker(options);
  const input = layer.input();
  let x = input;
  for (const [index, [filters, convolutions]] of BLOCKS.entries()) {
    const block = `block${index + 1}`;
    for (let number = 1; number <= convolutions; number += 1)
      x = layer.conv(x, filters, 3, `${block}_conv${number}`, { padding: 'same', activation: 'relu' });
    x = layer.maxPool(x, 2, 2, `${block}_pool`);
  }
  if (options.includeTop) {
    x = apply(tf.layers.flatten({ name: 'flatten' }), x);
    x = layer.dense(x, 4096, 'fc1', 'relu');
    x = layer.dense(x, 4096, 'fc2', 'relu');
    x = layer.top(x);
  } else {
    x = layer.averagePool(x, 'global_average_pooling2d');
  }
  return tf.model({ inputs: input, outputs: x, name: 'vgg19' });
}

/** VGG19 and its ImageNet weights. */
export const vgg19 = defineBackbone({
  name: 'vgg19',
  lastBlockInput: 'block4_pool',
  title: 'VGG19',
  ...kerasFile(
    `${KERAS}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`,
    '253f8cb515780f3b799900260a226db6',
    80134624,
  ),
  alternatives: [],
  inputSize: 224,
  channelOrder: 'bgr',
  scaling: SCALING.caffe,
  interpolation: 'bilinear',
  cropFraction: 0.875,
  licence: 'CC BY 4.0 (VGG, University of Oxford)',
  parameters: 20024384,
  parametersWithTop: 143667240,
  featureSize: 512,
  build: buildVgg19,
});
