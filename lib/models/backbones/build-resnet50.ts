import * as tf from '@tensorflow/tfjs';
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
