import { backend_util, util } from '@tensorflow/tfjs';
import { axisOf, identity, isAscending } from '../graph/axes';
import { item } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import { allocate, type Emittable, type NumericType, type Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { wrapInt64 } from '../onnx/integers';
import { ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { type Inputs, type Operation, operation } from './registry';

type ReduceAttrs = { axes: number[]; keepDims: boolean };
type ReduceNode = Emittable<[Value], ReduceAttrs>;

/** What tells one reduction from another. */
interface Reduction extends Pick<Operation, 'complex'> {
  name: string;
  /** The ONNX operator. */
  operator: string;
  /** Dtype in which it computes, for the input's. */
  compute(dtype: NumericType): NumericType;
  /** Dtype of the result, for the input's; default: that in which it computes. */
  result?(dtype: NumericType): NumericType;
  /** Writes it where ONNX's operator is not all, or not the fastest. @returns false to leave it to the operator */
  instead?(e: Emitter, node: ReduceNode, order: readonly number[], positions: readonly number[]): boolean;
}

/** Defines a reduction over some axes. */
function reduction({ name, operator, compute, result = compute, instead, complex }: Reduction): void {
  operation({
    name,
    complex,
    record({ x }: Inputs<'x'>, { axis, reductionIndices, keepDims = false }, r) {
      const axes = util.parseAxisParam(axis ?? reductionIndices, x.shape).sort((a, b) => a - b);
      const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
      const dtype = compute(x.dtype);
      if (x.size === 0 && dtype === 'int32' && operator !== 'ReduceSum' && operator !== 'ReduceProd') {
        const empty = result(x.dtype); // of nothing: 0 as TF.js's, where undefined becomes an element
        return r.concrete(allocate(empty, util.sizeFromShape(shape)), shape, empty);
      }
      return cast(
        r,
        r.record(name, [cast(r, x, dtype)], { axes, keepDims }, { shape, dtype }),
        result(x.dtype),
      );
    },
    /** In the axis order that the input is stored in, when the result's order allows that. */
    emit(e, node: ReduceNode) {
      const {
        inputs: [x],
        attrs: { axes, keepDims },
        outputs: [out],
      } = node;
      if (axes.length === 0) return e.set(out, e.get(x));
      const perm = e.permutation(x);
      const ordered = keepDims || isAscending(perm?.filter((axis) => !axes.includes(axis)) ?? []);
      const order = perm && ordered ? perm : identity(x.shape.length);
      const positions = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
      if (instead?.(e, node, order, positions)) return;
      const sums = operator === 'ReduceSum' || operator === 'ReduceProd';
      const isWide = sums && x.dtype === 'int32'; // wraps around, as TF.js's does
      const numbers = isWide ? e.add('Cast', [e.get(x, order)], { to: ONNX_TYPE.int64 }) : e.get(x, order);
      const reduced = e.add(operator, [numbers, e.ints(positions)], { keepdims: keepDims });
      const name = isWide ? wrapInt64(e, reduced) : reduced;
      e.set(out, name, keepDims ? order : identity(out.shape.length));
    },
  });
}

const ownOrInt = (dtype: NumericType) => (dtype === 'bool' ? 'int32' : dtype);

reduction({ name: 'Sum', operator: 'ReduceSum', compute: ownOrInt, complex: 'partwise' });
reduction({ name: 'Prod', operator: 'ReduceProd', compute: ownOrInt });
reduction({
  name: 'Mean',
  operator: 'ReduceMean',
  compute: () => 'float32',
  complex: 'partwise',
  instead(e, { inputs: [x], attrs: { axes, keepDims }, outputs: [out] }, order, positions) {
    const isSpatial = axes.length === order.length - 2 && positions[0] === 2 && order[1] === order.length - 1;
    if (!isSpatial) return false;
    // The runtime keeps a global pooling in its blocked layout, a reduction not.
    const sizes = [item(x.shape, 0), item(x.shape, x.shape.length - 1)];
    const pooled = e.know(e.add('GlobalAveragePool', [e.get(x, order)]), [...sizes, ...axes.map(() => 1)]);
    if (keepDims) e.set(out, pooled, order);
    else e.set(out, e.reshape(pooled, sizes));
    return true;
  },
});
for (const [name, operator] of [
  ['Max', 'ReduceMax'],
  ['Min', 'ReduceMin'],
] as const) {
  reduction({
    name,
    operator,
    compute: ownOrInt,
    result: (dtype) => dtype,
    instead(e, { inputs: [x], attrs: { keepDims }, outputs: [out] }, order, positions) {
      if (x.dtype !== 'float32') return false;
      // The runtime's reduction loses NaN; TF.js keeps it.
      const reduce = (type: string, name: string) =>
        e.add(type, [name, e.ints(positions)], { keepdims: keepDims });
      const extreme = reduce(operator, e.get(x, order));
      const isNan = e.add('Cast', [e.add('IsNaN', [e.get(x, order)])], { to: ONNX_TYPE.int32 });
      const found = e.add('Cast', [reduce('ReduceMax', isNan)], { to: ONNX_TYPE.bool });
      const value = e.add('Where', [found, e.scalar(Number.NaN), extreme]);
      e.set(out, value, keepDims ? order : identity(out.shape.length));
      return true;
    },
  });
}
reduction({ name: 'All', operator: 'ReduceMin', compute: () => 'int32', result: () => 'bool' });
reduction({ name: 'Any', operator: 'ReduceMax', compute: () => 'int32', result: () => 'bool' });

type AxisNode = Emittable<[Value], { axis: number }>;

for (const [name, worst] of [
  ['ArgMax', Number.NEGATIVE_INFINITY],
  ['ArgMin', Number.POSITIVE_INFINITY],
] as const) {
  operation({
    name,
    record({ x }: Inputs<'x'>, attrs, r) {
      const axis = axisOf(attrs.axis, x.shape);
      const shape = x.shape.filter((_, i) => i !== axis);
      if (x.size === 0) return r.concrete(allocate('int32', util.sizeFromShape(shape)), shape, 'int32');
      return r.record(name, [cast(r, x, ownOrInt(x.dtype))], { axis }, { shape, dtype: 'int32' });
    },
    emit(e, { inputs: [x], attrs: { axis }, outputs: [out] }: AxisNode) {
      const numbers = e.get(x);
      const isFloat = x.dtype === 'float32';
      const comparable = isFloat
        ? e.add('Where', [e.add('IsNaN', [numbers]), e.scalar(worst), numbers]) // NaN never wins
        : numbers;
      const index = e.add('Cast', [e.add(name, [comparable], { axis, keepdims: 0 })], {
        to: ONNX_TYPE.int32,
      });
      if (!isFloat) return e.set(out, index);
      // ... unless it comes first: TF.js finds nothing that is larger.
      const first = e.add('IsNaN', [e.add('Gather', [numbers, e.int(0)], { axis })]);
      e.set(out, e.add('Where', [first, e.scalar(0, 'int32'), index]));
    },
  });
}

for (const name of ['Softmax', 'LogSoftmax']) {
  operation({
    name,
    record({ logits }: Inputs<'logits'>, { dim, axis }, r) {
      const x = cast(r, logits, 'float32');
      return r.record(name, [x], { axis: axisOf(dim ?? axis ?? -1, x.shape) }, x);
    },
    emit: (e, { inputs: [x], attrs: { axis }, outputs: [out] }: AxisNode) =>
      e.set(out, e.add(name, [e.get(x)], { axis })),
  });
}

type ScanAttrs = { axis: number; exclusive: boolean; reverse: boolean };
type ScanNode = Emittable<[Value], ScanAttrs>;

function recordScan(
  r: Recorder,
  name: string,
  x: Value,
  { axis, exclusive = false, reverse = false }: Pick<ScanAttrs, 'axis'> & Partial<ScanAttrs>,
): Value {
  const operand = cast(r, x, ownOrInt(x.dtype));
  return r.record(name, [operand], { axis: axisOf(axis, x.shape), exclusive, reverse }, operand);
}

operation({
  name: 'Cumsum',
  record: ({ x }: Inputs<'x'>, attrs, r) => recordScan(r, 'Cumsum', x, attrs),
  emit(e, { inputs: [x], attrs: { axis, exclusive, reverse }, outputs: [out] }: ScanNode) {
    e.set(out, e.add('CumSum', [e.get(x), e.int(axis)], { exclusive, reverse }));
  },
});

operation({
  name: 'Cumprod',
  record: ({ x }: Inputs<'x'>, attrs, r) => recordScan(r, 'Cumprod', x, attrs),
  // Running products by doubling: after step k every element holds the product of the 2^k elements up to it.
  emit(e, { inputs: [x], attrs: { axis, exclusive, reverse }, outputs: [out] }: ScanNode) {
    const length = item(x.shape, axis);
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
    e.set(out, name);
  },
});
