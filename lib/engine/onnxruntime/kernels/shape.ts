import { backend_util, slice_util, util } from '@tensorflow/tfjs';
import { axisOf, identity, isIdentity, permuteShape } from '../graph/axes';
import { item, zip } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import { allocate, type Emittable, type Value } from '../graph/value';
import { ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { expand } from './fill';
import { call, type Inputs, type KernelInputs, operation } from './registry';

operation({
  name: 'Transpose',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, attrs, r) {
    const perm: number[] = attrs.perm ?? identity(x.shape.length).reverse();
    if (isIdentity(perm)) return r.reshape(x, x.shape);
    return r.record('Transpose', [x], { perm }, { shape: permuteShape(x.shape, perm), dtype: x.dtype });
  },
  // Axis i of the result is axis perm[i] of the input: the input's form `perm` is the result in logical order.
  emit: (e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], { perm: number[] }>) =>
    e.set(out, e.get(x, attrs.perm)),
});

/** Records `x[begin, begin + size)`; a run of whole rows of a concrete value becomes a view of its memory. */
export function slice(r: Recorder, x: Value, begin: readonly number[], size: number[]): Value {
  const [rows, ...rest] = x.shape;
  if (x.data && rows !== undefined && size.slice(1).every((length, i) => length === rest[i])) {
    r.uses([x]);
    r.onNewBatch();
    const row = x.size / Math.max(1, rows);
    const start = item(begin, 0);
    const part = r.concrete(x.data.subarray(start * row, (start + item(size, 0)) * row), size, x.dtype);
    part.borrowed = x.borrowed;
    return part;
  }
  return r.record('Slice', [x], { begin, size }, { shape: size, dtype: x.dtype });
}

/** The part of `x` from `start` along one axis. */
function sliceAxis(r: Recorder, x: Value, axis: number, start: number, length: number): Value {
  const begin = x.shape.map((_, i) => (i === axis ? start : 0));
  const size = x.shape.map((full, i) => (i === axis ? length : full));
  return slice(r, x, begin, size);
}

operation({
  name: 'Slice',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, { begin, size }, r) {
    const facts = { shape: x.shape, rank: x.shape.length } as never;
    const [start, length] = slice_util.parseSliceParams(facts, begin, size) as [number[], number[]];
    slice_util.assertParamsValid(facts, start, length);
    return slice(r, x, start, length);
  },
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], { begin: number[]; size: number[] }>) {
    const perm = e.permutation(x) ?? identity(x.shape.length);
    const cuts = perm
      .map((axis, position) => {
        const start = item(attrs.begin, axis);
        const length = item(attrs.size, axis);
        return { position, start, end: start + length, isWhole: length === x.shape[axis] };
      })
      .filter(({ isWhole }) => !isWhole);
    if (cuts.length === 0) return e.set(out, e.get(x, perm), perm);
    const [starts, ends, axes] = (['start', 'end', 'position'] as const).map((key) =>
      e.ints(cuts.map((cut) => cut[key])),
    ) as [string, string, string];
    e.set(out, e.add('Slice', [e.get(x, perm), starts, ends, axes]), perm);
  },
});

operation({
  name: 'StridedSlice',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, attrs, r) {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    const info = slice_util.sliceInfo(
      x.shape,
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    if (info.isIdentity) return r.reshape(x, info.finalShape);
    if (info.sliceDim0 || info.isSimpleSlice) {
      const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
      return r.reshape(slice(r, x, info.begin, size), info.finalShape);
    }
    const strided = { begin: info.begin, end: info.end, strides: info.strides };
    const value = r.record('StridedSlice', [x], strided, { shape: info.finalShapeSparse, dtype: x.dtype });
    return r.reshape(value, info.finalShape);
  },
  emit(
    e,
    { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], Record<'begin' | 'end' | 'strides', number[]>>,
  ) {
    const { begin, end, strides } = attrs;
    // An end of -1 with a negative stride means "past the first element"; ONNX would read it as the last one.
    const ends = zip<[number, number]>(end, strides).map(([stop, stride]) =>
      stride < 0 && stop < 0 ? -(2 ** 31) : stop,
    );
    const axes = identity(begin.length);
    const bounds = [begin, ends, axes, strides].map((numbers) => e.ints(numbers));
    e.set(out, e.add('Slice', [e.get(x), ...bounds]));
  },
});

/** Inputs of a kernel that takes any number of tensors. @throws if there is none */
function tensorsOf(inputs: KernelInputs): [Value, ...Value[]] {
  const [first, ...others] = Object.values(inputs).filter((value): value is Value => value !== undefined);
  if (!first) throw new Error('expected at least one tensor, received none');
  return [first, ...others];
}

operation({
  name: 'Concat',
  complex: 'partwise',
  record(inputs, attrs, r) {
    const all = tensorsOf(inputs);
    const [{ dtype, shape: shapeOfFirst }] = all;
    const axis = axisOf(attrs.axis, shapeOfFirst);
    const shapes = all.map((x) => x.shape);
    backend_util.assertParamsConsistent(shapes, axis);
    const shape = backend_util.computeOutShape(shapes, axis);
    const parts = all.filter((x) => x.size > 0);
    const [only] = parts;
    if (only && parts.length === 1) return r.reshape(only, shape);
    const operands = parts.map((x) => cast(r, x, dtype));
    return r.record('Concat', operands, { axis }, { shape, dtype });
  },
  emit(e, { inputs, attrs, outputs: [out] }: Emittable<Value[], { axis: number }>) {
    const perm = e.elementwiseOrder(inputs, out.shape.length);
    const names = inputs.map((value) => e.get(value, perm));
    e.set(out, e.add('Concat', names, { axis: perm.indexOf(attrs.axis) }), perm);
  },
});

