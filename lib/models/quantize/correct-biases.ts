import type { OnnxGraph } from '../../engine/index';
import type { WeightBits } from './processor';
import { dequantizeWeights, quantizeWeights } from './quantize-values';

/**
 * Takes back what rounding the weights shifts on average: from each output channel's bias, the mean input times the
 * sum of the weights' errors. Follows M. Nagel et al., "Data-free quantization through weight equalization and bias
 * correction" (ICCV 2019), section 4.2; borders are counted as if there was no padding.
 *
 * @param means of the channels that go into each convolution
 * @returns the float graph with other biases
 */
export function correctBiases(
  graph: OnnxGraph,
  means: ReadonlyMap<string, Float64Array>,
  weightBits: WeightBits,
): OnnxGraph {
  const constants = new Map(graph.constants);
  for (const { type, inputs, attributes } of graph.nodes) {
    if (type !== 'Conv') continue;
    const [x = '', w = '', b = ''] = inputs;
    const [weights, bias, mean] = [graph.constants.get(w), graph.constants.get(b), means.get(x)];
    if (!weights || !bias || !mean) continue;
    const values = weights.data as Float32Array;
    const [channels = 1, perGroup = 1] = weights.shape;
    const rounded = dequantizeWeights(quantizeWeights(values, channels, weightBits));
    const kernel = values.length / channels / perGroup;
    const groups = Number(attributes.group ?? 1);
    const corrected = Float32Array.from(bias.data as Float32Array, (value, channel) => {
      const from = Math.floor((channel * groups) / channels) * perGroup;
      let shift = 0;
      for (let i = 0; i < perGroup; i++) {
        const start = (channel * perGroup + i) * kernel;
        let error = 0;
        for (let k = start; k < start + kernel; k++) error += (rounded[k] ?? 0) - (values[k] ?? 0);
        shift += error * (mean[from + i] ?? 0);
      }
      return value - shift;
    });
    constants.set(b, { ...bias, data: corrected });
  }
  return { ...graph, constants };
}
