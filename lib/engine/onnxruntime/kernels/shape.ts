import { backend_util, slice_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import { allocate, type NumericType, type Value } from '../graph/value';
import { identity } from '../onnx/permute';
import { cast } from './binary';
import { refuseNegative } from './indices';
import { emitterOf, KERNELS, kernel } from './registry';

emitterOf('Reshape', (e, node) => {
  const out = node.outputs[0]!;
  e.set(out, e.reshape(e.get(node.inputs[0]!), out.shape));
});

kernel('Transpose', ({ x }, { perm }, r) => {
  const order = perm ?? identity(x!.shape.length).reverse();
  if (order.every((axis: number, i: number) => axis === i)) return r.reshape(x!, x!.shape);
  const shape = order.map((axis: number) => x!.shape[axis]!);
  return r.record('Transpose', [x!], { perm: order }, { shape, dtype: x!.dtype });
});
emitterOf('Transpose', (e, node) => {
  // Axis i of the result is axis perm[i] of the input: the input's form `perm` is the result in logical order.
  e.set(node.outputs[0]!, e.get(node.inputs[0]!, node.attrs.perm as number[]));
});

/** Records `x[begin, begin + size)`; a run of whole rows of a concrete value becomes a view of its memory. */
export function sliceOp(r: Recorder, x: Value, begin: number[], size: number[]): Value {
  if (x.data && x.shape.length > 0 && size.slice(1).every((length, i) => length === x.shape[i + 1])) {
    r.onNewBatch();
    const row = x.size / Math.max(1, x.shape[0]!);
    const view = x.data.subarray(begin[0]! * row, (begin[0]! + size[0]!) * row);
    return r.concrete(view, size, x.dtype);
  }
  return r.record('Slice', [x], { begin, size }, { shape: size, dtype: x.dtype });
}

kernel('Slice', ({ x }, { begin, size }, r) => {
  const [start, length] = slice_util.parseSliceParams(
    { shape: x!.shape, rank: x!.shape.length } as never,
    begin,
    size,
  );
  slice_util.assertParamsValid({ shape: x!.shape, rank: x!.shape.length } as never, start!, length!);
  return sliceOp(r, x!, start!, length!);
});
emitterOf('Slice', (e, node) => {
  const x = node.inputs[0]!;
  const out = node.outputs[0]!;
  const { begin, size } = node.attrs as { begin: number[]; size: number[] };
  const perm = e.permutation(x) ?? identity(x.shape.length);
  const axes = identity(perm.length).filter((i) => size[perm[i]!] !== x.shape[perm[i]!]);
  if (axes.length === 0) return e.set(out, e.get(x, perm), perm);
  const starts = axes.map((i) => begin[perm[i]!]!);
  const ends = axes.map((i) => begin[perm[i]!]! + size[perm[i]!]!);
  e.set(out, e.add('Slice', [e.get(x, perm), e.ints(starts), e.ints(ends), e.ints(axes)]), perm);
});

kernel('StridedSlice', ({ x }, attrs, r) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const info = slice_util.sliceInfo(
    x!.shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  if (info.isIdentity) return r.reshape(x!, info.finalShape);
  if (info.sliceDim0 || info.isSimpleSlice) {
    const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return r.reshape(sliceOp(r, x!, info.begin, size), info.finalShape);
  }
  const strided = { begin: info.begin, end: info.end, strides: info.strides };
  const value = r.record('StridedSlice', [x!], strided, { shape: info.finalShapeSparse, dtype: x!.dtype });
  return r.reshape(value, info.finalShape);
});
emitterOf('StridedSlice', (e, node) => {
  const { begin, end, strides } = node.attrs as { begin: number[]; end: number[]; strides: number[] };
  // An end of -1 with a negative stride means "past the first element"; ONNX would read it as the last one.
  const ends = end.map((stop, i) => (strides[i]! < 0 && stop < 0 ? -(2 ** 31) : stop));
  const axes = identity(begin.length);
  const x = e.get(node.inputs[0]!);
  const name = e.add('Slice', [x, e.ints(begin), e.ints(ends), e.ints(axes), e.ints(strides)]);
  e.set(node.outputs[0]!, name);
});

kernel('Concat', (inputs, { axis }, r) => {
  const all = Object.values(inputs);
  const [at] = util.parseAxisParam(axis, all[0]!.shape) as [number];
  backend_util.assertParamsConsistent(
    all.map((x) => x.shape),
    at,
  );
  const shape = backend_util.computeOutShape(
    all.map((x) => x.shape),
    at,
  );
  const parts = all.filter((x) => x.size > 0);
  if (parts.length === 1) return r.reshape(parts[0]!, shape);
  const dtype = all[0]!.dtype;
  return r.record(
    'Concat',
    parts.map((x) => cast(r, x, dtype)),
    { axis: at },
    { shape, dtype },
  );
});
emitterOf('Concat', (e, node) => {
  const rank = node.outputs[0]!.shape.length;
  const perm = e.elementwiseOrder(node.inputs, rank);
  const names = node.inputs.map((value) => e.get(value, perm));
  e.set(node.outputs[0]!, e.add('Concat', names, { axis: perm.indexOf(node.attrs.axis as number) }), perm);
});

kernel('Pack', (inputs, { axis }, r) => {
  const all = Object.values(inputs);
  const at = axis < 0 ? axis + all[0]!.shape.length + 1 : axis;
  for (const x of all) {
    util.assertShapesMatch(all[0]!.shape, x.shape, 'All tensors passed to stack must have matching shapes');
    util.assert(x.dtype === all[0]!.dtype, () => 'All tensors passed to stack must have matching dtypes');
  }
  const expanded = all.map((x) => r.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]));
  return KERNELS.get('Concat')!(Object.fromEntries(expanded.entries()) as never, { axis: at }, r);
});

