import { backend_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import { allocate, type Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { cast } from './binary';
import { refuseNegative } from './indices';
import { emitterOf, kernel } from './registry';

kernel('GatherNd', ({ params, indices }, _, r) => {
  const face = (value: Value) => ({
    shape: value.shape,
    rank: value.shape.length,
    dtype: value.dtype,
    size: value.size,
  });
  const [shape] = backend_util.prepareAndValidate(face(params!) as never, face(indices!) as never);
  const { dtype } = params!;
  if (params!.size === 0) return r.concrete(allocate(dtype, util.sizeFromShape(shape)), shape, dtype);
  return r.record('GatherNd', [params!, cast(r, indices!, 'int32')], {}, { shape, dtype });
});
/** Indices of whole rows as ONNX wants them, negative ones made unusable. */
function wideIndices(e: Emitter, indices: Value, shape: readonly number[]): string {
  const wide = e.add('Cast', [e.get(indices)], { to: 7 });
  return refuseNegative(e, wide, shape.slice(0, indices.shape.at(-1)), 'int64');
}
emitterOf('GatherNd', (e, node) => {
  const [x, indices] = node.inputs as [Value, Value];
  e.set(node.outputs[0]!, e.add('GatherND', [e.get(x), wideIndices(e, indices, x.shape)]));
});

function scatter(
  r: Recorder,
  target: Value,
  indices: Value,
  updates: Value,
  reduction: 'add' | 'none',
): Value {
  const depth = indices.shape.length > 1 ? indices.shape.at(-1)! : 1;
  const count = indices.size / depth;
  const at = r.reshape(cast(r, indices, 'int32'), [count, depth]);
  const rest = target.shape.slice(depth);
  const values = r.reshape(updates, [count, ...rest]);
  return r.record(
    'Scatter',
    [target, at, values],
    { reduction },
    { shape: target.shape, dtype: target.dtype },
  );
}
emitterOf('Scatter', (e, node) => {
  const [target, indices, updates] = node.inputs as [Value, Value, Value];
  const wide = wideIndices(e, indices, target.shape);
  const bool = target.dtype === 'bool';
  const data = (value: Value) => (bool ? e.add('Cast', [e.get(value)], { to: 6 }) : e.get(value));
  const reduction = node.attrs.reduction as string;
  const name = e.add('ScatterND', [data(target), wide, data(updates)], { reduction });
  e.set(node.outputs[0]!, bool ? e.add('Cast', [name], { to: 9 }) : name);
});

function filled(r: Recorder, value: Value, shape: number[]): Value {
  return r.record('Expand', [value], { shape }, { shape, dtype: value.dtype });
}

kernel('ScatterNd', ({ indices, updates }, { shape }, r) => {
  const zeros = filled(r, r.scalar(0, updates!.dtype), shape);
  return scatter(r, zeros, indices!, updates!, 'add');
});

kernel('TensorScatterUpdate', ({ tensor, indices, updates }, _, r) =>
  scatter(r, tensor!, indices!, cast(r, updates!, tensor!.dtype), 'none'),
);

kernel('SparseToDense', ({ sparseIndices, sparseValues, defaultValue }, { outputShape }, r) => {
  const dtype = sparseValues!.dtype;
  const base = filled(r, cast(r, defaultValue ?? r.scalar(0, dtype), dtype), outputShape);
  const depth = sparseIndices!.shape.length > 1 ? sparseIndices!.shape.at(-1)! : 1;
  const count = sparseIndices!.size / depth;
  const values = sparseValues!.size === 1 ? filled(r, r.reshape(sparseValues!, [1]), [count]) : sparseValues!;
  return scatter(r, base, sparseIndices!, values, 'none');
});

kernel('UnsortedSegmentSum', ({ x, segmentIds }, { numSegments }, r) => {
  const rank = segmentIds!.shape.length;
  const shape = [numSegments, ...x!.shape.slice(rank)];
  const count = segmentIds!.size;
  // Ids outside 0..numSegments-1 are dropped: they go to an extra last segment.
  const ids = r.reshape(cast(r, segmentIds!, 'int32'), [count, 1]);
  const kept = r.record('SegmentId', [ids], { numSegments }, { shape: [count, 1], dtype: 'int32' });
  const zeros = filled(r, r.scalar(0, x!.dtype), [numSegments + 1, ...shape.slice(1)]);
  const sums = scatter(r, zeros, kept, x!, 'add');
  const begin = shape.map(() => 0);
  return r.record('Slice', [sums], { begin, size: shape }, { shape, dtype: x!.dtype });
});
emitterOf('SegmentId', (e, node) => {
  const ids = e.get(node.inputs[0]!);
  const count = node.attrs.numSegments as number;
  const outside = e.add('Or', [
    e.add('Less', [ids, e.scalar(0, 'int32')]),
    e.add('GreaterOrEqual', [ids, e.scalar(count, 'int32')]),
  ]);
  e.set(node.outputs[0]!, e.add('Where', [outside, e.scalar(count, 'int32'), ids]));
});
