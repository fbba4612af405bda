import type { OnnxGraph } from '../../engine/index';
import { roundEven } from './quantize-values';

/** A quantized graph with weights of 7 bits instead of 8: half the bytes' values, twice their scales. */
export function narrowWeights(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.constants);
  for (const { type, inputs } of graph.nodes) {
    const [bytesName = '', scaleName = ''] = inputs;
    const [bytes, scales] = [graph.constants.get(bytesName), graph.constants.get(scaleName)];
    if (type !== 'DequantizeLinear' || bytes?.type !== 'int8' || !scales) continue;
    constants.set(bytesName, {
      ...bytes,
      data: Int8Array.from(bytes.data as Int8Array, (v) => roundEven(v / 2)),
    });
    constants.set(scaleName, {
      ...scales,
      data: Float32Array.from(scales.data as Float32Array, (s) => 2 * s),
    });
  }
  return { ...graph, constants };
}
