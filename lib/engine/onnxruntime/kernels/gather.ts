import { backend_util, util } from '@tensorflow/tfjs';
import { axisOf } from '../graph/axes';
import { item } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import { allocate, type Emittable, type Value } from '../graph/value';
import { ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { refuseNegative, rowLimits, wideIndices } from './indices';
import { type Inputs, operation } from './registry';

/** What TF.js's shape functions want to know of a tensor. */
const facts = ({ shape, dtype, size }: Value) => ({ shape, rank: shape.length, dtype, size }) as never;

type GatherInfo = ReturnType<typeof backend_util.segment_util.collectGatherOpShapeInfo>;

operation({
  name: 'GatherV2',
  complex: 'partwise',
  record({ x, indices }: Inputs<'x' | 'indices'>, { axis: given, batchDims = 0 }, r) {
    const axis = axisOf(given, x.shape);
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      facts(x),
      facts(indices),
      axis,
      batchDims,
    );
    const index = cast(r, indices, 'int32');
    const rows = item(x.shape, axis);
    const outside = index.data?.find((i) => i < 0 || i >= rows);
    util.assert(
      outside === undefined,
      () => `GatherV2: the index value ${outside} is not in [0, ${rows - 1}]`,
    );
    if (x.data) r.onNewBatch();
    if (batchDims !== 0) return gatherBatched(r, x, index, info);
    return r.record('Gather', [x, index], { axis }, { shape: info.outputShape, dtype: x.dtype });
  },
});

/** [batch, outer, dim, inner] gathered by [batch, index]: one flat gather with shifted indices. */
function gatherBatched(r: Recorder, x: Value, index: Value, info: GatherInfo): Value {
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
  const { dtype } = x;
  const swap = (value: Value, shape: number[]) =>
    r.record('Transpose', [value], { perm: [0, 2, 1, 3] }, { shape, dtype });
  const flat = r.reshape(x, [batchSize, outerSize, dimSize, sliceSize]);
  const many = index.size / batchSize;
  const front = swap(flat, [batchSize, dimSize, outerSize, sliceSize]);
  const table = r.reshape(front, [batchSize * dimSize, outerSize, sliceSize]);
  // Out of its own row, an index would read another's.
  const own = index.data
    ? index
    : r.record('OwnIndex', [index], { size: dimSize }, { shape: index.shape, dtype: 'int32' });
  const shifts = Int32Array.from({ length: batchSize }, (_, i) => i * dimSize);
  const shifted = r.record(
    'Add',
    [r.reshape(own, [batchSize, many]), r.concrete(shifts, [batchSize, 1], 'int32')],
    {},
    { shape: [batchSize, many], dtype: 'int32' },
  );
  const shape = [batchSize, many, outerSize, sliceSize];
  const picked = r.record('Gather', [table, shifted], { axis: 0 }, { shape, dtype });
  return r.reshape(swap(picked, [batchSize, outerSize, many, sliceSize]), outputShape);
}

operation({
  name: 'OwnIndex',
  emit(e, node: Emittable<[Value], { size: number }>) {
    e.elementwise(node, (index) => {
      const low = e.add('Less', [index, e.scalar(0, 'int32')]);
      const high = e.add('GreaterOrEqual', [index, e.scalar(node.attrs.size, 'int32')]);
      return e.add('Where', [e.add('Or', [low, high]), e.scalar(-(2 ** 30), 'int32'), index]);
    });
  },
});

type GatherNode = Emittable<[Value, Value], { axis: number }>;

operation({
  name: 'Gather',
  indexLimits: ({ inputs: [x], attrs: { axis } }: GatherNode) => [item(x.shape, axis)],
  emit(e, { inputs: [x, indices], attrs: { axis }, outputs: [out] }: GatherNode) {
    const plain = e.get(indices);
    const checked = e.known(indices) ? plain : refuseNegative(e, plain, [item(x.shape, axis)], 'int32');
    e.set(out, e.add('Gather', [e.get(x), checked], { axis }));
  },
});

operation({
  name: 'GatherNd',
  indexLimits: rowLimits,
  complex: 'partwise',
  record({ params, indices }: Inputs<'params' | 'indices'>, _, r) {
    const [shape] = backend_util.prepareAndValidate(facts(params), facts(indices));
    const { dtype } = params;
    if (params.size === 0) return r.concrete(allocate(dtype, util.sizeFromShape(shape)), shape, dtype);
    return r.record('GatherNd', [params, cast(r, indices, 'int32')], {}, { shape, dtype });
  },
  emit(e, { inputs: [x, indices], outputs: [out] }: Emittable<[Value, Value]>) {
    e.set(out, e.add('GatherND', [e.get(x), wideIndices(e, indices, x.shape)]));
  },
});

operation({
  name: 'TopK',
  record({ x }: Inputs<'x'>, { k, sorted }, r) {
    const shape = [...x.shape.slice(0, -1), k];
    const numbers = cast(r, x, x.dtype === 'bool' ? 'int32' : x.dtype);
    const [values, indices] = r.recordMany('TopK', [numbers], { k, sorted }, [
      { shape, dtype: numbers.dtype },
      { shape, dtype: 'int32' },
    ]);
    return [cast(r, values, x.dtype), indices];
  },
  emit(e, { inputs: [x], attrs, outputs }: Emittable<[Value], { k: number }, [Value, Value]>) {
    const [values, indices] = e.addTwo('TopK', [e.get(x), e.ints([attrs.k])], { axis: -1 });
    e.set(outputs[0], values);
    e.set(outputs[1], e.add('Cast', [indices], { to: ONNX_TYPE.int32 }));
  },
});
