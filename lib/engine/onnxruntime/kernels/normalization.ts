import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { float } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { add, divide, multiply, power, subtract } from './binary';
import { type Inputs, operation } from './registry';

operation({
  name: 'FusedBatchNorm',
  record(
    { x, scale, offset, mean, variance }: Inputs<'x' | 'mean' | 'variance', 'scale' | 'offset'>,
    { varianceEpsilon = 0.001 },
    r,
  ) {
    const channels = mean.shape.at(-1) ?? 1;
    const fill = (value: number) => r.concrete(new Float32Array(channels).fill(value), [channels], 'float32');
    const inputs = [x, scale ?? fill(1), offset ?? fill(0), mean, variance];
    return r.record('BatchNorm', inputs, { epsilon: varianceEpsilon }, { shape: x.shape, dtype: 'float32' });
  },
});

type BatchNormNode = Emittable<[x: Value, ...rest: Value[]], { epsilon: number }>;

operation({
  name: 'BatchNorm',
  weightsFrom: 1,
  /** Per-channel statistics of an image become `BatchNormalization`, which the runtime folds into a convolution. */
  emit(e: Emitter, node: BatchNormNode) {
    const {
      inputs: [x, ...rest],
      outputs: [out],
      attrs: { epsilon },
    } = node;
    const channels = x.shape.at(-1);
    const perChannel = rest.every((value) => value.shape.length === 1 && value.shape[0] === channels);
    const known = rest.every((value) => e.known(value));
    if (perChannel && x.shape.length === 4 && (known || e.permutation(x))) {
      const inputs = [e.get(x, channelsFirst(4)), ...rest.map((value) => e.get(value))];
      e.set(out, e.add('BatchNormalization', inputs, { epsilon: float(epsilon) }), channelsFirst(4));
      return;
    }
    e.elementwise(node, (input, scale, offset, mean, variance) => {
      const deviation = e.add('Sqrt', [e.add('Add', [variance, e.scalar(epsilon)])]);
      const factor = e.add('Div', [scale, deviation]);
      const centred = e.add('Sub', [input, mean]);
      return e.add('Add', [e.add('Mul', [centred, factor]), offset]);
    });
  },
});

type LocalAttrs = { depthRadius: number; bias: number; alpha: number; beta: number };

operation({
  name: 'LRN',
  record: ({ x }: Inputs<'x'>, { depthRadius, bias, alpha, beta }, r) =>
    r.record('LRN', [x], { depthRadius, bias, alpha, beta }, { shape: x.shape, dtype: 'float32' }),
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], LocalAttrs>) {
    const first = channelsFirst(4);
    const size = 2 * attrs.depthRadius + 1;
    // ONNX divides alpha by the window's size, TF.js does not.
    const alpha = float(attrs.alpha * size);
    const attributes = { size, bias: float(attrs.bias), alpha, beta: float(attrs.beta) };
    e.set(out, e.add('LRN', [e.get(x, first)], attributes), first);
  },
});

operation({
  name: 'LRNGrad',
  // With n = bias + alpha * sum(x^2): dx = dy * n^-beta - 2 alpha beta x * sum(dy * y / n), both sums over the window.
  record({ x, y, dy }: Inputs<'x' | 'y' | 'dy'>, { depthRadius, bias, alpha, beta }, r) {
    const sum = (value: Value) =>
      r.record('WindowSum', [value], { depthRadius }, { shape: value.shape, dtype: 'float32' });
    const norm = add(r, multiply(r, sum(multiply(r, x, x)), r.scalar(alpha)), r.scalar(bias));
    const direct = multiply(r, dy, power(r, norm, r.scalar(-beta)));
    const spread = sum(divide(r, multiply(r, dy, y), norm));
    return subtract(r, direct, multiply(r, multiply(r, x, spread), r.scalar(2 * alpha * beta)));
  },
});

operation({
  name: 'WindowSum',
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], { depthRadius: number }>) {
    const channels = x.shape.at(-1) ?? 1;
    const band = Float32Array.from({ length: channels * channels }, (_, i) =>
      Math.abs(Math.floor(i / channels) - (i % channels)) <= attrs.depthRadius ? 1 : 0,
    );
    e.set(out, e.add('MatMul', [e.get(x), e.floats(band, [channels, channels])]));
  },
});
