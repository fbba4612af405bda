import { backend_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { Emittable, NumericType, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { identity } from '../onnx/permute';
import { cast } from './binary';
import { emitterOf, kernel } from './registry';

/** ONNX operator and dtypes of each reduction. */
const REDUCTIONS: Record<string, { op: string; compute: (dtype: NumericType) => NumericType; bool?: true }> =
  {
    Sum: { op: 'ReduceSum', compute: (dtype) => (dtype === 'bool' ? 'int32' : dtype) },
    Prod: { op: 'ReduceProd', compute: (dtype) => (dtype === 'bool' ? 'int32' : dtype) },
    Mean: { op: 'ReduceMean', compute: () => 'float32' },
    Max: { op: 'ReduceMax', compute: (dtype) => (dtype === 'bool' ? 'int32' : dtype) },
    Min: { op: 'ReduceMin', compute: (dtype) => (dtype === 'bool' ? 'int32' : dtype) },
    All: { op: 'ReduceMin', compute: () => 'int32', bool: true },
    Any: { op: 'ReduceMax', compute: () => 'int32', bool: true },
  };

/** Records a reduction of `x` over `axes`. */
export function reduceOp(
  r: Recorder,
  name: string,
  x: Value,
  axis: number | number[],
  keepDims = false,
): Value {
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const { compute, bool } = REDUCTIONS[name]!;
  const dtype = compute(x.dtype);
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
  const value = r.record(name, [cast(r, x, dtype)], { axes, keepDims }, { shape, dtype });
  if (bool) return cast(r, value, 'bool');
  return name === 'Max' || name === 'Min' ? cast(r, value, x.dtype) : value;
}

/** Emits a reduction in the axis order that its input is stored in, when the result's order allows that. */
function emitReduction(e: Emitter, node: Emittable): void {
  const x = node.inputs[0]!;
  const out = node.outputs[0]!;
  const { axes, keepDims } = node.attrs as { axes: number[]; keepDims: boolean };
  const { op } = REDUCTIONS[node.op]!;
  if (axes.length === 0) {
    e.set(out, e.get(x));
    return;
  }
  const perm = e.permutation(x);
  const kept = perm?.filter((axis) => !axes.includes(axis)) ?? [];
  const ordered = keepDims || kept.every((axis, i) => i === 0 || kept[i - 1]! < axis);
  const order = perm && ordered ? perm : identity(x.shape.length);
  const at = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
  const spatial = axes.length === order.length - 2 && at[0] === 2 && order[1] === order.length - 1;
  if (node.op === 'Mean' && spatial) {
    // The runtime keeps a global pooling in its blocked layout, a reduction not.
    const [batch, channels] = [x.shape[0]!, x.shape.at(-1)!];
    const pooled = e.know(e.add('GlobalAveragePool', [e.get(x, order)]), [
      batch,
      channels,
      ...axes.map(() => 1),
    ]);
    if (keepDims) e.set(out, pooled, order);
    else e.set(out, e.reshape(pooled, [batch, channels]));
    return;
  }
  const reduce = (type: string, name: string) => e.add(type, [name, e.ints(at)], { keepdims: keepDims });
  let name = reduce(op, e.get(x, order));
  if ((node.op === 'Max' || node.op === 'Min') && x.dtype === 'float32') {
    // The runtime's reduction loses NaN; TF.js keeps it.
    const found = reduce('ReduceMax', e.add('Cast', [e.add('IsNaN', [e.get(x, order)])], { to: 6 }));
    name = e.add('Where', [e.add('Cast', [found], { to: 9 }), e.scalar(Number.NaN), name]);
  }
  e.set(out, name, keepDims ? order : identity(out.shape.length));
}

for (const name of Object.keys(REDUCTIONS)) {
  kernel(name, ({ x }, { axis, reductionIndices, keepDims }, r) =>
    reduceOp(r, name, x!, axis ?? reductionIndices, keepDims),
  );
  emitterOf(name, emitReduction);
}

for (const name of ['ArgMax', 'ArgMin']) {
  kernel(name, ({ x }, { axis }, r) => {
    const [at] = util.parseAxisParam(axis, x!.shape) as [number];
    const shape = x!.shape.filter((_, i) => i !== at);
    const operand = x!.dtype === 'bool' ? cast(r, x!, 'int32') : x!;
    return r.record(name, [operand], { axis: at }, { shape, dtype: 'int32' });
  });
  emitterOf(name, (e, node) => {
    const x = e.get(node.inputs[0]!);
    const float32 = node.inputs[0]!.dtype === 'float32';
    const worst = e.scalar(name === 'ArgMax' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    const numbers = float32 ? e.add('Where', [e.add('IsNaN', [x]), worst, x]) : x; // NaN never wins
    const index = e.add(name, [numbers], { axis: node.attrs.axis as number, keepdims: 0 });
    e.set(node.outputs[0]!, e.add('Cast', [index], { to: 6 }));
  });
}

for (const name of ['Softmax', 'LogSoftmax']) {
  kernel(name, ({ logits }, { dim, axis }, r) => {
    const [at] = util.parseAxisParam(dim ?? axis ?? -1, logits!.shape) as [number];
    const x = cast(r, logits!, 'float32');
    return r.record(name, [x], { axis: at }, { shape: x.shape, dtype: 'float32' });
  });
  emitterOf(name, (e, node) => {
    e.set(node.outputs[0]!, e.add(name, [e.get(node.inputs[0]!)], { axis: node.attrs.axis as number }));
  });
}

kernel('Cumsum', ({ x }, { axis, exclusive = false, reverse = false }, r) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number];
  const operand = x!.dtype === 'bool' ? cast(r, x!, 'int32') : x!;
  return r.record(
    'Cumsum',
    [operand],
    { axis: at, exclusive, reverse },
    { shape: x!.shape, dtype: operand.dtype },
  );
});
emitterOf('Cumsum', (e, node) => {
  const { axis, exclusive, reverse } = node.attrs as { axis: number; exclusive: boolean; reverse: boolean };
  e.set(node.outputs[0]!, e.add('CumSum', [e.get(node.inputs[0]!), e.int(axis)], { exclusive, reverse }));
});

kernel('Cumprod', ({ x }, { axis, exclusive = false, reverse = false }, r) => {
  const [at] = util.parseAxisParam(axis, x!.shape) as [number];
  const operand = x!.dtype === 'bool' ? cast(r, x!, 'int32') : x!;
  return r.record(
    'Cumprod',
    [operand],
    { axis: at, exclusive, reverse },
    { shape: x!.shape, dtype: operand.dtype },
  );
});
// Running products by doubling: after step k every element holds the product of the 2^k elements up to it.
emitterOf('Cumprod', (e, node) => {
  const x = node.inputs[0]!;
  const { axis, exclusive, reverse } = node.attrs as { axis: number; exclusive: boolean; reverse: boolean };
  const length = x.shape[axis]!;
  const one = e.scalar(1, x.dtype);
  const shifted = (name: string, by: number) => {
    const [start, end] = reverse ? [by, length] : [0, length - by];
    const kept = e.add('Slice', [name, e.ints([start]), e.ints([end]), e.ints([axis])]);
    const before = x.shape.map((_, i) => (i === axis && !reverse ? by : 0));
    const after = x.shape.map((_, i) => (i === axis && reverse ? by : 0));
    return e.add('Pad', [kept, e.ints([...before, ...after]), one]);
  };
  let name = exclusive ? shifted(e.get(x), 1) : e.get(x);
  for (let by = 1; by < length; by *= 2) name = e.add('Mul', [name, shifted(name, by)]);
  e.set(node.outputs[0]!, name);
});
