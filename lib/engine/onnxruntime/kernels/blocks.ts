import { backend_util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { Value } from '../graph/value';
import { emitterOf, KERNELS, kernel } from './registry';

function transpose(r: Recorder, x: Value, perm: number[]): Value {
  return KERNELS.get('Transpose')!({ x }, { perm }, r) as Value;
}

kernel('SpaceToBatchND', ({ x }, { blockShape, paddings }, r) => {
  const block = (blockShape as number[]).reduce((a, b) => a * b, 1);
  const all = [[0, 0], ...paddings];
  while (all.length < x!.shape.length) all.push([0, 0]);
  const padded = KERNELS.get('PadV2')!({ x: x! }, { paddings: all, constantValue: 0 }, r) as Value;
  const split = backend_util.getReshaped(padded.shape, blockShape, block, false);
  const order = backend_util.getPermuted(split.length, blockShape.length, false);
  const shape = backend_util.getReshapedPermuted(padded.shape, blockShape, block, false);
  return r.reshape(transpose(r, r.reshape(padded, split), order), shape);
});

kernel('BatchToSpaceND', ({ x }, { blockShape, crops }, r) => {
  const block = (blockShape as number[]).reduce((a, b) => a * b, 1);
  const split = backend_util.getReshaped(x!.shape, blockShape, block);
  const order = backend_util.getPermuted(split.length, blockShape.length);
  const shape = backend_util.getReshapedPermuted(x!.shape, blockShape, block);
  const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
  const size = backend_util.getSliceSize(shape, crops, blockShape.length);
  const merged = r.reshape(transpose(r, r.reshape(x!, split), order), shape);
  return KERNELS.get('Slice')!({ x: merged }, { begin, size }, r);
});

kernel('DepthToSpace', ({ x }, { blockSize, dataFormat }, r) => {
  const [batch, a, b, c] = x!.shape as [number, number, number, number];
  const n = blockSize as number;
  if (dataFormat === 'NHWC') {
    const split = r.reshape(x!, [batch, a, b, n, n, c / (n * n)]);
    return r.reshape(transpose(r, split, [0, 1, 3, 2, 4, 5]), [batch, a * n, b * n, c / (n * n)]);
  }
  const split = r.reshape(x!, [batch, n, n, a / (n * n), b, c]);
  return r.reshape(transpose(r, split, [0, 3, 4, 1, 5, 2]), [batch, a / (n * n), b * n, c * n]);
});

kernel('FlipLeftRight', ({ image }, _, r) => KERNELS.get('Reverse')!({ x: image! }, { dims: [2] }, r));

kernel('Diag', ({ x }, _, r) => {
  const size = x!.size;
  const eye = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) eye[i * size + i] = 1;
  const row = r.reshape(x!, [1, size]);
  const zeros = KERNELS.get('ZerosLike')!({ x: row }, {}, r) as Value;
  const inputs = [r.concrete(eye, [size, size], 'bool'), row, zeros];
  const square = r.record('Select', inputs, {}, { shape: [size, size], dtype: x!.dtype });
  return r.reshape(square, [...x!.shape, ...x!.shape]);
});

kernel('Einsum', (inputs, { equation }, r) => {
  const values = Object.values(inputs);
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, values.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, values.map(({ shape }) => ({ shape })) as never);
  const sizes: number[] = [];
  idDims.forEach((dims, i) => {
    for (const [axis, dim] of dims.entries()) sizes[dim] = values[i]!.shape[axis]!;
  });
  const kept = allDims.map((_, dim) => dim).filter((dim) => !summedDims.includes(dim));
  const shape = kept.map((dim) => sizes[dim]!);
  return r.record(
    'Einsum',
    values,
    { equation: equation.replace(/\s/g, '') },
    { shape, dtype: values[0]!.dtype },
  );
});

emitterOf('Einsum', (e, node) => {
  const names = node.inputs.map((value) => e.get(value));
  e.set(node.outputs[0]!, e.add('Einsum', names, { equation: node.attrs.equation as string }));
});
