import type * as tf from '@tensorflow/tfjs';
import type { BackboneName } from '../weights/weight-records';
import { buildEfficientNet } from './build-efficientnet';
import { buildInceptionV3 } from './build-inceptionv3';
import { buildMobileNetV2 } from './build-mobilenetv2';
import { buildResNet50 } from './build-resnet50';
import { buildVgg19 } from './build-vgg19';
import { buildXception } from './build-xception';
import type { BackboneOptions } from './keras-layers';

/** Options of {@link buildBackbone}: those that concern one architecture are ignored by the others. */
export interface BuildBackboneOptions extends BackboneOptions {
  /** ResNet50: epsilon of the batch norms. */
  batchNormEpsilon?: number;
  /** EfficientNet: Keras' second rescaling for the official weights. */
  imagenetRescaling?: boolean;
}

const BUILDERS: Record<BackboneName, (options: BuildBackboneOptions) => tf.LayersModel> = {
  vgg19: buildVgg19,
  resnet50: buildResNet50,
  efficientnetb3: (options) => buildEfficientNet({ ...options, variant: 'efficientnetb3' }),
  xception: buildXception,
  mobilenetv2: buildMobileNetV2,
  efficientnetb0: (options) => buildEfficientNet({ ...options, variant: 'efficientnetb0' }),
  inceptionv3: buildInceptionV3,
};

/**
 * Builds a backbone from code, layer for layer as `keras.applications` does, global average pooling at its end.
 *
 * @param options `initializer: 'random'` for training from scratch; `zeros`, the default, when weights follow
 * @returns model [b, s, s, 3] -> [b, D], or [b, classes] with `includeTop`
 * @example buildBackbone('resnet50', { inputSize: 224, includeTop: true }).countParams() // 25636712
 */
export function buildBackbone(name: BackboneName, options: BuildBackboneOptions): tf.LayersModel {
  return BUILDERS[name](options);
}
