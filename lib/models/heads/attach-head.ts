import * as tf from '@tensorflow/tfjs';

/**
 * A backbone and a head as one model, for fine-tuning: both keep their own weights and stay usable by themselves.
 *
 * @param backbone preprocessed pixels [b, s, s, 3] -> features [b, D]
 * @param head features [b, D] -> probabilities [b, classes]
 * @returns model [b, s, s, 3] -> [b, classes]; its layers are the backbone's, then the head's
 * @throws Error when the widths differ
 * @example
 * const model = attachHead(backbone.model, head);
 * freeze(model, { from: 'conv5_block1_1_conv' });
 */
export function attachHead(backbone: tf.LayersModel, head: tf.LayersModel): tf.LayersModel {
  const [features] = backbone.outputs;
  if (!features) throw new Error(`expected a network with an output, ${backbone.name} has none`);
  const width = features.shape.at(-1);
  const expected = head.inputs[0]?.shape.at(-1);
  if (width !== expected)
    throw new Error(`expected a head for ${width} features, received one for ${expected}`);
  const output = head.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, features);
  return tf.model({ inputs: backbone.inputs, outputs: output, name: `${backbone.name}_${head.name}` });
}