operation({
  name: 'Pack',
  complex: 'partwise',
  record(inputs, { axis: given }, r) {
    const all = tensorsOf(inputs);
    const [first] = all;
    const axis = given < 0 ? given + first.shape.length + 1 : given;
    for (const x of all) {
      util.assertShapesMatch(first.shape, x.shape, 'All tensors passed to stack must have matching shapes');
      util.assert(x.dtype === first.dtype, () => 'All tensors passed to stack must have matching dtypes');
    }
    const expanded = all.map((x) => r.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]));
    return call(r, 'Concat', Object.fromEntries(expanded.entries()), { axis });
  },
});

operation({
  name: 'Unpack',
  complex: 'partwise',
  record({ value }: Inputs<'value'>, attrs, r) {
    const axis = axisOf(attrs.axis, value.shape);
    const shape = value.shape.filter((_, i) => i !== axis);
    const parts = Array.from({ length: item(value.shape, axis) }, (_, i) => sliceAxis(r, value, axis, i, 1));
    return parts.map((part) => r.reshape(part, shape));
  },
});

operation({
  name: 'SplitV',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, { numOrSizeSplits, axis: given }, r) {
    const axis = axisOf(given, x.shape);
    let start = 0;
    const sizes = backend_util.prepareSplitSize({ shape: x.shape } as never, numOrSizeSplits, axis);
    return sizes.map((length) => {
      const part = sliceAxis(r, x, axis, start, length);
      start += length;
      return part;
    });
  },
});

type Padding = [before: number, after: number];
type PadAttrs = { paddings: Padding[]; constantValue: number; mode: string };

/** Shape of `x` with `paddings` around it. */
function paddedShape(x: Value, paddings: Padding[]): number[] {
  return zip<[number, Padding]>(x.shape, paddings).map(
    ([length, [before, after]]) => before + length + after,
  );
}

operation({
  name: 'PadV2',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, { paddings, constantValue = 0 }, r) {
    const shape = paddedShape(x, paddings);
    if (x.size === 0)
      return r.concrete(allocate(x.dtype, util.sizeFromShape(shape)).fill(constantValue), shape, x.dtype);
    const constant = constantValue === 0 ? 0 : constantValue; // not -0
    const attrs = { paddings, constantValue: constant, mode: 'constant' };
    return r.record('Pad', [x], attrs, { shape, dtype: x.dtype });
  },
});

operation({
  name: 'MirrorPad',
  record({ x }: Inputs<'x'>, { paddings, mode }, r) {
    const shape = paddedShape(x, paddings);
    return r.record('Pad', [x], { paddings, constantValue: 0, mode }, { shape, dtype: x.dtype });
  },
});

operation({
  name: 'Pad',
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], PadAttrs>) {
    const { constantValue, mode } = attrs;
    const perm = e.permutation(x) ?? identity(x.shape.length);
    const paddings = perm.map((axis) => item(attrs.paddings, axis));
    if (mode === 'constant') {
      const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
      return e.set(out, e.add('Pad', [e.get(x, perm), e.ints(pads), e.scalar(constantValue, x.dtype)]), perm);
    }
    // "symmetric" repeats the edge, "reflect" does not: both are a gather per axis.
    const offset = mode === 'reflect' ? 0 : 1;
    let name = e.get(x, perm);
    for (const [i, length] of permuteShape(x.shape, perm).entries()) {
      const [before, after] = item(paddings, i);
      if (before + after === 0) continue;
      const index = Array.from({ length: before + length + after }, (_, j) => {
        const at = j - before;
        if (at < 0) return -at - offset;
        return at < length ? at : 2 * length - 2 - at + offset;
      });
      name = e.add('Gather', [name, e.ints(index)], { axis: i });
    }
    e.set(out, name, perm);
  },
});

operation({
  name: 'Tile',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, attrs, r) {
    const reps: number[] = attrs.reps;
    const axes = zip<[number, number]>(x.shape, reps);
    const shape = axes.map(([length, times]) => length * times);
    if (axes.every(([length, times]) => length === 1 || times === 1)) return expand(r, x, shape);
    return r.record('Tile', [x], { reps }, { shape, dtype: x.dtype });
  },
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], { reps: number[] }>) {
    const isBool = out.dtype === 'bool';
    const source = isBool ? e.add('Cast', [e.get(x)], { to: ONNX_TYPE.int32 }) : e.get(x);
    const tiled = e.add('Tile', [source, e.ints(attrs.reps)]);
    e.set(out, isBool ? e.add('Cast', [tiled], { to: ONNX_TYPE.bool }) : tiled);
  },
});

operation({
  name: 'Reverse',
  complex: 'partwise',
  record({ x }: Inputs<'x'>, { dims }, r) {
    const axes = util.parseAxisParam(dims, x.shape);
    if (x.shape.length === 0) return r.reshape(x, []);
    return r.record('Reverse', [x], { axes }, x);
  },
  emit(e, { inputs: [x], attrs: { axes }, outputs: [out] }: Emittable<[Value], { axes: number[] }>) {
    const fill = (value: number) => e.ints(axes.map(() => value));
    e.set(out, e.add('Slice', [e.get(x), fill(-1), fill(-(2 ** 31)), e.ints(axes), fill(-1)]));
  },
});
