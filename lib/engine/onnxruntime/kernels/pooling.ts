import { backend_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { ONNX_TYPE } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { cast } from './binary';
import { emitterOf, kernel } from './registry';

/** What a pooling needs to know; one entry per spatial axis, sizes in pixels. */
interface PoolAttrs {
  size: number[];
  strides: number[];
  dilations: number[];
  before: number[];
  after: number[];
  [key: string]: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: TF.js's attributes of ten kernels
type TfjsAttrs = any;

function resolve(shape: number[], attrs: TfjsAttrs): { outShape: number[]; pool: PoolAttrs } {
  const { filterSize, strides, dilations = 1, pad, dimRoundingMode } = attrs;
  if (shape.length === 5) {
    const info = backend_util.computePool3DInfo(
      shape as never,
      filterSize,
      strides,
      dilations,
      pad,
      dimRoundingMode,
    );
    const { front, back, top, bottom, left, right } = info.padInfo;
    return {
      outShape: info.outShape,
      pool: {
        size: [info.filterDepth, info.filterHeight, info.filterWidth],
        strides: [info.strideDepth, info.strideHeight, info.strideWidth],
        dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
        before: [front, top, left],
        after: [back, bottom, right],
      },
    };
  }
  const info = backend_util.computePool2DInfo(
    shape as never,
    filterSize,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    outShape: info.outShape,
    pool: {
      size: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      before: [top, left],
      after: [bottom, right],
    },
  };
}

const attributes = ({ size, strides, dilations, before, after }: PoolAttrs) => ({
  kernel_shape: size,
  strides,
  dilations,
  pads: [...before, ...after],
});

function poolOp(r: Recorder, op: string, x: Value, attrs: TfjsAttrs): Value {
  const { outShape, pool } = resolve(x.shape, attrs);
  const trivial = pool.size.every((size) => size === 1) && util.arraysEqual(x.shape, outShape);
  if (trivial) return x; // TF.js's shortcut, which ignores strides and padding
  const y = r.record(op, [cast(r, x, 'float32')], pool, { shape: outShape, dtype: 'float32' });
  return cast(r, y, x.dtype);
}

for (const [op, plain, gradient] of [
  ['MaxPool', 'MaxPool', 'MaxPoolGrad'],
  ['MaxPool', 'MaxPool3D', 'MaxPool3DGrad'],
  ['AveragePool', 'AvgPool', 'AvgPoolGrad'],
  ['AveragePool', 'AvgPool3D', 'AvgPool3DGrad'],
] as const) {
  kernel(plain, ({ x }, attrs, r) => poolOp(r, op, x!, attrs));
  kernel(gradient, ({ dy, input }, attrs, r) => {
    const { pool } = resolve(input!.shape, attrs);
    const inputs = op === 'MaxPool' ? [dy!, input!] : [dy!];
    return r.record(`${op}Gradient`, inputs, pool, { shape: input!.shape, dtype: 'float32' });
  });
}

for (const op of ['MaxPool', 'AveragePool']) {
  emitterOf(op, (e, node) => {
    const first = channelsFirst(node.inputs[0]!.shape.length);
    const pool = node.attrs as PoolAttrs;
    const x = e.get(node.inputs[0]!, first);
    const name = isOverpadded(pool) ? emitOverpadded(e, node, x) : e.add(op, [x], attributes(pool));
    // A relu of the image was left to the maxima.
    e.set(node.outputs[0]!, node.attrs.relu ? e.add('Relu', [name]) : name, first);
  });
}

/** True when a window may lie in the padding altogether, which ONNX forbids. */
function isOverpadded({ size, dilations, before, after }: PoolAttrs): boolean {
  return size.some((length, i) => Math.max(before[i]!, after[i]!) > (length - 1) * dilations[i]!);
}

/** Maximum over an image padded beforehand; average as a sum of windows over the number of real pixels. */
function emitOverpadded(e: Emitter, node: Emittable, x: string): string {
  const pool = node.attrs as PoolAttrs;
  const zeros = pool.size.map(() => 0);
  if (node.op === 'MaxPool') {
    const pads = e.ints([0, 0, ...pool.before, 0, 0, ...pool.after]);
    const padded = e.add('Pad', [x, pads, e.scalar(Number.NEGATIVE_INFINITY)]);
    return e.add('MaxPool', [padded], attributes({ ...pool, before: zeros, after: zeros }));
  }
  const { shape } = node.inputs[0]!;
  const channels = shape.at(-1)!;
  const outSize = node.outputs[0]!.shape.slice(1, -1);
  const window = pool.size.reduce((a, b) => a * b, 1);
  const ones = e.floats(new Float32Array(channels * window).fill(1), [channels, 1, ...pool.size]);
  const sums = e.add('Conv', [x, ones], { ...attributes(pool), group: channels });
  const shares = outSize.reduce<number[]>(
    (all, out, axis) =>
      all.flatMap((f) => coverage(pool, axis, shape[axis + 1]!, out).map((count) => f / count)),
    [1],
  );
  return e.add('Mul', [sums, e.floats(Float32Array.from(shares), [1, 1, ...outSize])]);
}

/** Number of real pixels under each window along one spatial axis, at least 1. */
function coverage(pool: PoolAttrs, axis: number, input: number, output: number): number[] {
  return Array.from({ length: output }, (_, i) => {
    let count = 0;
    for (let k = 0; k < pool.size[axis]!; k++) {
      const at = i * pool.strides[axis]! - pool.before[axis]! + k * pool.dilations[axis]!;
      if (at >= 0 && at < input) count++;
    }
    return Math.max(1, count);
  });
}

/**
 * Sends each gradient to the first maximum of its window; windows that overlap add up. With `relu` the pooling is of
 * the image's relu, whose gradient follows: where the maximum is not above 0, nothing passes.
 */
function emitMaxPoolGradient(e: Emitter, node: Emittable): void {
  const [dy, input] = node.inputs as [Value, Value];
  const pool = node.attrs as PoolAttrs;
  const first = channelsFirst(input.shape.length);
  if (isHalving(pool, input.shape)) {
    emitHalvingGradient(e, node);
    return;
  }
  const [maxima, indices] = e.addMany('MaxPool', [e.get(input, first)], 2, attributes(pool));
  const gradients = gradientsOfMaxima(e, node, maxima!);
  const overlap = pool.size.some((size, i) => (size - 1) * pool.dilations[i]! + 1 > pool.strides[i]!);
  const dx = node.outputs[0]!;
  const shape = first.map((axis) => input.shape[axis]!);
  if (!overlap && pool.dilations.every((dilation) => dilation === 1)) {
    // The indices alone say where to; with the real window the operator would refuse a padded far side.
    const ones = pool.size.map(() => 1);
    const attrs = { kernel_shape: ones, strides: ones };
    e.set(dx, e.add('MaxUnpool', [gradients, indices!, e.ints(shape)], attrs), first);
    return;
  }
  const zeros = e.add('Expand', [e.scalar(0), e.ints([input.size])]);
  const at = e.reshape(indices!, [dy.size]);
  const updates = e.reshape(gradients, [dy.size]);
  const sums = e.add('ScatterElements', [zeros, at, updates], { axis: 0, reduction: 'add' });
  e.set(dx, e.reshape(sums, shape), first);
}

/** What arrives at the maxima, channels first. */
function gradientsOfMaxima(e: Emitter, { inputs: [dy], attrs }: Emittable, maxima: string): string {
  const gradients = e.get(dy!, channelsFirst(dy!.shape.length));
  if (!attrs.relu) return gradients;
  const positive = e.add('Greater', [maxima, e.scalar(0)]);
  return e.add('Mul', [gradients, e.add('Cast', [positive], { to: ONNX_TYPE.float32 })]);
}

/** True for windows of 2 x 2 side by side that cover the image exactly. */
function isHalving(
  { size, strides, dilations, before, after }: PoolAttrs,
  shape: readonly number[],
): boolean {
  const two = [...size, ...strides].every((length) => length === 2);
  const plain =
    dilations.every((dilation) => dilation === 1) && [...before, ...after].every((pad) => pad === 0);
  return two && plain && shape.length === 4 && shape.slice(1, -1).every((length) => length % 2 === 0);
}

/**
 * The gradient of 2 x 2 windows: the image is taken apart into its four quarters (even and odd rows and columns), each
 * of which is compared with the maxima. Half the time of pooling with indices, which the runtime does pixel by pixel.
 */
function emitHalvingGradient(e: Emitter, node: Emittable): void {
  const input = node.inputs[1]!;
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const order = channelsFirst(4);
  const [pairs, half] = [(batch * channels * height) / 2, width / 2];
  const split = (name: string, shape: number[], axis: number) =>
    e.addMany('Split', [e.reshape(name, shape)], 2, { axis, num_outputs: 2 });
  const join = (parts: string[], shape: number[], axis: number) =>
    e.add(
      'Concat',
      parts.map((part) => e.reshape(part, shape)),
      { axis },
    );
  const images = e.get(input, order);
  const pooled = e.add('MaxPool', [images], attributes(node.attrs as PoolAttrs));
  const maxima = e.reshape(pooled, [pairs, half]);
  const gradients = e.reshape(gradientsOfMaxima(e, node, pooled), [pairs, half]);
  const quarters = split(images, [pairs, 2, width], 1).flatMap((row) => split(row, [pairs, half, 2], 2));
  let taken = ''; // where an earlier quarter of the window holds the maximum
  const parts = quarters.map((quarter, i) => {
    const others = taken && e.add('Not', [taken]);
    const isMaximum = i === 3 ? '' : e.add('Equal', [e.reshape(quarter, [pairs, half]), maxima]);
    const chosen = isMaximum && others ? e.add('And', [isMaximum, others]) : isMaximum || others;
    if (isMaximum) taken = taken ? e.add('Or', [taken, isMaximum]) : isMaximum;
    return e.add('Mul', [gradients, e.add('Cast', [chosen], { to: ONNX_TYPE.float32 })]);
  });
  const rows = [parts.slice(0, 2), parts.slice(2)].map((row) => join(row, [pairs, half, 1], 2));
  const shape = order.map((axis) => input.shape[axis]!);
  e.set(node.outputs[0]!, e.reshape(join(rows, [pairs, 1, width], 1), shape), order);
}

/** Spreads each gradient evenly over its window, padding included, as TF.js does: a transposed convolution. */
function emitAveragePoolGradient(e: Emitter, node: Emittable): void {
  const [dy] = node.inputs as [Value];
  const dx = node.outputs[0]!;
  const pool = node.attrs as PoolAttrs;
  const first = channelsFirst(dx.shape.length);
  const channels = dx.shape.at(-1)!;
  const inSize = dx.shape.slice(1, -1);
  const outSize = dy.shape.slice(1, -1);
  const window = pool.size.reduce((a, b) => a * b, 1);
  const share = e.floats(new Float32Array(channels * window).fill(1 / window), [channels, 1, ...pool.size]);
  const after = outSize.map(
    (out, i) =>
      (out - 1) * pool.strides[i]! +
      (pool.size[i]! - 1) * pool.dilations[i]! +
      1 -
      pool.before[i]! -
      inSize[i]!,
  );
  const name = e.add('ConvTranspose', [e.get(dy, first), share], {
    strides: pool.strides,
    dilations: pool.dilations,
    kernel_shape: pool.size,
    pads: [...pool.before, ...after.map((pad) => Math.max(0, pad))],
    group: channels,
  });
  const extra = after.map((pad) => Math.max(0, -pad));
  const zeros = extra.map(() => 0);
  const full = extra.some((pad) => pad > 0)
    ? e.add('Pad', [name, e.ints([0, 0, ...zeros, 0, 0, ...extra])])
    : name;
  e.set(dx, full, first);
}

emitterOf('MaxPoolGradient', emitMaxPoolGradient);
emitterOf('AveragePoolGradient', emitAveragePoolGradient);

kernel('MaxPoolWithArgmax', ({ x }, attrs, r) => {
  util.assert(
    x!.shape.length === 4,
    () => `maxPoolWithArgmax: expected images of rank 4, received rank ${x!.shape.length}`,
  );
  const { outShape, pool } = resolve(x!.shape, attrs);
  const batched = Boolean(attrs.includeBatchInIndex);
  return r.recordMany('MaxPoolWithArgmax', [x!], { ...pool, batched }, [
    { shape: outShape, dtype: x!.dtype },
    { shape: outShape, dtype: 'int32' },
  ]);
});
emitterOf('MaxPoolWithArgmax', (e, node) => {
  const x = node.inputs[0]!;
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const first = channelsFirst(4);
  const images = e.get(x, first);
  const numbers = e.add('Where', [e.add('IsNaN', [images]), e.scalar(Number.NEGATIVE_INFINITY), images]);
  const [values, flat] = e.addMany('MaxPool', [numbers], 2, attributes(node.attrs as PoolAttrs));
  // ONNX counts in NCHW: flat = (n * channels + c) * area + p. TF.js counts in NHWC: (n * area + p) * channels + c.
  const area = e.int(height * width);
  const plane = e.add('Div', [flat!, area]);
  const channel = e.add('Mod', [plane, e.int(channels)]);
  const picture = e.add('Mul', [e.add('Div', [plane, e.int(channels)]), area]);
  const pixel = e.add('Mod', [flat!, area]);
  const at = node.attrs.batched ? e.add('Add', [picture, pixel]) : pixel;
  const index = e.add('Add', [e.add('Mul', [at, e.int(channels)]), channel]);
  e.set(node.outputs[0]!, values!, first);
  e.set(node.outputs[1]!, e.add('Cast', [index], { to: 6 }), first);
});
