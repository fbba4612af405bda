import { backend_util } from '@tensorflow/tfjs';
import { item, zip } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import { type ConvNames, emitBlockedConv, type FilterSizes, suitsBlocks } from '../onnx/blocked';
import type { Emitter } from '../onnx/emitter';
import type { Attributes } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { cast } from './cast';
import { contraction } from './matmul';
import { activate, type Inputs, operation, type TfjsAttrs } from './registry';
import { slice } from './shape';

/** What a convolution needs to know; one entry per spatial axis, sizes in pixels. */
export interface ConvAttrs {
  strides: number[];
  dilations: number[];
  /** Padding before each spatial axis. */
  before: number[];
  /** Padding after each spatial axis. */
  after: number[];
  depthwise: boolean;
  /** The TF.js tensors are themselves NCHW. */
  channelsFirst: boolean;
  [key: string]: unknown;
}

/** The shape of a result that exists. @throws where a filter, or its dilated reach, is larger than the picture */
export function existing(shape: number[], paddings: readonly number[] = []): number[] {
  if (paddings.some((length) => length < 0)) {
    throw new Error(
      "expected strides up to the filter's size for volumes with 'same' padding, received larger ones, for which " +
        'TensorFlow.js skips the first voxels: slice the volume beforehand',
    );
  }
  if (shape.every((length) => length >= 0)) return shape;
  throw new Error(
    "expected a picture at least as large as the filter's reach, (size - 1) * dilation + 1, received one that leaves " +
      `the result the shape [${shape}]: pad the picture, or take a smaller filter or dilation`,
  );
}

/** Resolves TF.js's padding names and defaults. @returns the output's shape and what the graph needs */
function resolve(
  xShape: number[],
  filterShape: number[],
  attrs: TfjsAttrs,
  depthwise: boolean,
): { outShape: number[]; conv: ConvAttrs } {
  const first = attrs.dataFormat === 'NCHW';
  if (xShape.length === 5) {
    const { strides, dilations, pad } = attrs;
    const info = backend_util.computeConv3DInfo(
      xShape as never,
      filterShape as never,
      strides,
      dilations ?? 1,
      pad,
    );
    const { front, back, top, bottom, left, right } = info.padInfo;
    return {
      outShape: existing(info.outShape, [front, back, top, bottom, left, right]),
      conv: {
        strides: [info.strideDepth, info.strideHeight, info.strideWidth],
        dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
        before: [front, top, left],
        after: [back, bottom, right],
        depthwise,
        channelsFirst: false,
      },
    };
  }
  const info = backend_util.computeConv2DInfo(
    xShape as never,
    filterShape as never,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    first ? 'channelsFirst' : 'channelsLast',
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    outShape: existing(info.outShape),
    conv: {
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      before: [top, left],
      after: [bottom, right],
      depthwise,
      channelsFirst: first,
    },
  };
}

function convolve(r: Recorder, x: Value, filter: Value, attrs: TfjsAttrs, depthwise: boolean): Value {
  const { outShape, conv } = resolve(x.shape, filter.shape, attrs, depthwise);
  const inputs = [cast(r, x, 'float32'), cast(r, filter, 'float32')];
  return r.record('Conv', inputs, conv, { shape: outShape, dtype: 'float32' });
}

for (const [plain, fused, depthwise] of [
  ['Conv2D', 'FusedConv2D', false],
  ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D', true],
] as const) {
  operation({
    name: plain,
    record: ({ x, filter }: Inputs<'x' | 'filter'>, attrs, r) => convolve(r, x, filter, attrs, depthwise),
  });
  operation({
    name: fused,
    record(inputs: Inputs<'x' | 'filter', 'bias' | 'preluActivationWeights'>, attrs, r) {
      const { x, filter, bias, preluActivationWeights } = inputs;
      let y = convolve(r, x, filter, attrs, depthwise);
      const perChannel = (value: Value) =>
        attrs.dataFormat === 'NCHW' && value.shape.length === 1
          ? r.reshape(value, [value.size, 1, 1])
          : value;
      if (bias) y = r.record('Add', [y, perChannel(bias)], {}, y);
      const alpha = preluActivationWeights && perChannel(preluActivationWeights);
      return activate(r, y, attrs.activation, alpha, attrs.leakyreluAlpha);
    },
  });
}
operation({
  name: 'Conv3D',
  record: ({ x, filter }: Inputs<'x' | 'filter'>, attrs, r) => convolve(r, x, filter, attrs, false),
});

