import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import { ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { expand } from './fill';
import { rowLimits, wideIndices } from './indices';
import { type Inputs, operation } from './registry';

/** Axes of the target that an index of `indices` names. */
function depthOf(indices: Value): number {
  return (indices.shape.length > 1 ? indices.shape.at(-1) : undefined) ?? 1;
}

function scatter(
  r: Recorder,
  target: Value,
  indices: Value,
  updates: Value,
  reduction: 'add' | 'none',
): Value {
  const depth = depthOf(indices);
  const count = indices.size / depth;
  const positions = r.reshape(cast(r, indices, 'int32'), [count, depth]);
  const values = r.reshape(updates, [count, ...target.shape.slice(depth)]);
  return r.record('Scatter', [target, positions, values], { reduction }, target);
}

operation({
  name: 'Scatter',
  indexLimits: rowLimits,
  emit(e, { inputs, attrs, outputs: [out] }: Emittable<[Value, Value, Value], { reduction: string }>) {
    const [target, indices, updates] = inputs;
    const wide = wideIndices(e, indices, target.shape);
    const isBool = target.dtype === 'bool';
    const data = (value: Value) =>
      isBool ? e.add('Cast', [e.get(value)], { to: ONNX_TYPE.int32 }) : e.get(value);
    const name = e.add('ScatterND', [data(target), wide, data(updates)], { reduction: attrs.reduction });
    e.set(out, isBool ? e.add('Cast', [name], { to: ONNX_TYPE.bool }) : name);
  },
});

operation({
  name: 'ScatterNd',
  record({ indices, updates }: Inputs<'indices' | 'updates'>, { shape }, r) {
    const zeros = expand(r, r.scalar(0, updates.dtype), shape);
    return scatter(r, zeros, indices, updates, 'add');
  },
});

operation({
  name: 'TensorScatterUpdate',
  record: ({ tensor, indices, updates }: Inputs<'tensor' | 'indices' | 'updates'>, _, r) =>
    scatter(r, tensor, indices, cast(r, updates, tensor.dtype), 'none'),
});

operation({
  name: 'SparseToDense',
  record(inputs: Inputs<'sparseIndices' | 'sparseValues', 'defaultValue'>, { outputShape }, r) {
    const { sparseIndices, sparseValues, defaultValue } = inputs;
    const { dtype } = sparseValues;
    const base = expand(r, cast(r, defaultValue ?? r.scalar(0, dtype), dtype), outputShape);
    const count = sparseIndices.size / depthOf(sparseIndices);
    const values = sparseValues.size === 1 ? expand(r, r.reshape(sparseValues, [1]), [count]) : sparseValues;
    return scatter(r, base, sparseIndices, values, 'none');
  },
});

operation({
  name: 'UnsortedSegmentSum',
  record({ x, segmentIds }: Inputs<'x' | 'segmentIds'>, { numSegments }, r) {
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const count = segmentIds.size;
    // Ids outside 0..numSegments-1 are dropped: they go to an extra last segment.
    const ids = r.reshape(cast(r, segmentIds, 'int32'), [count, 1]);
    const kept = r.record('SegmentId', [ids], { numSegments }, { shape: [count, 1], dtype: 'int32' });
    const zeros = expand(r, r.scalar(0, x.dtype), [numSegments + 1, ...shape.slice(1)]);
    const sums = scatter(r, zeros, kept, x, 'add');
    const begin = shape.map(() => 0);
    return r.record('Slice', [sums], { begin, size: shape }, { shape, dtype: x.dtype });
  },
});

operation({
  name: 'SegmentId',
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], { numSegments: number }>) {
    const ids = e.get(x);
    const last = e.scalar(attrs.numSegments, 'int32');
    const outside = e.add('Or', [
      e.add('Less', [ids, e.scalar(0, 'int32')]),
      e.add('GreaterOrEqual', [ids, last]),
    ]);
    e.set(out, e.add('Where', [outside, last, ids]));
  },
});
