import { type Attributes, ModelWriter } from '../../../lib/engine/onnxruntime/onnx/model';

/**
 * The reference that the backend is measured against: the three networks written by hand as ONNX graphs, channels
 * first, batch norms folded into the convolutions' biases, nothing left for an optimizer to cancel.
 */
class HandGraph {
  private readonly writer = new ModelWriter();
  private count = 0;
  private state = 1;

  constructor(
    readonly batch: number,
    readonly size: number,
  ) {
    this.writer.input({ name: 'x', type: 'float32', shape: [batch, 3, size, size] });
  }

  private weights(shape: number[]): string {
    const length = shape.reduce((a, b) => a * b, 1);
    const [filters = 1] = shape;
    const scale = Math.sqrt(6 / (length / filters));
    const data = Float32Array.from({ length }, () => {
      this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
      return (this.state / 2 ** 32 - 0.5) * scale;
    });
    const name = `w${this.count++}`;
    this.writer.initializer(name, 'float32', shape, data);
    return name;
  }

  op(type: string, inputs: string[], attributes: Attributes = {}): string {
    const name = `v${this.count++}`;
    this.writer.node(type, inputs, [name], attributes);
    return name;
  }

  constant(value: number): string {
    const name = `c${this.count++}`;
    this.writer.initializer(name, 'float32', [], Float32Array.of(value));
    return name;
  }

  perChannel = (channels: number) => this.weights([channels, 1, 1]);

  /** Convolution with bias. `pads` as TensorFlow's "same" would give, or explicit. */
  conv(x: string, from: number, to: number, kernel: number, stride = 1, groups = 1, pads?: number[]): string {
    const half = (kernel - 1) / 2;
    return this.op('Conv', [x, this.weights([to, from / groups, kernel, kernel]), this.weights([to])], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads:
        pads ??
        (stride === 1
          ? [half, half, half, half]
          : [half - 1, half - 1, half, half].map((p) => Math.max(0, p))),
      group: groups,
    });
  }

  relu = (x: string) => this.op('Relu', [x]);
  relu6 = (x: string) => this.op('Clip', [x, this.constant(0), this.constant(6)]);
  swish = (x: string) => this.op('Mul', [x, this.op('Sigmoid', [x])]);

  finish(x: string, channels: number): Uint8Array {
    const pooled = this.op('GlobalAveragePool', [x]);
    this.writer.node('Flatten', [pooled], ['y']);
    this.writer.output({ name: 'y', type: 'float32', shape: [this.batch, channels] });
    return this.writer.toBytes();
  }
}

function resnet50(batch: number, size: number): Uint8Array {
  const g = new HandGraph(batch, size);
  let x = g.relu(g.conv('x', 3, 64, 7, 2, 1, [3, 3, 3, 3]));
  x = g.op('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = 64;
  for (const [stage, [width, blocks]] of (
    [
      [64, 3],
      [128, 4],
      [256, 6],
      [512, 3],
    ] as const
  ).entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      const shortcut = block === 0 ? g.conv(x, channels, width * 4, 1, stride, 1, [0, 0, 0, 0]) : x;
      let y = g.relu(g.conv(x, channels, width, 1, stride, 1, [0, 0, 0, 0]));
      y = g.relu(g.conv(y, width, width, 3));
      y = g.conv(y, width, width * 4, 1);
      x = g.relu(g.op('Add', [y, shortcut]));
      channels = width * 4;
    }
  }
  return g.finish(x, channels);
}

function mobilenetv2(batch: number, size: number): Uint8Array {
  const g = new HandGraph(batch, size);
  let x = g.relu6(g.conv('x', 3, 32, 3, 2));
  let channels = 32;
  const stages = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  for (const [expand, width, blocks, firstStride] of stages) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1;
      const hidden = channels * expand;
      let y = expand === 1 ? x : g.relu6(g.conv(x, channels, hidden, 1));
      y = g.relu6(g.conv(y, hidden, hidden, 3, stride, hidden));
      y = g.conv(y, hidden, width, 1);
      x = stride === 1 && channels === width ? g.op('Add', [x, y]) : y;
      channels = width;
    }
  }
  return g.finish(g.relu6(g.conv(x, channels, 1280, 1)), 1280);
}

/** EfficientNet with B3's width 1.2 and depth 1.4 already multiplied out. */
function efficientnetb3(batch: number, size: number): Uint8Array {
  const g = new HandGraph(batch, size);
  // Keras' network rescales and normalizes pixels itself: one factor and one offset a channel
  const normalized = g.op('Add', [g.op('Mul', ['x', g.perChannel(3)]), g.perChannel(3)]);
  let x = g.swish(g.conv(normalized, 3, 40, 3, 2));
  let channels = 40;
  const stages = [
    [1, 24, 2, 1, 3],
    [6, 32, 3, 2, 3],
    [6, 48, 3, 2, 5],
    [6, 96, 5, 2, 3],
    [6, 136, 5, 1, 5],
    [6, 232, 6, 2, 5],
    [6, 384, 2, 1, 3],
  ] as const;
  for (const [expand, width, blocks, firstStride, kernel] of stages) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? firstStride : 1;
      const hidden = channels * expand;
      let y = expand === 1 ? x : g.swish(g.conv(x, channels, hidden, 1));
      const pads = stride === 2 ? Array(4).fill((kernel - 1) / 2) : undefined;
      y = g.swish(g.conv(y, hidden, hidden, kernel, stride, hidden, pads));
      const squeezed = Math.max(1, Math.floor(channels / 4));
      let gate = g.swish(g.conv(g.op('GlobalAveragePool', [y]), hidden, squeezed, 1));
      gate = g.op('Sigmoid', [g.conv(gate, squeezed, hidden, 1)]);
      y = g.conv(g.op('Mul', [y, gate]), hidden, width, 1);
      x = stride === 1 && channels === width ? g.op('Add', [x, y]) : y;
      channels = width;
    }
  }
  return g.finish(g.swish(g.conv(x, channels, 1536, 1)), 1536);
}

/** Builds the hand-written ONNX graph of a network. @returns a serialized model, input `x` [batch, 3, size, size] */
export function handGraph(name: string, batch: number, size: number): Uint8Array {
  const builders: Record<string, (batch: number, size: number) => Uint8Array> = {
    resnet50,
    mobilenetv2,
    efficientnetb3,
  };
  const build = builders[name];
  if (!build) throw new Error(`expected one of ${Object.keys(builders).join(', ')}, received ${name}`);
  return build(batch, size);
}
