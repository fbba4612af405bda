import { float } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { binaryOp } from './binary';
import { emitterOf, kernel } from './registry';

interface LocalAttrs {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
  [key: string]: unknown;
}

kernel('LRN', ({ x }, { depthRadius, bias, alpha, beta }, r) =>
  r.record('LRN', [x!], { depthRadius, bias, alpha, beta }, { shape: x!.shape, dtype: 'float32' }),
);
emitterOf('LRN', (e, node) => {
  const { depthRadius, bias, alpha, beta } = node.attrs as LocalAttrs;
  const first = channelsFirst(4);
  const size = 2 * depthRadius + 1;
  // ONNX divides alpha by the window's size, TF.js does not.
  const attributes = { size, bias: float(bias), alpha: float(alpha * size), beta: float(beta) };
  e.set(node.outputs[0]!, e.add('LRN', [e.get(node.inputs[0]!, first)], attributes), first);
});

// With n = bias + alpha * sum(x^2): dx = dy * n^-beta - 2 alpha beta x * sum(dy * y / n), both sums over the window.
kernel('LRNGrad', ({ x, y, dy }, { depthRadius, bias, alpha, beta }, r) => {
  const sum = (value: typeof x) =>
    r.record('WindowSum', [value!], { depthRadius }, { shape: value!.shape, dtype: 'float32' });
  const squares = sum(binaryOp(r, 'Multiply', x!, x!));
  const norm = binaryOp(r, 'Add', binaryOp(r, 'Multiply', squares, r.scalar(alpha)), r.scalar(bias));
  const direct = binaryOp(r, 'Multiply', dy!, binaryOp(r, 'Pow', norm, r.scalar(-beta)));
  const spread = sum(binaryOp(r, 'RealDiv', binaryOp(r, 'Multiply', dy!, y!), norm));
  const indirect = binaryOp(r, 'Multiply', binaryOp(r, 'Multiply', x!, spread), r.scalar(2 * alpha * beta));
  return binaryOp(r, 'Sub', direct, indirect);
});
emitterOf('WindowSum', (e, node) => {
  const x = node.inputs[0]!;
  const radius = node.attrs.depthRadius as number;
  const channels = x.shape.at(-1)!;
  const band = Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  e.set(node.outputs[0]!, e.add('MatMul', [e.get(x), e.floats(band, [channels, channels])]));
});
