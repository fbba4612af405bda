import { type OnnxGraph, openOnnx, writeOnnx } from '../../engine/index';
import { producersOf } from './network-graph';
import { planQuantization } from './plan-quantization';
import { count, entropyRange, type Histogram, percentileRange, type Range, type RangeMethod } from './ranges';

/** What photos showed of a network's tensors. */
export interface Calibration {
  /** Of each tensor that becomes 8 bits. */
  ranges: Map<string, Range>;
  /** Mean of each channel of what goes into each convolution, by the tensor's name. */
  means: Map<string, Float64Array>;
  photos: number;
}

/** How a network is calibrated. */
export interface CalibrateOptions {
  /** Default `percentile`. */
  method?: RangeMethod;
  /** Share of values that a range holds with `percentile`. Default 0.9999. */
  keep?: number;
}

/** A batch of what goes into the network: [n, s, s, 3] float32, row-major. */
export interface CalibrationBatch {
  data: Float32Array;
  shape: readonly [number, number, number, number];
}

const BINS = 2048;

/**
 * Runs a float network on photos and finds the range of each tensor that becomes 8 bits, and the channels' means that
 * `correctBiases` needs. Goes over the photos twice: for the extremes, then for the histograms.
 *
 * @param graph of `networkGraph`
 * @param batches called once for each pass
 * @throws Error when there are no photos
 */
export async function calibrateGraph(
  graph: OnnxGraph,
  batches: () => AsyncIterable<CalibrationBatch> | Iterable<CalibrationBatch>,
  { method = 'percentile', keep = 0.9999 }: CalibrateOptions = {},
): Promise<Calibration> {
  const { tensors } = planQuantization(graph);
  const { extremes, means, photos } = await measureExtremes(graph, tensors, batches());
  if (method === 'minmax') return { ranges: extremes, means, photos };
  const histograms = new Map<string, Histogram>(
    [...extremes].map(([name, range]) => [name, { ...range, counts: new Float64Array(BINS) }]),
  );
  const runner = await openOnnx(writeOnnx(withOutputs(graph, tensors)));
  for await (const { data, shape } of batches()) {
    const values = await runner.run(data, shape);
    values[graph.inputs[0]?.name ?? ''] = data;
    for (const [name, histogram] of histograms) count(histogram, values[name] ?? new Float32Array());
  }
  await runner.dispose();
  const ranges = new Map(
    [...histograms].map(([name, histogram]) => [
      name,
      method === 'entropy' && histogram.min >= 0 ? entropyRange(histogram) : percentileRange(histogram, keep),
    ]),
  );
  return { ranges, means, photos };
}

/** The graph with tensors as further outputs. */
export function withOutputs(graph: OnnxGraph, names: readonly string[]): OnnxGraph {
  const made = producersOf(graph);
  const known = new Set(graph.outputs.map(({ name }) => name));
  const added = names.filter((name) => made.has(name) && !known.has(name));
  const outputs = added.map((name) => ({ name, type: 'float32' as const, shape: null }));
  return { ...graph, outputs: [...graph.outputs, ...outputs] };
}

async function measureExtremes(
  graph: OnnxGraph,
  tensors: readonly string[],
  batches: AsyncIterable<CalibrationBatch> | Iterable<CalibrationBatch>,
): Promise<{ extremes: Map<string, Range>; means: Map<string, Float64Array>; photos: number }> {
  const inputs = new Set(graph.nodes.flatMap(({ type, inputs: [x = ''] }) => (type === 'Conv' ? [x] : [])));
  const nodes = [...graph.nodes];
  const constants = new Map(graph.constants);
  constants.set('spatial_axes', { type: 'int64', shape: [2], data: BigInt64Array.of(2n, 3n) });
  const names: string[] = [];
  const reduce = (type: string, name: string, suffix: string, axes: string[] = []) => {
    nodes.push({ type, inputs: [name, ...axes], outputs: [`${name}${suffix}`], attributes: { keepdims: 0 } });
    names.push(`${name}${suffix}`);
  };
  for (const name of tensors) {
    reduce('ReduceMin', name, '_min');
    reduce('ReduceMax', name, '_max');
  }
  for (const name of inputs) reduce('ReduceMean', name, '_mean', ['spatial_axes']);
  const runner = await openOnnx(writeOnnx(withOutputs({ ...graph, nodes, constants }, names)));
  const extremes = new Map<string, Range>();
  const means = new Map<string, Float64Array>();
  let photos = 0;
  for await (const { data, shape } of batches) {
    const values = await runner.run(data, shape);
    photos += shape[0];
    for (const name of tensors) {
      const { min, max } = extremes.get(name) ?? { min: 0, max: 0 }; // 0 is always in a range
      const [low = 0, high = 0] = [values[`${name}_min`]?.[0], values[`${name}_max`]?.[0]];
      extremes.set(name, { min: Math.min(min, low), max: Math.max(max, high) });
    }
    for (const name of inputs) {
      const rows = values[`${name}_mean`] ?? new Float32Array();
      const channels = rows.length / shape[0];
      const sums = means.get(name) ?? new Float64Array(channels);
      for (const [i, value] of rows.entries()) sums[i % channels] = (sums[i % channels] ?? 0) + value;
      means.set(name, sums);
    }
  }
  await runner.dispose();
  if (photos === 0) throw new Error('expected photos to calibrate on, received none');
  for (const sums of means.values()) for (const i of sums.keys()) sums[i] = (sums[i] ?? 0) / photos;
  return { extremes, means, photos };
}
