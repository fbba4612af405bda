import type * as tf from '@tensorflow/tfjs';
import type { BuildBackboneOptions } from './define-backbone';
import { type BackboneName, backboneDefinition } from './registry';

/**
 * Builds a backbone from code, layer for layer as `keras.applications` does, global average pooling at its end.
 *
 * @param options `initializer: 'random'` for training from scratch; `zeros`, the default, when weights follow
 * @returns model [b, s, s, 3] -> [b, D], or [b, classes] with `includeTop`
 * @example buildBackbone('resnet50', { inputSize: 224, includeTop: true }).countParams() // 25636712
 */
export function buildBackbone(name: BackboneName, options: BuildBackboneOptions): tf.LayersModel {
  return backboneDefinition(name).build(options);
}
