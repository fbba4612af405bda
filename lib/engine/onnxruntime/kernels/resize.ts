import { item, zip } from '../graph/lists';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { channelsFirst } from '../onnx/permute';
import { cast } from './cast';
import { type Inputs, operation } from './registry';

type ResizeAttrs = { alignCorners: boolean; halfPixelCenters: boolean };
type ResizeNode = Emittable<[Value], ResizeAttrs>;

/** Source coordinate per target pixel, as TF.js computes it. */
function scaleOf(input: number, output: number, alignCorners: boolean): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}

/** A matrix that makes `output` pixels of `input` pixels along one axis: rows [output, input]. */
class AxisWeights {
  readonly rows: Float32Array;

  constructor(
    readonly input: number,
    readonly output: number,
  ) {
    this.rows = new Float32Array(output * input);
  }

  add(to: number, from: number, weight: number): void {
    const position = to * this.input + from;
    this.rows[position] = item(this.rows, position) + weight;
  }

  /** The matrix as graph constant. */
  name(e: Emitter): string {
    return e.floats(this.rows, [this.output, this.input]);
  }

  /** The matrix for the way back, which spreads gradients. */
  transposed(): AxisWeights {
    const turned = new AxisWeights(this.output, this.input);
    for (const [i, weight] of this.rows.entries())
      turned.add(i % this.input, Math.floor(i / this.input), weight);
    return turned;
  }
}

type Weigh = (input: number, output: number, attrs: ResizeAttrs) => AxisWeights;

/** Bilinear weights of one axis. */
const bilinearWeights: Weigh = (input, output, { alignCorners, halfPixelCenters }) => {
  const scale = scaleOf(input, output, alignCorners);
  const weights = new AxisWeights(input, output);
  for (let i = 0; i < output; i++) {
    const at = Math.max(0, halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i);
    const fraction = at - Math.floor(at);
    weights.add(i, Math.min(input - 1, Math.floor(at)), 1 - fraction);
    weights.add(i, Math.min(input - 1, Math.ceil(at)), fraction);
  }
  return weights;
};

/** Nearest source pixel per target pixel of one axis. */
function nearestIndices(input: number, output: number, attrs: ResizeAttrs): number[] {
  const { alignCorners, halfPixelCenters } = attrs;
  const scale = scaleOf(input, output, alignCorners);
  return Array.from({ length: output }, (_, i) => {
    const at = halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.min(input - 1, Math.max(0, alignCorners ? Math.round(at) : Math.floor(at)));
  });
}

/** Nearest neighbours as weights of one axis. */
const nearestWeights: Weigh = (input, output, attrs) => {
  const weights = new AxisWeights(input, output);
  for (const [to, from] of nearestIndices(input, output, attrs).entries()) weights.add(to, from, 1);
  return weights;
};

/** Height and width of images [batch, height, width, channels]. */
const sizeOf = ({ shape }: Value) => shape.slice(1, 3);

/** Multiplies both spatial axes of images by constant matrices. */
function emitSeparable(e: Emitter, x: Value, out: Value, weights: readonly AxisWeights[]): void {
  const first = channelsFirst(4);
  const rows = item(weights, 0);
  const columns = item(weights, 1).transposed();
  const tall = e.add('MatMul', [rows.name(e), e.get(x, first)]);
  e.set(out, e.add('MatMul', [tall, columns.name(e)]), first);
}

for (const [name, op, weigh] of [
  ['ResizeBilinear', 'ResizeLinear', bilinearWeights],
  ['ResizeNearestNeighbor', 'ResizeNearest', nearestWeights],
] as const) {
  operation({
    name,
    record({ images }: Inputs<'images'>, { alignCorners, halfPixelCenters, size }, r) {
      const [batch, , , channels] = images.shape as [number, number, number, number];
      const x = op === 'ResizeLinear' ? cast(r, images, 'float32') : images;
      const shape = [batch, ...size, channels];
      return r.record(op, [x], { alignCorners, halfPixelCenters }, { shape, dtype: x.dtype });
    },
  });
  operation({
    name: `${name}Grad`,
    record({ images, dy }: Inputs<'images' | 'dy'>, { alignCorners, halfPixelCenters = false }, r) {
      const attrs = { alignCorners, halfPixelCenters };
      return r.record(`${op}Gradient`, [dy], attrs, { shape: images.shape, dtype: 'float32' });
    },
  });
  operation({
    name: `${op}Gradient`,
    emit(e, { inputs: [dy], attrs, outputs: [dx] }: ResizeNode) {
      const axes = zip<[number, number]>(sizeOf(dx), sizeOf(dy));
      const weights = axes.map(([to, from]) => weigh(to, from, attrs).transposed());
      emitSeparable(e, dy, dx, weights);
    },
  });
}

operation({
  name: 'ResizeLinear',
  emit(e, { inputs: [x], attrs, outputs: [out] }: ResizeNode) {
    const axes = zip<[number, number]>(sizeOf(x), sizeOf(out));
    emitSeparable(
      e,
      x,
      out,
      axes.map(([from, to]) => bilinearWeights(from, to, attrs)),
    );
  },
});

operation({
  name: 'ResizeNearest',
  emit(e, { inputs: [x], attrs, outputs: [out] }: ResizeNode) {
    const first = channelsFirst(4);
    let name = e.get(x, first);
    for (const [axis, [from, to]] of zip<[number, number]>(sizeOf(x), sizeOf(out)).entries())
      name = e.add('Gather', [name, e.ints(nearestIndices(from, to, attrs))], { axis: axis + 2 });
    e.set(out, name, first);
  },
});