kernel('Unpack', ({ value }, { axis }, r) => {
  const [at] = util.parseAxisParam(axis, value!.shape) as [number];
  const shape = value!.shape.filter((_, i) => i !== at);
  return Array.from({ length: value!.shape[at]! }, (_, i) => {
    const begin = value!.shape.map((__, j) => (j === at ? i : 0));
    const size = value!.shape.map((length, j) => (j === at ? 1 : length));
    return r.reshape(sliceOp(r, value!, begin, size), shape);
  });
});

kernel('SplitV', ({ x }, { numOrSizeSplits, axis }, r) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number];
  let start = 0;
  const sizes = backend_util.prepareSplitSize({ shape: x!.shape } as never, numOrSizeSplits, at);
  return sizes.map((length) => {
    const begin = x!.shape.map((_, i) => (i === at ? start : 0));
    start += length;
    return sliceOp(
      r,
      x!,
      begin,
      x!.shape.map((full, i) => (i === at ? length : full)),
    );
  });
});

kernel('PadV2', ({ x }, { paddings, constantValue = 0 }, r) => {
  const shape = x!.shape.map((length, i) => length + paddings[i][0] + paddings[i][1]);
  if (x!.size === 0)
    return r.concrete(allocate(x!.dtype, util.sizeFromShape(shape)).fill(constantValue), shape, x!.dtype);
  return r.record('Pad', [x!], { paddings, constantValue, mode: 'constant' }, { shape, dtype: x!.dtype });
});
kernel('MirrorPad', ({ x }, { paddings, mode }, r) => {
  const shape = x!.shape.map((length, i) => length + paddings[i][0] + paddings[i][1]);
  return r.record('Pad', [x!], { paddings, constantValue: 0, mode }, { shape, dtype: x!.dtype });
});
emitterOf('Pad', (e, node) => {
  const x = node.inputs[0]!;
  const { paddings, constantValue, mode } = node.attrs as {
    paddings: number[][];
    constantValue: number;
    mode: string;
  };
  const perm = e.permutation(x) ?? identity(x.shape.length);
  const order = (name: string) => name; // names stay readable below
  const pads = [...perm.map((axis) => paddings[axis]![0]!), ...perm.map((axis) => paddings[axis]![1]!)];
  const out = node.outputs[0]!;
  if (mode === 'constant') {
    return e.set(out, e.add('Pad', [e.get(x, perm), e.ints(pads), e.scalar(constantValue, x.dtype)]), perm);
  }
  // "symmetric" repeats the edge, "reflect" does not: both are a gather per axis.
  const offset = mode === 'reflect' ? 0 : 1;
  const name = perm.reduce(
    (current, axis, i) => {
      const [before, after] = paddings[axis] as [number, number];
      if (before + after === 0) return current;
      const length = x.shape[axis]!;
      const index = Array.from({ length: before + length + after }, (_, j) => {
        const at = j - before;
        if (at < 0) return -at - offset;
        return at < length ? at : 2 * length - 2 - at + offset;
      });
      return e.add('Gather', [current, e.ints(index)], { axis: i });
    },
    order(e.get(x, perm)),
  );
  e.set(out, name, perm);
});

