import { backend_util } from '@tensorflow/tfjs';
import type { RecordedNode, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { CHANNELS_FIRST } from '../onnx/permute';
import { emitterOf, kernel } from './registry';

interface PoolAttrs {
  size: [number, number];
  strides: [number, number];
  /** top, left, bottom, right. */
  pads: [number, number, number, number];
  [key: string]: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: TF.js's attributes of four kernels
function pooling(shape: number[], attrs: any): { outShape: number[]; pool: PoolAttrs } {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    outShape: info.outShape,
    pool: {
      size: [info.effectiveFilterHeight, info.effectiveFilterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: [top, left, bottom, right],
    },
  };
}

const attributes = (pool: PoolAttrs) => ({ kernel_shape: pool.size, strides: pool.strides, pads: pool.pads });

for (const [name, op] of [
  ['MaxPool', 'MaxPool'],
  ['AvgPool', 'AveragePool'],
] as const) {
  kernel(name, ({ x }, attrs, r) => {
    const { outShape, pool } = pooling(x!.shape, attrs);
    return r.record(op, [x!], pool, { shape: outShape, dtype: x!.dtype });
  });
  emitterOf(op, (e, node) => {
    const x = e.get(node.inputs[0]!, CHANNELS_FIRST);
    e.set(node.outputs[0]!, e.add(op, [x], attributes(node.attrs as PoolAttrs)), CHANNELS_FIRST);
  });
}

kernel('MaxPoolGrad', ({ dy, input }, attrs, r) => {
  const { pool } = pooling(input!.shape, attrs);
  return r.record('MaxPoolGradient', [dy!, input!], pool, { shape: input!.shape, dtype: 'float32' });
});
kernel('AvgPoolGrad', ({ dy, input }, attrs, r) => {
  const { pool } = pooling(input!.shape, attrs);
  return r.record('AveragePoolGradient', [dy!], pool, { shape: input!.shape, dtype: 'float32' });
});

/** Sends each gradient to the first maximum of its window; windows that overlap add up. */
function emitMaxPoolGradient(e: Emitter, node: RecordedNode): void {
  const [dy, input] = node.inputs as [Value, Value];
  const pool = node.attrs as PoolAttrs;
  const [, indices] = e.addMany('MaxPool', [e.get(input, CHANNELS_FIRST)], 2, attributes(pool));
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const flat = [batch * channels * height * width];
  const zeros = e.add('Expand', [e.scalar(0), e.ints(flat)]);
  const overlap = pool.size.some((size, i) => size > pool.strides[i]!);
  const dx = e.add(
    'ScatterElements',
    [zeros, e.reshape(indices!, [-1]), e.reshape(e.get(dy, CHANNELS_FIRST), [-1])],
    { axis: 0, reduction: overlap ? 'add' : undefined },
  );
  e.set(node.outputs[0]!, e.reshape(dx, [batch, channels, height, width]), CHANNELS_FIRST);
}

/** Number of real pixels under each window, for one spatial axis. */
function coverage(input: number, output: number, size: number, stride: number, padBefore: number): number[] {
  return Array.from({ length: output }, (_, i) => {
    const start = i * stride - padBefore;
    return Math.min(start + size, input) - Math.max(start, 0);
  });
}

/** Spreads each gradient evenly over the real pixels of its window: a transposed convolution with ones. */
function emitAveragePoolGradient(e: Emitter, node: RecordedNode): void {
  const [dy] = node.inputs as [Value];
  const dx = node.outputs[0]!;
  const { size, strides, pads } = node.attrs as PoolAttrs;
  const [, height, width, channels] = dx.shape as [number, number, number, number];
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const rows = coverage(height, outHeight, size[0], strides[0], pads[0]);
  const columns = coverage(width, outWidth, size[1], strides[1], pads[1]);
  const share = Float32Array.from(rows.flatMap((a) => columns.map((b) => 1 / (a * b))));
  const each = e.add('Mul', [e.get(dy, CHANNELS_FIRST), e.floats(share, [1, 1, outHeight, outWidth])]);
  const ones = e.floats(new Float32Array(channels * size[0] * size[1]).fill(1), [channels, 1, ...size]);
  const after = [0, 1].map(
    (i) => ([outHeight, outWidth][i]! - 1) * strides[i]! + size[i]! - pads[i]! - [height, width][i]!,
  );
  const extra = after.map((pad) => Math.max(0, -pad));
  const name = e.add('ConvTranspose', [each, ones], {
    strides,
    kernel_shape: size,
    pads: [pads[0], pads[1], ...after.map((pad) => Math.max(0, pad))],
    output_padding: extra.some((pad) => pad > 0) ? extra : undefined,
    group: channels,
  });
  e.set(dx, name, CHANNELS_FIRST);
}

emitterOf('MaxPoolGradient', emitMaxPoolGradient);
emitterOf('AveragePoolGradient', emitAveragePoolGradient);
