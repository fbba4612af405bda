import { backend_util } from '@tensorflow/tfjs';
import type { RecordedNode, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { CHANNELS_FIRST } from '../onnx/permute';
import { activate } from './activation';
import { cast } from './binary';
import { emitterOf, kernel, type Recorder } from './registry';

type Shape4 = [number, number, number, number];

/** What a 2-D convolution needs to know; all sizes in pixels. */
interface ConvAttrs {
  strides: [number, number];
  dilations: [number, number];
  /** top, left, bottom, right: the order of ONNX. */
  pads: [number, number, number, number];
  depthwise: boolean;
  channelsFirst: boolean;
  [key: string]: unknown;
}

function convolution(
  xShape: number[],
  filterShape: number[],
  // biome-ignore lint/suspicious/noExplicitAny: TF.js's attributes of six kernels
  attrs: any,
  depthwise: boolean,
): { info: backend_util.Conv2DInfo; conv: ConvAttrs } {
  const format = attrs.dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast';
  const info = backend_util.computeConv2DInfo(
    xShape as Shape4,
    filterShape as Shape4,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    format,
  );
  const { top, left, bottom, right } = info.padInfo;
  const conv: ConvAttrs = {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    depthwise,
    channelsFirst: format === 'channelsFirst',
  };
  return { info, conv };
}

// biome-ignore lint/suspicious/noExplicitAny: TF.js's attributes
function conv2d(r: Recorder, x: Value, filter: Value, attrs: any, depthwise: boolean): Value {
  const { info, conv } = convolution(x.shape, filter.shape, attrs, depthwise);
  const inputs = [cast(r, x, 'float32'), cast(r, filter, 'float32')];
  return r.record('Conv', inputs, conv, { shape: info.outShape, dtype: 'float32' });
}

for (const [plain, fused, depthwise] of [
  ['Conv2D', 'FusedConv2D', false],
  ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D', true],
] as const) {
  kernel(plain, ({ x, filter }, attrs, r) => conv2d(r, x!, filter!, attrs, depthwise));
  kernel(fused, ({ x, filter, bias, preluActivationWeights }, attrs, r) => {
    let y = conv2d(r, x!, filter!, attrs, depthwise);
    const first = attrs.dataFormat === 'NCHW';
    const perChannel = (v: Value) => (first && v.shape.length === 1 ? r.reshape(v, [v.shape[0]!, 1, 1]) : v);
    if (bias) y = r.record('Add', [y, perChannel(bias)], {}, { shape: y.shape, dtype: 'float32' });
    const alpha = preluActivationWeights && perChannel(preluActivationWeights);
    return activate(r, y, attrs.activation, alpha, attrs.leakyreluAlpha);
  });
}

/** Filter as ONNX wants it: OIHW; a depthwise filter [h, w, c, m] becomes [c * m, 1, h, w]. */
function filterName(e: Emitter, filter: Value, depthwise: boolean): string {
  if (!depthwise) return e.get(filter, [3, 2, 0, 1]);
  const [height, width, channels, multiplier] = filter.shape as Shape4;
  const name = e.get(filter, [2, 3, 0, 1]);
  return e.known(filter) && multiplier === 1
    ? e.get(filter, [2, 3, 0, 1])
    : e.reshape(name, [channels * multiplier, 1, height, width]);
}

/** Name of an image stored channels-first. */
function image(e: Emitter, value: Value, conv: ConvAttrs): string {
  return conv.channelsFirst ? e.get(value) : e.get(value, CHANNELS_FIRST);
}

function setImage(e: Emitter, value: Value, name: string, conv: ConvAttrs): void {
  if (conv.channelsFirst) e.set(value, name);
  else e.set(value, name, CHANNELS_FIRST);
}

function channelsOf(value: Value, conv: ConvAttrs): number {
  return value.shape[conv.channelsFirst ? 1 : 3]!;
}

emitterOf('Conv', (e, node) => {
  const [x, filter] = node.inputs as [Value, Value];
  const conv = node.attrs as ConvAttrs;
  const name = e.add('Conv', [image(e, x, conv), filterName(e, filter, conv.depthwise)], {
    strides: conv.strides,
    dilations: conv.dilations,
    pads: conv.pads,
    kernel_shape: filter.shape.slice(0, 2),
    group: conv.depthwise ? channelsOf(x, conv) : 1,
  });
  setImage(e, node.outputs[0]!, name, conv);
});

for (const [name, depthwise] of [
  ['Conv2DBackpropInput', false],
  ['DepthwiseConv2dNativeBackpropInput', true],
] as const) {
  kernel(name, ({ dy, filter }, attrs, r) => {
    const { conv } = convolution(attrs.inputShape, filter!.shape, attrs, depthwise);
    return r.record('ConvInputGradient', [dy!, filter!], conv, { shape: attrs.inputShape, dtype: 'float32' });
  });
}

for (const [name, depthwise] of [
  ['Conv2DBackpropFilter', false],
  ['DepthwiseConv2dNativeBackpropFilter', true],
] as const) {
  kernel(name, ({ x, dy }, attrs, r) => {
    const { conv } = convolution(x!.shape, attrs.filterShape, attrs, depthwise);
    return r.record('ConvFilterGradient', [x!, dy!], conv, { shape: attrs.filterShape, dtype: 'float32' });
  });
}

/** Height and width of an image value. */
function spatial(value: Value, conv: ConvAttrs): [number, number] {
  return (conv.channelsFirst ? value.shape.slice(2) : value.shape.slice(1, 3)) as [number, number];
}

function effective(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

/** dX: for stride 1 a convolution of dY with the flipped filter, else a transposed convolution. */
function emitInputGradient(e: Emitter, node: RecordedNode): void {
  const [dy, filter] = node.inputs as [Value, Value];
  const dx = node.outputs[0]!;
  const conv = node.attrs as ConvAttrs;
  const kernelSize = filter.shape.slice(0, 2) as [number, number];
  const inSize = spatial(dx, conv);
  const outSize = spatial(dy, conv);
  const group = conv.depthwise ? channelsOf(dx, conv) : 1;
  const before = [conv.pads[0], conv.pads[1]] as const;
  const full = [0, 1].map((i) => effective(kernelSize[i]!, conv.dilations[i]!));
  // Sizes that the transposed convolution makes before cropping `before` and `after`.
  const after = [0, 1].map((i) => (outSize[i]! - 1) * conv.strides[i]! + full[i]! - before[i]! - inSize[i]!);
  if (conv.strides.every((stride) => stride === 1) && !conv.depthwise) {
    const pads = [
      ...[0, 1].map((i) => full[i]! - 1 - before[i]!),
      ...[0, 1].map((i) => full[i]! - 1 - after[i]!),
    ];
    if (pads.every((pad) => pad >= 0)) {
      const flipped = flip(e, e.get(filter, [2, 3, 0, 1]), kernelSize);
      const attributes = { pads, dilations: conv.dilations, kernel_shape: kernelSize };
      setImage(e, dx, e.add('Conv', [image(e, dy, conv), flipped], attributes), conv);
      return;
    }
  }
  const extra = after.map((pad) => Math.max(0, -pad));
  const name = e.add('ConvTranspose', [image(e, dy, conv), filterName(e, filter, conv.depthwise)], {
    strides: conv.strides,
    dilations: conv.dilations,
    kernel_shape: kernelSize,
    pads: [...before, ...after.map((pad) => Math.max(0, pad))],
    output_padding: extra.some((pad) => pad > 0) ? extra : undefined,
    group,
  });
  setImage(e, dx, name, conv);
}

/** Reverses the last two axes of an [a, b, h, w] filter. */
function flip(e: Emitter, filter: string, [height, width]: [number, number]): string {
  if (height * width === 1) return filter;
  const ends = e.ints([-(2 ** 31), -(2 ** 31)]);
  return e.add('Slice', [filter, e.ints([-1, -1]), ends, e.ints([2, 3]), e.ints([-1, -1])]);
}

/** dW: a convolution of X with dY, in which batch and channels change places. */
function emitFilterGradient(e: Emitter, node: RecordedNode): void {
  const [x, dy] = node.inputs as [Value, Value];
  const dw = node.outputs[0]!;
  const conv = node.attrs as ConvAttrs;
  const kernelSize = dw.shape.slice(0, 2) as [number, number];
  const outSize = spatial(dy, conv);
  const inSize = spatial(x, conv);
  // The window must visit exactly kernelSize positions: pad or crop the far sides accordingly.
  const after = [0, 1].map(
    (i) =>
      (outSize[i]! - 1) * conv.strides[i]! +
      effective(kernelSize[i]!, conv.dilations[i]!) -
      conv.pads[i]! -
      inSize[i]!,
  );
  const swap = conv.channelsFirst ? [1, 0, 2, 3] : [3, 0, 1, 2];
  let images = e.get(x, swap);
  if (after.some((pad) => pad < 0)) {
    const ends = [0, 1].map((i) => inSize[i]! + Math.min(0, after[i]!));
    images = e.add('Slice', [images, e.ints([0, 0]), e.ints(ends), e.ints([2, 3])]);
  }
  const attributes = {
    // What strides the forward pass dilates the backward pass, and the other way round.
    strides: conv.dilations,
    dilations: conv.strides,
    kernel_shape: outSize,
    pads: [conv.pads[0], conv.pads[1], ...after.map((pad) => Math.max(0, pad))],
  };
  if (!conv.depthwise) {
    const name = e.add('Conv', [images, e.get(dy, swap)], attributes);
    e.set(dw, name, [2, 3, 0, 1]);
    return;
  }
  emitDepthwiseFilterGradient(e, node, attributes);
}

function emitDepthwiseFilterGradient(
  e: Emitter,
  node: RecordedNode,
  attributes: Record<string, number[]>,
): void {
  const [x, dy] = node.inputs as [Value, Value];
  const dw = node.outputs[0]!;
  const conv = node.attrs as ConvAttrs;
  const [height, width, channels, multiplier] = dw.shape as Shape4;
  const batch = x.shape[0]!;
  const [inHeight, inWidth] = spatial(x, conv);
  const [outHeight, outWidth] = spatial(dy, conv);
  // [n, c, h, w] -> [1, n * c, h, w]: one group per picture and channel, summed over pictures afterwards.
  const images = e.reshape(image(e, x, conv), [1, batch * channels, inHeight, inWidth]);
  const filters = e.reshape(image(e, dy, conv), [batch * channels * multiplier, 1, outHeight, outWidth]);
  const each = e.add('Conv', [images, filters], { ...attributes, group: batch * channels });
  const full = each; // [1, n * c * m, h', w'], h' >= height when the far side was not cropped
  const cropped = e.add('Slice', [full, e.ints([0, 0]), e.ints([height, width]), e.ints([2, 3])]);
  const split = e.reshape(cropped, [batch, channels, multiplier, height, width]);
  e.set(dw, e.add('ReduceSum', [split, e.ints([0])], { keepdims: 0 }), [2, 3, 0, 1]);
}

emitterOf('ConvInputGradient', emitInputGradient);
emitterOf('ConvFilterGradient', emitFilterGradient);
