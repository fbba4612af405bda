import { item } from '../graph/lists';
import type { Emittable, Value } from '../graph/value';
import { type ConvAttrs, convolution, filterOrder, image } from '../kernels/convolution';
import { firstOnes, gradientsOfMaxima, type MaxPoolGradientNode, type PoolNode } from '../kernels/pooling';
import { operation } from '../kernels/registry';
import type { Emitter } from '../onnx/emitter';
import { ONNX_TYPE } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';

/*
 * Operations on the four phases of pictures (see split-phases.ts). Phase 2 r + s of a picture holds its pixels
 * (2 i + r, 2 j + s) as a picture of its own: n pictures become 4 n, the phases of each in a row. Channels first, the
 * four are 4 c channels of one picture as well.
 */

type Numbers = readonly number[];
type Sizes = [number, number, number, number];

/** 0 to `count - 1`. */
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The tap of a filter of `size`, where there is one; else the zero behind its last. */
const tapOf = (size: number, tap: number): number => (tap >= 0 && tap < size ? tap : size);

/** A filter [a, b, kh, kw] with a row and a column of zeros at the far ends, which stand for taps that are none. */
function withZeros(e: Emitter, filter: string): string {
  return e.add('Pad', [filter, e.ints([0, 0, 0, 0, 0, 0, 1, 1])]);
}

/** From [4 n, h, w, c] in phases to pictures of 4 c channels, channels first, and back. */
const together = ([batch, height, width, channels]: Sizes): Sizes => [batch / 4, 4 * channels, height, width];
const apart = ([batch, height, width, channels]: Sizes): Sizes => [batch, channels, height, width];

/** A convolution of whole pictures that gives the phases of its result: at a stride of 2, one filter for each phase. */
function emitConv(e: Emitter, node: Emittable<[Value, Value, ...Value[]], ConvAttrs>): void {
  const [x, filter, bias] = node.inputs;
  const [out] = node.outputs;
  const { before, after } = node.attrs;
  const [height, width, channels, filters] = filter.shape as Sizes;
  const name = withZeros(e, e.get(filter, filterOrder(4)));
  // tap t of phase r is tap t - r of the filter
  const along = (size: number) => {
    const taps = [0, 1].flatMap((r) => upTo(size + 1).map((t) => tapOf(size, t - r)));
    return e.indices(taps, [2, size + 1]);
  };
  const tall = e.add('Gather', [name, along(height)], { axis: 2 });
  const both = e.add('Gather', [tall, along(width)], { axis: 4 });
  const four = e.add('Transpose', [both], { perm: [2, 4, 0, 1, 3, 5] });
  const phased = [4 * filters, channels, height + 1, width + 1];
  const names = {
    image: image(e, x, node.attrs),
    filter: e.reshape(four, phased),
    bias: bias && e.add('Concat', Array(4).fill(e.get(bias)), { axis: 0 }),
  };
  const phases = convolution(e, names, phased, out, {
    strides: [2, 2],
    pads: [...before, ...after],
    kernel_shape: [height + 1, width + 1],
  });
  const sizes = out.shape as Sizes;
  e.set(out, e.reshape(e.know(phases, together(sizes)), apart(sizes)), channelsFirst(4));
}

/** dW of a convolution whose result is in phases: that of four filters at a stride of 2, whose taps are added up. */
function emitConvFilterGradient(e: Emitter, node: Emittable<[Value, Value], ConvAttrs>): void {
  const [x, dy] = node.inputs;
  const [dw] = node.outputs;
  const { before, after } = node.attrs;
  const [height, width, channels, filters] = dw.shape as Sizes;
  const [batch, rows, columns] = x.shape as Sizes;
  const [, high, wide] = dy.shape as Sizes;
  const wider = ([vertical, horizontal]: Numbers) => [vertical as number, (horizontal as number) * channels];
  // As for whole pictures: a row of pixels is read as a row of numbers, one group for each picture.
  const images = e.reshape(e.get(x), [1, batch, rows, columns * channels]);
  const weights = e.reshape(e.get(dy, channelsFirst(4)), [batch * 4 * filters, 1, high, wide]);
  const each = e.add('Conv', [images, weights], {
    dilations: wider([2, 2]),
    kernel_shape: [high, wide],
    pads: [...wider(before), ...wider(after)],
    group: batch,
  });
  const [tall, broad] = [height + 1, (width + 1) * channels];
  const split = e.reshape(each, [batch, 4, filters, tall, broad]);
  const sum = e.add('ReduceSum', [split, e.ints([0])], { keepdims: 0 });
  const phases = [0, 1, 2, 3].map((phase) => {
    const [row, column] = [phase >> 1, (phase & 1) * channels];
    const starts = e.ints([phase, row, column]);
    const ends = e.ints([phase + 1, row + height, column + width * channels]);
    return e.add('Slice', [sum, starts, ends, e.ints([0, 2, 3])]);
  });
  e.set(dw, e.reshape(e.add('Sum', phases), [filters, height, width, channels]), [3, 0, 1, 2]);
}

