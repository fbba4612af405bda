import type * as tf from '@tensorflow/tfjs';
import { buildResNet50 } from './build-resnet50';
import type { BackboneOptions } from './keras-layers';
import type { BackboneName } from './weight-records';

type Builder = (options: BackboneOptions & { batchNormEpsilon?: number }) => tf.LayersModel;

const BUILDERS: Partial<Record<BackboneName, Builder>> = {
  resnet50: buildResNet50,
};

/**
 * Builds a backbone from code, layer for layer as `keras.applications` does, global average pooling at its end.
 *
 * @param options `initializer: 'random'` for training from scratch; `zeros`, the default, when weights follow
 * @returns model [b, s, s, 3] -> [b, D], or [b, classes] with `includeTop`
 * @example buildBackbone('resnet50', { inputSize: 224, includeTop: true }).countParams() // 25636712
 */
export function buildBackbone(
  name: BackboneName,
  options: BackboneOptions & { batchNormEpsilon?: number },
): tf.LayersModel {
  return BUILDERS[name]!(options);
}
