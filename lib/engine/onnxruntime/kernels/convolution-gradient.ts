import { item, zip } from '../graph/lists';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { channelsFirst } from '../onnx/permute';
import {
  type ConvAttrs,
  channelsOf,
  convolution,
  filterName,
  filterOrder,
  image,
  setImage,
  spatialOf,
} from './convolution';
import { operation } from './registry';

/** dY with a filter or an image, and how the convolution was. */
type GradientNode = Emittable<[Value, Value], ConvAttrs>;

/** Size of a dilated kernel along one axis. */
function effective(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

/** How far the windows reach beyond the input on its far side; negative where the input's end is not read. */
function overhang(conv: ConvAttrs, kernel: number[], inSize: number[], outSize: number[]): number[] {
  const axes = zip<number[]>(outSize, conv.strides, kernel, conv.dilations, conv.before, inSize) as Axis[];
  return axes.map(
    ([out, stride, size, dilation, before, input]) =>
      (out - 1) * stride + effective(size, dilation) - before - input,
  );
}

type Axis = [out: number, stride: number, size: number, dilation: number, before: number, input: number];

const sum = (a: number[], b: number[], sign: 1 | -1 = 1) =>
  zip<[number, number]>(a, b).map(([one, other]) => one + sign * other);

/** dX: for stride 1 a convolution of dY with the flipped filter, else a transposed convolution. */
function emitInputGradient(e: Emitter, node: GradientNode): void {
  const [dy, filter] = node.inputs;
  const [dx] = node.outputs;
  const conv = node.attrs;
  const kernel = filter.shape.slice(0, -2);
  const after = overhang(conv, kernel, spatialOf(dx, conv), spatialOf(dy, conv));
  const reach = zip<[number, number]>(kernel, conv.dilations).map((axis) => effective(...axis) - 1);
  const pads = [...sum(reach, conv.before, -1), ...sum(reach, after, -1)];
  if (conv.strides.every((stride) => stride === 1) && !conv.depthwise && pads.every((pad) => pad >= 0)) {
    const flipped = flip(e, e.get(filter, filterOrder(filter.shape.length, false)), kernel);
    const attributes = { pads, dilations: conv.dilations, kernel_shape: kernel };
    const names = { image: image(e, dy, conv), filter: flipped };
    const sizes = e.known(filter) ? [] : [...filter.shape.slice(-2), ...kernel];
    setImage(e, dx, convolution(e, names, sizes, dx, attributes), conv);
    return;
  }
  const extra = after.map((pad) => Math.max(0, -pad));
  const name = e.add('ConvTranspose', [image(e, dy, conv), filterName(e, filter, conv.depthwise)], {
    strides: conv.strides,
    dilations: conv.dilations,
    kernel_shape: kernel,
    pads: [...conv.before, ...after.map((pad) => Math.max(0, pad))],
    group: conv.depthwise ? channelsOf(dx, conv) : 1,
  });
  setImage(e, dx, padFar(e, name, extra), conv);
}

/** Appends zeros at the far side of the spatial axes of an NC... tensor. */
function padFar(e: Emitter, name: string, extra: number[]): string {
  if (extra.every((pad) => pad === 0)) return name;
  return e.add('Pad', [name, e.ints([0, 0, ...extra.map(() => 0), 0, 0, ...extra])]);
}

/** Reverses the spatial axes of a filter [a, b, ...spatial]. */
function flip(e: Emitter, filter: string, kernel: number[]): string {
  if (kernel.every((size) => size === 1)) return filter;
  const each = (value: number) => e.ints(kernel.map(() => value));
  return e.add('Slice', [filter, each(-1), each(-(2 ** 31)), e.ints(kernel.map((_, i) => i + 2)), each(-1)]);
}

/** dW: a convolution of X with dY, in which pictures take the part of channels, and strides and dilations change places. */
function emitFilterGradient(e: Emitter, node: GradientNode): void {
  const [x, dy] = node.inputs;
  const [dw] = node.outputs;
  const conv = node.attrs;
  const kernel = dw.shape.slice(0, -2);
  const outSize = spatialOf(dy, conv);
  const after = overhang(conv, kernel, spatialOf(x, conv), outSize);
  const attributes = {
    strides: conv.dilations,
    dilations: conv.strides,
    kernel_shape: outSize,
    pads: [...conv.before, ...after.map((pad) => Math.max(0, pad))],
  };
  if (conv.depthwise) emitDepthwiseFilterGradient(e, node, after, attributes);
  else if (conv.channelsFirst || conv.dilations.at(-1) !== 1) {
    const spatial = kernel.map((_, i) => i + (conv.channelsFirst ? 2 : 1));
    const swap = conv.channelsFirst ? [1, 0, ...spatial] : [x.shape.length - 1, 0, ...spatial];
    const images = cropFar(e, e.get(x, swap), spatialOf(x, conv), after);
    e.set(dw, e.add('Conv', [images, e.get(dy, swap)], attributes), filterOrder(dw.shape.length, false));
  } else emitInterleavedFilterGradient(e, node, after);
}

/**
 * dW where the channels of X are neighbours in memory. A row of pixels with C channels is read as a row of W * C
 * numbers; with steps of C between the taps of dY, position kx * C + c of the result is dW[kx, c]. This convolution has
 * KH * KW * C positions instead of C pictures of KH * KW each, three times as fast for matrix products. Where dW is
 * small, one group for each picture keeps the sums short and the threads apart.
 */
function emitInterleavedFilterGradient(e: Emitter, node: GradientNode, after: number[]): void {
  const [x, dy] = node.inputs;
  const [dw] = node.outputs;
  const { before, strides, dilations } = node.attrs;
  const [channels, filters] = dw.shape.slice(-2) as [number, number];
  const kernel = dw.shape.slice(0, -2);
  const batch = item(x.shape, 0);
  const outSize = dy.shape.slice(1, -1);
  const last = kernel.length - 1;
  const wide = (sizes: readonly number[]) => sizes.map((size, i) => (i === last ? size * channels : size));
  const sizes = wide(x.shape.slice(1, -1));
  const images = cropFar(e, e.reshape(e.get(x), [1, batch, ...sizes]), sizes, wide(after));
  const attributes = {
    strides: dilations,
    dilations: wide(strides),
    kernel_shape: outSize,
    pads: wide(before).concat(wide(after).map((pad) => Math.max(0, pad))),
  };
  const first = channelsFirst(dy.shape.length);
  // [filters, ...kernel, channels]
  const order = [last + 2, ...kernel.keys(), last + 1];
  const shape = [filters, ...kernel, channels];
  if (batch > 1 && batch * dw.size <= dy.size) {
    const weights = e.reshape(e.get(dy, first), [batch * filters, 1, ...outSize]);
    const each = e.add('Conv', [images, weights], { ...attributes, group: batch });
    const sum = e.add('ReduceSum', [e.reshape(each, [batch, ...shape]), e.ints([0])], { keepdims: 0 });
    e.set(dw, sum, order);
    return;
  }
  const swapped = e.get(dy, [dy.shape.length - 1, 0, ...first.slice(2)]);
  e.set(dw, e.reshape(e.add('Conv', [images, swapped], attributes), shape), order);
}

/** Sizes without what no window reads on the far side. */
function cropped(sizes: number[], after: number[]): number[] {
  return zip<[number, number]>(sizes, after).map(([size, pad]) => size + Math.min(0, pad));
}

/** Cuts what no window reads off the far side of the spatial axes. */
function cropFar(e: Emitter, name: string, sizes: number[], after: number[]): string {
  if (after.every((pad) => pad >= 0)) return name;
  const ends = cropped(sizes, after);
  return e.add('Slice', [name, e.ints(sizes.map(() => 0)), e.ints(ends), e.ints(sizes.map((_, i) => i + 2))]);
}

/** One group per picture and channel, summed over the pictures afterwards. */
function emitDepthwiseFilterGradient(
  e: Emitter,
  node: GradientNode,
  after: number[],
  attributes: Record<string, number[]>,
): void {
  const [x, dy] = node.inputs;
  const [dw] = node.outputs;
  const conv = node.attrs;
  const [height, width, channels, multiplier] = dw.shape as [number, number, number, number];
  const batch = item(x.shape, 0);
  const groups = batch * channels;
  // [n, c, h, w] -> [1, n * c, h, w]
  const images = e.reshape(cropFar(e, image(e, x, conv), spatialOf(x, conv), after), [
    1,
    groups,
    ...cropped(spatialOf(x, conv), after),
  ]);
  const filters = e.reshape(image(e, dy, conv), [groups * multiplier, 1, ...spatialOf(dy, conv)]);
  const each = e.add('Conv', [images, filters], { ...attributes, group: groups });
  const split = e.reshape(each, [batch, channels, multiplier, height, width]);
  e.set(dw, e.add('ReduceSum', [split, e.ints([0])], { keepdims: 0 }), filterOrder(4, false));
}

operation({ name: 'ConvInputGradient', weightsFrom: 1, emit: emitInputGradient });
operation({ name: 'ConvFilterGradient', emit: emitFilterGradient });