function broadcastOp(r: Recorder, x: Value, shape: number[]): Value {
  return r.record('Expand', [x], { shape }, { shape, dtype: x.dtype });
}
emitterOf('Expand', (e, node) => {
  const out = node.outputs[0]!;
  e.set(out, e.add('Expand', [e.get(node.inputs[0]!), e.ints(out.shape)]));
});

kernel('Tile', ({ x }, { reps }, r) => {
  const shape = x!.shape.map((length, i) => length * reps[i]);
  if (x!.shape.every((length, i) => length === 1 || reps[i] === 1)) return broadcastOp(r, x!, shape);
  return r.record('Tile', [x!], { reps }, { shape, dtype: x!.dtype });
});
emitterOf('Tile', (e, node) => {
  const bool = node.outputs[0]!.dtype === 'bool';
  const x = e.get(node.inputs[0]!);
  const source = bool ? e.add('Cast', [x], { to: 6 }) : x;
  const tiled = e.add('Tile', [source, e.ints(node.attrs.reps as number[])]);
  e.set(node.outputs[0]!, bool ? e.add('Cast', [tiled], { to: 9 }) : tiled);
});
kernel('BroadcastTo', ({ x }, { shape }, r) => broadcastOp(r, x!, shape));

kernel('GatherV2', ({ x, indices }, { axis, batchDims = 0 }, r) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number];
  const info = backend_util.segment_util.collectGatherOpShapeInfo(
    { shape: x!.shape, rank: x!.shape.length } as never,
    { shape: indices!.shape, rank: indices!.shape.length } as never,
    at,
    batchDims,
  );
  const index = cast(r, indices!, 'int32');
  const rows = x!.shape[at]!;
  const outside = index.data?.find((i) => i < 0 || i >= rows);
  util.assert(outside === undefined, () => `GatherV2: the index value ${outside} is not in [0, ${rows - 1}]`);
  if (x!.data) r.onNewBatch();
  if (batchDims === 0)
    return r.record('Gather', [x!, index], { axis: at }, { shape: info.outputShape, dtype: x!.dtype });
  // [batch, outer, dim, inner] gathered by [batch, index]: one flat gather with shifted indices.
  const { batchSize, outerSize, dimSize, sliceSize } = info;
  const flat = r.reshape(x!, [batchSize, outerSize, dimSize, sliceSize]);
  const many = index.size / batchSize;
  const front = r.record(
    'Transpose',
    [flat],
    { perm: [0, 2, 1, 3] },
    { shape: [batchSize, dimSize, outerSize, sliceSize], dtype: x!.dtype },
  );
  const table = r.reshape(front, [batchSize * dimSize, outerSize, sliceSize]);
  const shifts = r.concrete(
    Int32Array.from({ length: batchSize }, (_, i) => i * dimSize),
    [batchSize, 1],
    'int32',
  );
  // Out of its own row, an index would read another's.
  const own = index.data
    ? index
    : r.record('OwnIndex', [index], { size: dimSize }, { shape: index.shape, dtype: 'int32' });
  const at2 = r.record(
    'Add',
    [r.reshape(own, [batchSize, many]), shifts],
    {},
    { shape: [batchSize, many], dtype: 'int32' },
  );
  const picked = r.record(
    'Gather',
    [table, at2],
    { axis: 0 },
    { shape: [batchSize, many, outerSize, sliceSize], dtype: x!.dtype },
  );
  const back = r.record(
    'Transpose',
    [picked],
    { perm: [0, 2, 1, 3] },
    { shape: [batchSize, outerSize, many, sliceSize], dtype: x!.dtype },
  );
  return r.reshape(back, info.outputShape);
});
emitterOf('OwnIndex', (e, node) => {
  const size = node.attrs.size as number;
  e.elementwise(node, ([index]) => {
    const low = e.add('Less', [index!, e.scalar(0, 'int32')]);
    const outside = e.add('Or', [low, e.add('GreaterOrEqual', [index!, e.scalar(size, 'int32')])]);
    return e.add('Where', [outside, e.scalar(-(2 ** 30), 'int32'), index!]);
  });
});

