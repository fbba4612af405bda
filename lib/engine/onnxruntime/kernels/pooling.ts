import { backend_util, util } from '@tensorflow/tfjs';
import { permuteShape } from '../graph/axes';
import { item, product, zip } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { ONNX_TYPE } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { cast } from './cast';
import { existing } from './convolution';
import { type Inputs, operation, type TfjsAttrs } from './registry';

/** What a pooling needs to know; one entry per spatial axis, sizes in pixels. */
interface PoolAttrs {
  size: number[];
  strides: number[];
  dilations: number[];
  before: number[];
  after: number[];
  /** The image's relu is pooled. */
  relu?: boolean;
  [key: string]: unknown;
}

export type PoolNode = Emittable<[Value], PoolAttrs>;
export type MaxPoolGradientNode = Emittable<[dy: Value, input: Value], PoolAttrs>;

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
      outShape: existing(info.outShape, [front, back, top, bottom, left, right]),
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
    outShape: existing(info.outShape),
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
  operation({
    name: plain,
    record: ({ x }: Inputs<'x'>, attrs, r) => poolOp(r, op, x, attrs),
    ...(plain === op && { emit: emitPool }),
  });
  operation({
    name: gradient,
    record({ dy, input }: Inputs<'dy' | 'input'>, attrs, r) {
      const { pool } = resolve(input.shape, attrs);
      const inputs = op === 'MaxPool' ? [dy, input] : [dy];
      return r.record(`${op}Gradient`, inputs, pool, { shape: input.shape, dtype: 'float32' });
    },
  });
}
operation({ name: 'AveragePool', emit: emitPool });
operation({ name: 'MaxPoolGradient', emit: emitMaxPoolGradient });
operation({ name: 'AveragePoolGradient', emit: emitAveragePoolGradient });

function emitPool(e: Emitter, node: PoolNode): void {
  const {
    op,
    inputs: [x],
    attrs,
    outputs: [out],
  } = node;
  const first = channelsFirst(x.shape.length);
  const images = e.get(x, first);
  const name = isOverpadded(attrs) ? emitOverpadded(e, node, images) : e.add(op, [images], attributes(attrs));
  // A relu of the image was left to the maxima.
  e.set(out, attrs.relu ? e.add('Relu', [name]) : name, first);
}

/** What a pooling does along one axis. */
interface PoolAxis {
  size: number;
  stride: number;
  dilation: number;
  before: number;
  after: number;
}

/** The spatial axes of a pooling, one by one. */
function axesOf({ size, strides, dilations, before, after }: PoolAttrs): PoolAxis[] {
  const axes = zip<[number, number, number, number, number]>(size, strides, dilations, before, after);
  return axes.map(([size, stride, dilation, before, after]) => ({ size, stride, dilation, before, after }));
}

/** True when a window may lie in the padding altogether, which ONNX forbids. */
function isOverpadded(pool: PoolAttrs): boolean {
  return axesOf(pool).some(
    ({ size, dilation, before, after }) => Math.max(before, after) > (size - 1) * dilation,
  );
}

/** Maximum over an image padded beforehand; average as a sum of windows over the number of real pixels. */
function emitOverpadded(e: Emitter, node: PoolNode, x: string): string {
  const pool = node.attrs;
  const zeros = pool.size.map(() => 0);
  if (node.op === 'MaxPool') {
    const pads = e.ints([0, 0, ...pool.before, 0, 0, ...pool.after]);
    const padded = e.add('Pad', [x, pads, e.scalar(Number.NEGATIVE_INFINITY)]);
    return e.add('MaxPool', [padded], attributes({ ...pool, before: zeros, after: zeros }));
  }
  const { shape } = node.inputs[0];
  const channels = item(shape, shape.length - 1);
  const inSize = shape.slice(1, -1);
  const outSize = node.outputs[0].shape.slice(1, -1);
  const window = product(pool.size);
  const ones = e.floats(new Float32Array(channels * window).fill(1), [channels, 1, ...pool.size]);
  const sums = e.add('Conv', [x, ones], { ...attributes(pool), group: channels });
  const shares = zip<[PoolAxis, number, number]>(axesOf(pool), inSize, outSize).reduce<number[]>(
    (all, axis) => all.flatMap((share) => coverage(...axis).map((count) => share / count)),
    [1],
  );
  return e.add('Mul', [sums, e.floats(Float32Array.from(shares), [1, 1, ...outSize])]);
}

