import * as tf from '@tensorflow/tfjs';
import { elementAt } from '../../base/index';
import type { Backbone } from './load-backbone';
import { backboneDefinition } from './registry';

/** A backbone in two: what stays frozen, and its last block. */
export interface CutBackbone {
  /**
   * The backbone up to its last block, as one whose features are that block's input, flattened: what a cache of
   * features holds. It shares its layers with the whole one, which is what wants disposing.
   */
  front: Backbone;
  /** The last block and the pooling: those features [b, h * w * c] -> pooled features [b, D]; dispose it. */
  block: tf.LayersModel;
}

/**
 * Cuts a backbone before its last block of convolutions, for fine-tuning: what comes before is frozen, so that its
 * output need be computed once a photo only. Both parts share their weights with the backbone, which stays whole.
 *
 * @throws Error when the backbone has no such place
 * @example
 * const { front, block } = cutBackbone(await loadBackbone('inceptionv3'));
 * front.featureSize; // 8 * 8 * 2048
 */
export function cutBackbone(backbone: Backbone): CutBackbone {
  const name = backboneDefinition(backbone.name).lastBlockInput;
  const { model } = backbone;
  const place = model.getLayer(name).output as tf.SymbolicTensor;
  const shape = place.shape.slice(1).map((side) => side ?? 0);
  const featureSize = shape.reduce((size, side) => size * side, 1);
  const { quantized: _, ...own } = backbone;
  return {
    front: {
      ...own,
      model: tf.model({ inputs: model.inputs, outputs: reshaped(place, [featureSize]) }),
      classifier: null,
      upTo: name,
      featureSize,
      dispose: () => undefined,
    },
    block: blockBehind(model, place, shape),
  };
}

/** The layers that follow a place, on an input of their own. */
function blockBehind(model: tf.LayersModel, place: tf.SymbolicTensor, shape: number[]): tf.LayersModel {
  const input = tf.input({ shape: [shape.reduce((size, side) => size * side, 1)] });
  const outputs = new Map([[place.id, reshaped(input, shape)]]);
  for (const layer of model.layers) {
    const node = elementAt(layer.inboundNodes, 0);
    const inputs = node.inputTensors.flatMap(({ id }) => outputs.get(id) ?? []);
    if (inputs.length === 0) continue;
    if (inputs.length < node.inputTensors.length)
      throw new Error(
        `expected all behind ${place.name} to be reached through it, ${layer.name} reads elsewhere too`,
      );
    const output = layer.apply(inputs.length === 1 ? elementAt(inputs, 0) : inputs) as tf.SymbolicTensor;
    outputs.set(elementAt(node.outputTensors, 0).id, output);
  }
  const last = outputs.get(elementAt(model.outputs, 0).id);
  if (!last) throw new Error(`expected the output of ${model.name} behind ${place.name}, found none`);
  return tf.model({ inputs: input, outputs: last, name: `${model.name}_last_block` });
}

const reshaped = (tensor: tf.SymbolicTensor, targetShape: number[]): tf.SymbolicTensor =>
  tf.layers.reshape({ targetShape }).apply(tensor) as tf.SymbolicTensor;
