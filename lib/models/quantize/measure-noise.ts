import { type OnnxGraph, openOnnx, writeOnnx } from '../../engine/index';
import { type CalibrationBatch, withOutputs } from './calibrate-graph';
import { planQuantization } from './plan-quantization';
import type { WeightBits } from './processor';
import { activationScale, dequantizeWeights, quantizeWeights } from './quantize-values';
import type { Range } from './ranges';

/**
 * How much each convolution suffers from 8 bits, by itself: the float network runs, and beside each convolution the
 * same one with rounded weights on the rounded input. Its sensitivity is the power of the difference of the two over
 * the power of the output.
 *
 * @returns by the name of the convolution's output, 0 = nothing is lost
 */
export async function measureNoise(
  graph: OnnxGraph,
  ranges: ReadonlyMap<string, Range>,
  weightBits: WeightBits,
  batches: AsyncIterable<CalibrationBatch> | Iterable<CalibrationBatch>,
): Promise<Map<string, number>> {
  const { integer } = planQuantization(graph);
  const nodes = [...graph.nodes];
  const constants = new Map(graph.constants);
  const measured: string[] = [];
  for (const node of integer) {
    const [x = '', w = '', ...bias] = node.inputs;
    const [output = ''] = node.outputs;
    const [weights, range] = [graph.constants.get(w), ranges.get(x)];
    if (node.type !== 'Conv' || !weights || !range) continue;
    const { scale, zero } = activationScale(range);
    const name = (part: string) => `${output}_noise_${part}`;
    const add = (type: string, inputs: string[], made: string, attributes = {}) =>
      nodes.push({ type, inputs, outputs: [made], attributes });
    const values = dequantizeWeights(
      quantizeWeights(weights.data as Float32Array, weights.shape[0] ?? 1, weightBits),
    );
    constants.set(name('w'), { ...weights, data: values });
    constants.set(name('scale'), { type: 'float32', shape: [], data: Float32Array.of(scale) });
    constants.set(name('zero'), { type: 'uint8', shape: [], data: Uint8Array.of(zero) });
    add('QuantizeLinear', [x, name('scale'), name('zero')], name('q'));
    add('DequantizeLinear', [name('q'), name('scale'), name('zero')], name('x'));
    add('Conv', [name('x'), name('w'), ...bias], name('y'), node.attributes);
    add('Sub', [name('y'), output], name('error'));
    for (const [from, to] of [
      [name('error'), name('lost')],
      [output, name('power')],
    ] as const) {
      add('ReduceSumSquare', [from], to, { keepdims: 0 });
    }
    measured.push(output);
  }
  const names = measured.flatMap((output) => [`${output}_noise_lost`, `${output}_noise_power`]);
  const runner = await openOnnx(writeOnnx(withOutputs({ ...graph, nodes, constants }, names)));
  const sums = new Map(names.map((name) => [name, 0]));
  for await (const { data, shape } of batches) {
    const values = await runner.run(data, shape);
    for (const name of names) sums.set(name, (sums.get(name) ?? 0) + (values[name]?.[0] ?? 0));
  }
  await runner.dispose();
  const sum = (name: string) => sums.get(name) ?? 0;
  return new Map(
    measured.map((output) => [output, sum(`${output}_noise_lost`) / (sum(`${output}_noise_power`) || 1)]),
  );
}