/** Number of real pixels under each window along one spatial axis, at least 1. */
function coverage({ size, stride, dilation, before }: PoolAxis, input: number, output: number): number[] {
  return Array.from({ length: output }, (_, i) => {
    let count = 0;
    for (let k = 0; k < size; k++) {
      const at = i * stride - before + k * dilation;
      if (at >= 0 && at < input) count++;
    }
    return Math.max(1, count);
  });
}

/**
 * Sends each gradient to the first maximum of its window; windows that overlap add up. With `relu` the pooling is of
 * the image's relu, whose gradient follows: where the maximum is not above 0, nothing passes.
 */
function emitMaxPoolGradient(e: Emitter, node: MaxPoolGradientNode): void {
  const [dy, input] = node.inputs;
  const pool = node.attrs;
  const first = channelsFirst(input.shape.length);
  if (isHalving(pool, input.shape)) {
    emitHalvingGradient(e, node);
    return;
  }
  const [maxima, indices] = e.addTwo('MaxPool', [e.get(input, first)], attributes(pool));
  const gradients = gradientsOfMaxima(e, node, maxima);
  const overlap = axesOf(pool).some(({ size, dilation, stride }) => (size - 1) * dilation + 1 > stride);
  const [dx] = node.outputs;
  const shape = permuteShape(input.shape, first);
  if (!overlap && pool.dilations.every((dilation) => dilation === 1)) {
    // The indices alone say where to; with the real window the operator would refuse a padded far side.
    const ones = pool.size.map(() => 1);
    const attrs = { kernel_shape: ones, strides: ones };
    e.set(dx, e.add('MaxUnpool', [gradients, indices, e.ints(shape)], attrs), first);
    return;
  }
  const zeros = e.add('Expand', [e.scalar(0), e.ints([input.size])]);
  const at = e.reshape(indices, [dy.size]);
  const updates = e.reshape(gradients, [dy.size]);
  const sums = e.add('ScatterElements', [zeros, at, updates], { axis: 0, reduction: 'add' });
  e.set(dx, e.reshape(sums, shape), first);
}

/** What arrives at the maxima, channels first. @param maxima of any shape with as many elements */
export function gradientsOfMaxima(
  e: Emitter,
  { inputs: [dy], attrs }: MaxPoolGradientNode,
  maxima: string,
): string {
  const gradients = e.get(dy, channelsFirst(dy.shape.length));
  if (!attrs.relu) return gradients;
  const positive = e.add('Greater', [maxima, e.scalar(0)]);
  return e.add('Mul', [gradients, e.add('Cast', [positive], { to: ONNX_TYPE.float32 })]);
}