for (const [name, depthwise] of [
  ['Conv2DBackpropInput', false],
  ['Conv3DBackpropInputV2', false],
  ['DepthwiseConv2dNativeBackpropInput', true],
] as const) {
  operation({
    name,
    record({ dy, filter }: Inputs<'dy' | 'filter'>, attrs, r) {
      const { conv, outShape } = resolve(attrs.inputShape, filter.shape, attrs, depthwise);
      // TF.js tolerates a gradient larger than the convolution's output and reads its corner.
      const isLarger = zip<[number, number]>(dy.shape, outShape).some(([given, used]) => given > used);
      const corner = dy.shape.map(() => 0);
      const used = isLarger ? slice(r, dy, corner, outShape) : dy;
      return r.record('ConvInputGradient', [used, filter], conv, {
        shape: attrs.inputShape,
        dtype: 'float32',
      });
    },
  });
}

for (const [name, depthwise] of [
  ['Conv2DBackpropFilter', false],
  ['Conv3DBackpropFilterV2', false],
  ['DepthwiseConv2dNativeBackpropFilter', true],
] as const) {
  operation({
    name,
    record({ x, dy }: Inputs<'x' | 'dy'>, attrs, r) {
      const { conv } = resolve(x.shape, attrs.filterShape, attrs, depthwise);
      const signature = { shape: attrs.filterShape, dtype: 'float32' } as const;
      return r.record('ConvFilterGradient', [x, dy], conv, signature);
    },
  });
}

/** Axis order of a filter [...spatial, in, out] as ONNX wants it: [out, in, ...spatial]. */
export function filterOrder(rank: number, outFirst = true): number[] {
  const spatial = Array.from({ length: rank - 2 }, (_, i) => i);
  return outFirst ? [rank - 1, rank - 2, ...spatial] : [rank - 2, rank - 1, ...spatial];
}

/** Filter as ONNX wants it: OIHW; a depthwise filter [h, w, c, m] becomes [c * m, 1, h, w]. */
export function filterName(e: Emitter, filter: Value, depthwise: boolean): string {
  if (!depthwise) return e.get(filter, filterOrder(filter.shape.length));
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  const name = e.get(filter, filterOrder(4, false));
  return multiplier === 1 ? name : e.reshape(name, [channels * multiplier, 1, height, width]);
}

/** Name of an image stored channels-first. */
export function image(e: Emitter, value: Value, conv: ConvAttrs): string {
  return conv.channelsFirst ? e.get(value) : e.get(value, channelsFirst(value.shape.length));
}

/** States that `name` holds the image `value` channels-first. */
export function setImage(e: Emitter, value: Value, name: string, conv: ConvAttrs): void {
  if (conv.channelsFirst) e.set(value, name);
  else e.set(value, name, channelsFirst(value.shape.length));
}

/** Number of channels of an image. */
export function channelsOf({ shape }: Value, conv: ConvAttrs): number {
  return item(shape, conv.channelsFirst ? 1 : shape.length - 1);
}

/** Spatial sizes of an image. */
export function spatialOf(value: Value, conv: ConvAttrs): number[] {
  return conv.channelsFirst ? value.shape.slice(2) : value.shape.slice(1, -1);
}

/** True for the sizes of a filter for pictures. */
const isFlat = (sizes: readonly number[]): sizes is FilterSizes => sizes.length === 4;

/**
 * Adds a convolution of an image by a filter [out, in, ...kernel], in the layout in which the runtime is fastest.
 * @param sizes of a filter that differs from run to run; none of one that is built in, or has groups
 * @param result of the convolution
 */
export function convolution(
  e: Emitter,
  names: ConvNames,
  sizes: readonly number[],
  result: Value,
  attributes: Attributes,
): string {
  if (isFlat(sizes) && suitsBlocks(e.channelBlock, sizes, result.size / sizes[0]))
    return emitBlockedConv(e, names, sizes, attributes);
  const { image, filter, bias } = names;
  return e.add('Conv', [image, filter, ...(bias ? [bias] : [])], attributes);
}

operation({
  name: 'Conv',
  weightsFrom: 1,
  multiplyAdds: contraction,
  emit(e, node: Emittable<[Value, Value, ...Value[]], ConvAttrs>) {
    const [x, filter, bias] = node.inputs;
    const [out] = node.outputs;
    const conv = node.attrs;
    const kernel = filter.shape.slice(0, -2);
    const attributes = {
      strides: conv.strides,
      dilations: conv.dilations,
      pads: [...conv.before, ...conv.after],
      kernel_shape: kernel,
      group: conv.depthwise ? channelsOf(x, conv) : 1,
    };
    const names = {
      image: image(e, x, conv),
      filter: filterName(e, filter, conv.depthwise),
      bias: bias && e.get(bias),
    };
    const [channels, filters] = filter.shape.slice(-2) as [number, number];
    // the runtime itself chooses the layout for a filter that is built in
    const isPlain = conv.depthwise || e.known(filter) !== null;
    const name = convolution(e, names, isPlain ? [] : [filters, channels, ...kernel], out, attributes);
    setImage(e, node.outputs[0], name, conv);
  },
});
