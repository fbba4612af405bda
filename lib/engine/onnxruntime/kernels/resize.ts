import type { Recorder } from '../graph/recorder';
import type { Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { channelsFirst } from '../onnx/permute';
import { cast } from './binary';
import { emitterOf, kernel } from './registry';

interface ResizeAttrs {
  alignCorners: boolean;
  halfPixelCenters: boolean;
  [key: string]: unknown;
}

/** Source coordinate per target pixel, as TF.js computes it. */
function scaleOf(input: number, output: number, alignCorners: boolean): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}

/** Bilinear weights of one axis: `output` rows of `input` columns. */
function bilinearWeights(
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: ResizeAttrs,
): Float32Array {
  const scale = scaleOf(input, output, alignCorners);
  const weights = new Float32Array(output * input);
  for (let i = 0; i < output; i++) {
    const at = Math.max(0, halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i);
    const low = Math.min(input - 1, Math.floor(at));
    const high = Math.min(input - 1, Math.ceil(at));
    const fraction = at - Math.floor(at);
    weights[i * input + low]! += 1 - fraction;
    weights[i * input + high]! += fraction;
  }
  return weights;
}

/** Nearest source pixel per target pixel of one axis. */
function nearestIndices(
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: ResizeAttrs,
): number[] {
  const scale = scaleOf(input, output, alignCorners);
  return Array.from({ length: output }, (_, i) => {
    const at = halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.min(input - 1, Math.max(0, alignCorners ? Math.round(at) : Math.floor(at)));
  });
}

/** Nearest neighbours as weights of one axis. */
function nearestWeights(input: number, output: number, attrs: ResizeAttrs): Float32Array {
  const weights = new Float32Array(output * input);
  nearestIndices(input, output, attrs).forEach((at, i) => {
    weights[i * input + at] = 1;
  });
  return weights;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

for (const [name, op] of [
  ['ResizeBilinear', 'ResizeLinear'],
  ['ResizeNearestNeighbor', 'ResizeNearest'],
] as const) {
  kernel(name, ({ images }, { alignCorners, halfPixelCenters, size }, r: Recorder) => {
    const [batch, , , channels] = images!.shape as [number, number, number, number];
    const linear = op === 'ResizeLinear';
    const x = linear ? cast(r, images!, 'float32') : images!;
    const shape = [batch, ...size, channels];
    return r.record(op, [x], { alignCorners, halfPixelCenters }, { shape, dtype: x.dtype });
  });
  kernel(`${name}Grad`, ({ images, dy }, { alignCorners, halfPixelCenters = false }, r) =>
    r.record(
      `${op}Gradient`,
      [dy!],
      { alignCorners, halfPixelCenters },
      { shape: images!.shape, dtype: 'float32' },
    ),
  );
}

/** Multiplies both spatial axes of NCHW images by constant matrices: rows [h', h] and columns [w', w]. */
function separable(
  e: Emitter,
  x: string,
  rows: Float32Array,
  columns: Float32Array,
  from: number[],
  to: number[],
): string {
  const left = e.floats(rows, [to[0]!, from[0]!]);
  const right = e.floats(transposed(columns, to[1]!, from[1]!), [from[1]!, to[1]!]);
  return e.add('MatMul', [e.add('MatMul', [left, x]), right]);
}

emitterOf('ResizeLinear', (e, node) => {
  const x = node.inputs[0]!;
  const out = node.outputs[0]!;
  const attrs = node.attrs as ResizeAttrs;
  const first = channelsFirst(4);
  const from = x.shape.slice(1, 3);
  const to = out.shape.slice(1, 3);
  const rows = bilinearWeights(from[0]!, to[0]!, attrs);
  const columns = bilinearWeights(from[1]!, to[1]!, attrs);
  e.set(out, separable(e, e.get(x, first), rows, columns, from, to), first);
});

emitterOf('ResizeNearest', (e, node) => {
  const x = node.inputs[0]!;
  const out = node.outputs[0]!;
  const attrs = node.attrs as ResizeAttrs;
  const first = channelsFirst(4);
  const rows = e.ints(nearestIndices(x.shape[1]!, out.shape[1]!, attrs));
  const columns = e.ints(nearestIndices(x.shape[2]!, out.shape[2]!, attrs));
  const tall = e.add('Gather', [e.get(x, first), rows], { axis: 2 });
  e.set(out, e.add('Gather', [tall, columns], { axis: 3 }), first);
});

for (const [op, weights] of [
  ['ResizeLinearGradient', bilinearWeights],
  ['ResizeNearestGradient', nearestWeights],
] as const) {
  emitterOf(op, (e, node) => {
    const dy = node.inputs[0] as Value;
    const dx = node.outputs[0]!;
    const attrs = node.attrs as ResizeAttrs;
    const first = channelsFirst(4);
    const to = dx.shape.slice(1, 3);
    const from = dy.shape.slice(1, 3);
    const matrix = (axis: number) =>
      transposed(weights(to[axis]!, from[axis]!, attrs), from[axis]!, to[axis]!);
    e.set(dx, separable(e, e.get(dy, first), matrix(0), matrix(1), from, to), first);
  });
}