/** True for a max pooling, or its gradient, whose windows are 2 x 2 side by side and cover the image exactly. */
export function halvedBy({ op, inputs, attrs }: Emittable): boolean {
  const image = item(inputs, op === 'MaxPoolGradient' ? 1 : 0);
  return isHalving(attrs as unknown as PoolAttrs, image.shape);
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
 * Where each quarter of a window is the first that holds the maximum.
 * @param equal where all but the last one do; it does where no other does
 */
export function firstOnes(e: Emitter, equal: readonly string[]): string[] {
  let taken = ''; // where an earlier quarter of the window holds the maximum
  const chosen = equal.map((isMaximum) => {
    const one = taken ? e.add('And', [isMaximum, e.add('Not', [taken])]) : isMaximum;
    taken = taken ? e.add('Or', [taken, isMaximum]) : isMaximum;
    return one;
  });
  return [...chosen, e.add('Not', [taken])];
}

/**
 * The gradient of 2 x 2 windows: the image is taken apart into its four quarters (even and odd rows and columns), each
 * of which is compared with the maxima. Half the time of pooling with indices, which the runtime does pixel by pixel.
 */
function emitHalvingGradient(e: Emitter, node: MaxPoolGradientNode): void {
  const [, input] = node.inputs;
  const [batch, height, width, channels] = input.shape as [number, number, number, number];
  const order = channelsFirst(4);
  const [pairs, half] = [(batch * channels * height) / 2, width / 2];
  const split = (name: string, shape: number[], axis: number) =>
    e.addTwo('Split', [e.reshape(name, shape)], { axis, num_outputs: 2 });
  const join = (parts: string[], shape: number[], axis: number) =>
    e.add(
      'Concat',
      parts.map((part) => e.reshape(part, shape)),
      { axis },
    );
  const images = e.get(input, order);
  const pooled = e.add('MaxPool', [images], attributes(node.attrs));
  const maxima = e.reshape(pooled, [pairs, half]);
  const gradients = e.reshape(gradientsOfMaxima(e, node, pooled), [pairs, half]);
  const quarters = split(images, [pairs, 2, width], 1).flatMap((row) => split(row, [pairs, half, 2], 2));
  const equal = quarters.slice(0, 3).map((name) => e.add('Equal', [e.reshape(name, [pairs, half]), maxima]));
  const parts = firstOnes(e, equal).map((chosen) =>
    e.add('Mul', [gradients, e.add('Cast', [chosen], { to: ONNX_TYPE.float32 })]),
  );
  const rows = [parts.slice(0, 2), parts.slice(2)].map((row) => join(row, [pairs, half, 1], 2));
  const shape = permuteShape(input.shape, order);
  e.set(node.outputs[0], e.reshape(join(rows, [pairs, 1, width], 1), shape), order);
}

/** Spreads each gradient evenly over its window, padding included, as TF.js does: a transposed convolution. */
function emitAveragePoolGradient(e: Emitter, node: PoolNode): void {
  const [dy] = node.inputs;
  const [dx] = node.outputs;
  const pool = node.attrs;
  const first = channelsFirst(dx.shape.length);
  const channels = item(dx.shape, dx.shape.length - 1);
  const inSize = dx.shape.slice(1, -1);
  const outSize = dy.shape.slice(1, -1);
  const window = product(pool.size);
  const share = e.floats(new Float32Array(channels * window).fill(1 / window), [channels, 1, ...pool.size]);
  const after = zip<[PoolAxis, number, number]>(axesOf(pool), inSize, outSize).map(
    ([{ size, stride, dilation, before }, input, output]) =>
      (output - 1) * stride + (size - 1) * dilation + 1 - before - input,
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

operation({
  name: 'MaxPoolWithArgmax',
  record({ x }: Inputs<'x'>, attrs, r) {
    util.assert(
      x.shape.length === 4,
      () => `maxPoolWithArgmax: expected images of rank 4, received rank ${x.shape.length}`,
    );
    const { outShape, pool } = resolve(x.shape, attrs);
    const batched = Boolean(attrs.includeBatchInIndex);
    return r.recordMany('MaxPoolWithArgmax', [x], { ...pool, batched }, [
      { shape: outShape, dtype: x.dtype },
      { shape: outShape, dtype: 'int32' },
    ]);
  },
  emit(e, node: Emittable<[Value], PoolAttrs, [Value, Value]>) {
    const [x] = node.inputs;
    const [, height, width, channels] = x.shape as [number, number, number, number];
    const first = channelsFirst(4);
    const images = e.get(x, first);
    const numbers = e.add('Where', [e.add('IsNaN', [images]), e.scalar(Number.NEGATIVE_INFINITY), images]);
    const [values, flat] = e.addTwo('MaxPool', [numbers], attributes(node.attrs));
    // ONNX counts in NCHW: flat = (n * channels + c) * area + p. TF.js counts in NHWC: (n * area + p) * channels + c.
    const area = e.int(height * width);
    const plane = e.add('Div', [flat, area]);
    const channel = e.add('Mod', [plane, e.int(channels)]);
    const picture = e.add('Mul', [e.add('Div', [plane, e.int(channels)]), area]);
    const pixel = e.add('Mod', [flat, area]);
    const at = node.attrs.batched ? e.add('Add', [picture, pixel]) : pixel;
    const index = e.add('Add', [e.add('Mul', [at, e.int(channels)]), channel]);
    e.set(node.outputs[0], values, first);
    e.set(node.outputs[1], e.add('Cast', [index], { to: ONNX_TYPE.int32 }), first);
  },
});