/** dX, of whole pictures, of a convolution whose result is in phases: its phases are a convolution of those of dY. */
function emitConvInputGradient(e: Emitter, node: Emittable<[Value, Value], ConvAttrs>): void {
  const [dy, filter] = node.inputs;
  const [dx] = node.outputs;
  const [top, left] = node.attrs.before as [number, number];
  const [height, width, channels, filters] = filter.shape as Sizes;
  const along = (size: number, before: number) => {
    const [least, most] = [Math.ceil((before - size) / 2), Math.floor((before + 1) / 2)];
    const count = most - least + 1;
    // pixel 2 (i - d) + p of dX meets pixel 2 i + r of dY at this tap
    const taps = [0, 1].flatMap((p) =>
      [0, 1].flatMap((r) => upTo(count).map((d) => tapOf(size, p + before - r - 2 * (least + d)))),
    );
    return { least, most, count, indices: e.indices(taps, [2, 2, count]) };
  };
  const [rows, columns] = [along(height, top), along(width, left)];
  const name = withZeros(e, e.get(filter, filterOrder(4, false)));
  const tall = e.add('Gather', [name, rows.indices], { axis: 2 });
  const both = e.add('Gather', [tall, columns.indices], { axis: 5 });
  const four = e.add('Transpose', [both], { perm: [2, 5, 0, 3, 6, 1, 4, 7] });
  const kernel = [rows.count, columns.count];
  const phased = [4 * channels, 4 * filters, ...kernel];
  const names = {
    image: e.reshape(e.get(dy, channelsFirst(4)), together(dy.shape as Sizes)),
    filter: e.reshape(four, phased),
  };
  const phases = convolution(e, names, phased, dx, {
    pads: [-rows.least, -columns.least, rows.most, columns.most],
    kernel_shape: kernel,
  });
  e.set(dx, wholeOf(e, phases, dx.shape as Sizes), channelsFirst(4));
}

/**
 * Whole pictures of phases: columns put together, then rows. A quarter of the time of the operator DepthToSpace.
 * @param phases [n, 4 c, h / 2, w / 2]
 * @param sizes [n, h, w, c]
 * @returns name of [n, c, h, w]
 */
function wholeOf(e: Emitter, phases: string, [batch, height, width, channels]: Sizes): string {
  const half = (channels * height * width) / 4;
  const columns = e.addMany(2, 'Split', [e.reshape(phases, [2 * batch, 2, half])], {
    axis: 1,
    num_outputs: 2,
  });
  const upright = columns.map((name) => e.reshape(name, [2 * batch * half, 1]));
  const rows = e.reshape(e.add('Concat', upright, { axis: 1 }), [batch, 2, (channels * height) / 2, width]);
  const pictures = e.add('Transpose', [rows], { perm: [0, 2, 1, 3] });
  return e.reshape(pictures, [batch, channels, height, width]);
}

/** Phases as [n, 4, numbers]: the four of a picture in a row. */
function inRows(e: Emitter, phases: Value): string {
  const { shape, size } = phases;
  const batch = item(shape, 0) / 4;
  return e.reshape(e.get(phases, channelsFirst(4)), [batch, 4, size / (4 * batch)]);
}

/** The maxima of windows of 2 x 2 as [n, 1, numbers]. */
const maximaOf = (e: Emitter, rows: string): string =>
  e.add('ReduceMax', [rows, e.ints([1])], { keepdims: 1 });

function emitMaxPool(e: Emitter, node: PoolNode): void {
  const [x] = node.inputs;
  const [out] = node.outputs;
  const [batch, height, width, channels] = out.shape as Sizes;
  const maxima = e.reshape(maximaOf(e, inRows(e, x)), [batch, channels, height, width]);
  e.set(out, node.attrs.relu ? e.add('Relu', [maxima]) : maxima, channelsFirst(4));
}

/** Sends each gradient to the first phase that holds the maximum. */
function emitMaxPoolGradient(e: Emitter, node: MaxPoolGradientNode): void {
  const [dy, x] = node.inputs;
  const [dx] = node.outputs;
  const rows = inRows(e, x);
  const maxima = maximaOf(e, rows);
  const line = [item(dy.shape, 0), 1, dy.size / item(dy.shape, 0)];
  const [batch, height, width, channels] = dy.shape as Sizes;
  const square = e.reshape(maxima, [batch, channels, height, width]);
  const gradients = e.reshape(gradientsOfMaxima(e, node, square), line);
  const equal = e.addMany(4, 'Split', [e.add('Equal', [rows, maxima])], { axis: 1, num_outputs: 4 });
  const chosen = firstOnes(e, equal.slice(0, 3));
  const mask = e.add('Cast', [e.add('Concat', chosen, { axis: 1 })], { to: ONNX_TYPE.float32 });
  const spread = e.add('Mul', [mask, gradients]);
  e.set(dx, e.reshape(spread, apart(dx.shape as Sizes)), channelsFirst(4));
}

operation({ name: 'PhasesConv', emit: emitConv });
operation({ name: 'PhasesConvFilterGradient', emit: emitConvFilterGradient });
operation({ name: 'PhasesConvInputGradient', emit: emitConvInputGradient });
operation({ name: 'PhasesMaxPool', emit: emitMaxPool });
operation({ name: 'PhasesMaxPoolGradient', emit: emitMaxPoolGradient });
