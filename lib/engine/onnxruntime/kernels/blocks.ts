import { backend_util } from '@tensorflow/tfjs';
import { item, product, zip } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import { call, type Inputs, operation } from './registry';

function transpose(r: Recorder, x: Value, perm: number[]): Value {
  return call(r, 'Transpose', { x }, { perm });
}

operation({
  name: 'SpaceToBatchND',
  record({ x }: Inputs<'x'>, { blockShape, paddings }, r) {
    const block = product(blockShape);
    const all = [[0, 0], ...paddings];
    while (all.length < x.shape.length) all.push([0, 0]);
    const padded = call(r, 'PadV2', { x }, { paddings: all, constantValue: 0 });
    const split = backend_util.getReshaped(padded.shape, blockShape, block, false);
    const order = backend_util.getPermuted(split.length, blockShape.length, false);
    const shape = backend_util.getReshapedPermuted(padded.shape, blockShape, block, false);
    return r.reshape(transpose(r, r.reshape(padded, split), order), shape);
  },
});

operation({
  name: 'BatchToSpaceND',
  record({ x }: Inputs<'x'>, { blockShape, crops }, r) {
    const block = product(blockShape);
    const split = backend_util.getReshaped(x.shape, blockShape, block);
    const order = backend_util.getPermuted(split.length, blockShape.length);
    const shape = backend_util.getReshapedPermuted(x.shape, blockShape, block);
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
    const size = backend_util.getSliceSize(shape, crops, blockShape.length);
    const merged = r.reshape(transpose(r, r.reshape(x, split), order), shape);
    return call(r, 'Slice', { x: merged }, { begin, size });
  },
});

operation({
  name: 'DepthToSpace',
  record({ x }: Inputs<'x'>, { blockSize, dataFormat }, r) {
    const [batch, a, b, c] = x.shape as [number, number, number, number];
    const n = blockSize as number;
    if (dataFormat === 'NHWC') {
      const split = r.reshape(x, [batch, a, b, n, n, c / (n * n)]);
      return r.reshape(transpose(r, split, [0, 1, 3, 2, 4, 5]), [batch, a * n, b * n, c / (n * n)]);
    }
    const split = r.reshape(x, [batch, n, n, a / (n * n), b, c]);
    return r.reshape(transpose(r, split, [0, 3, 4, 1, 5, 2]), [batch, a / (n * n), b * n, c * n]);
  },
});

operation({
  name: 'FlipLeftRight',
  record: ({ image }: Inputs<'image'>, _, r) => call(r, 'Reverse', { x: image }, { dims: [2] }),
});

operation({
  name: 'Diag',
  record({ x }: Inputs<'x'>, _, r) {
    const { size, dtype } = x;
    const eye = new Uint8Array(size * size);
    for (let i = 0; i < size; i++) eye[i * size + i] = 1;
    const row = r.reshape(x, [1, size]);
    const inputs = [r.concrete(eye, [size, size], 'bool'), row, call(r, 'ZerosLike', { x: row })];
    const square = r.record('Select', inputs, {}, { shape: [size, size], dtype });
    return r.reshape(square, [...x.shape, ...x.shape]);
  },
});

operation({
  name: 'Einsum',
  record(inputs, attrs, r) {
    const values = Object.values(inputs as Record<string, Value>);
    const equation: string = attrs.equation;
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, values.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, values.map(({ shape }) => ({ shape })) as never);
    const sizes: number[] = [];
    for (const [dims, { shape }] of zip<[number[], Value]>(idDims, values))
      for (const [dim, size] of zip<[number, number]>(dims, shape)) sizes[dim] = size;
    const kept = allDims.map((_, dim) => dim).filter((dim) => !summedDims.includes(dim));
    const shape = kept.map((dim) => item(sizes, dim));
    const dtype = values[0]?.dtype ?? 'float32';
    return r.record('Einsum', values, { equation: equation.replace(/\s/g, '') }, { shape, dtype });
  },
  emit(e, { inputs, attrs: { equation }, outputs: [out] }: Emittable<Value[], { equation: string }>) {
    const names = inputs.map((value) => e.get(value));
    e.set(out, e.add('Einsum', names, { equation }));
  },
});