emitterOf('Gather', (e, node) => {
  const [x, indices] = node.inputs as [Value, Value];
  const axis = node.attrs.axis as number;
  const checked = e.known(indices)
    ? e.get(indices)
    : refuseNegative(e, e.get(indices), [x.shape[axis]!], 'int32');
  e.set(node.outputs[0]!, e.add('Gather', [e.get(x), checked], { axis }));
});

kernel('OneHot', ({ indices }, { dtype = 'int32', depth, onValue = 1, offValue = 0 }, r) => {
  const shape = [...indices!.shape, depth];
  return r.record('OneHot', [indices!], { depth, onValue, offValue }, { shape, dtype: dtype as NumericType });
});
emitterOf('OneHot', (e, node) => {
  const { depth, onValue, offValue } = node.attrs as { depth: number; onValue: number; offValue: number };
  const { dtype, shape } = node.outputs[0]!;
  const column = e.reshape(e.get(node.inputs[0]!), [...shape.slice(0, -1), 1]);
  const classes = e.initializer(
    'int32',
    [depth],
    Int32Array.from({ length: depth }, (_, i) => i),
  );
  const hit = e.add('Equal', [column, classes]);
  const numeric = dtype === 'bool' ? 'int32' : dtype;
  const name = e.add('Where', [hit, e.scalar(onValue, numeric), e.scalar(offValue, numeric)]);
  e.set(node.outputs[0]!, dtype === 'bool' ? e.add('Cast', [name], { to: 9 }) : name);
});

kernel('Reverse', ({ x }, { dims }, r) => {
  const axes = util.parseAxisParam(dims, x!.shape);
  if (x!.shape.length === 0) return r.reshape(x!, []);
  return r.record('Reverse', [x!], { axes }, { shape: x!.shape, dtype: x!.dtype });
});
emitterOf('Reverse', (e, node) => {
  const axes = node.attrs.axes as number[];
  const fill = (value: number) => e.ints(axes.map(() => value));
  const x = e.get(node.inputs[0]!);
  e.set(node.outputs[0]!, e.add('Slice', [x, fill(-1), fill(-(2 ** 31)), e.ints(axes), fill(-1)]));
});

kernel('TopK', ({ x }, { k, sorted }, r) => {
  const shape = [...x!.shape.slice(0, -1), k];
  const outputs = [
    { shape, dtype: x!.dtype },
    { shape, dtype: 'int32' as const },
  ];
  return r.recordMany('TopK', [x!], { k, sorted }, outputs);
});
emitterOf('TopK', (e, node) => {
  const { k } = node.attrs as { k: number };
  const [values, indices] = e.addMany('TopK', [e.get(node.inputs[0]!), e.ints([k])], 2, { axis: -1 });
  e.set(node.outputs[0]!, values!);
  e.set(node.outputs[1]!, e.add('Cast', [indices!], { to: 6 }));
});

kernel('ZerosLike', ({ x }, _, r) => broadcastOp(r, r.scalar(0, x!.dtype), x!.shape));
kernel('OnesLike', ({ x }, _, r) => broadcastOp(r, r.scalar(1, x!.dtype), x!.shape));
kernel('Range', (_, { start, stop, step, dtype }, r) => {
  const by = stop < start && step === 1 ? -1 : step;
  const empty = start === stop || (start < stop && by < 0) || (stop < start && by > 1);
  const data = allocate(dtype, empty ? 0 : Math.abs(Math.ceil((stop - start) / by)));
  for (let i = 0; i < data.length; i++) data[i] = start + i * by;
  return r.concrete(data, [data.length], dtype);
});
kernel('LinSpace', (_, { start, stop, num }, r) => {
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return r.concrete(
    Float32Array.from({ length: num }, (__, i) => start + i * step),
    [num],
    'float32',
  );
});
