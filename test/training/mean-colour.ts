import * as tf from '@tensorflow/tfjs';
import { type Backbone, preprocessPixels, WEIGHTS } from '../../lib/models/index';

/**
 * The smallest real backbone: ResNet50's preprocessing and nothing but its last layer, so that features are mean
 * colours (blue, green, red minus the ImageNet means).
 */
export function meanColourBackbone(inputSize = 32): Backbone {
  const input = tf.input({ shape: [inputSize, inputSize, 3] });
  const output = tf.layers.globalAveragePooling2d({}).apply(input) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  return {
    name: 'resnet50',
    record: WEIGHTS.resnet50,
    model,
    classifier: null,
    inputSize,
    featureSize: 3,
    inputScaling: 'correct',
    weightsPath: __filename,
    preprocess: (pixels) => preprocessPixels(pixels, WEIGHTS.resnet50),
    dispose: () => void model.dispose(),
  };
}
