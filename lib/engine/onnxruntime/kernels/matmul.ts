import { broadcast_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { activate } from './activation';
import { emitterOf, kernel } from './registry';

function matMul(r: Recorder, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  util.assert(
    a.shape.length >= 2 && b.shape.length >= 2,
    () =>
      `Error in matMul: inputs must have rank 2 or more, got ranks ${a.shape.length} and ${b.shape.length}.`,
  );
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const inner = [transposeA ? aRows : aColumns, transposeB ? bColumns : bRows];
  util.assert(
    inner[0] === inner[1],
    () =>
      `Error in matMul: inner shapes (${inner[0]}) and (${inner[1]}) of Tensors with shapes ${a.shape} and ` +
      `${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, transposeA ? aColumns : aRows, transposeB ? bRows : bColumns];
  return r.record('MatMul', [a, b], { transposeA, transposeB }, { shape, dtype: a.dtype });
}

kernel('BatchMatMul', ({ a, b }, { transposeA = false, transposeB = false }, r) =>
  matMul(r, a!, b!, transposeA, transposeB),
);

kernel('_FusedMatMul', ({ a, b, bias, preluActivationWeights }, attrs, r) => {
  const { transposeA = false, transposeB = false, activation, leakyreluAlpha } = attrs;
  let y = matMul(r, a!, b!, transposeA, transposeB);
  if (bias) y = r.record('Add', [y, bias], {}, { shape: y.shape, dtype: y.dtype });
  return activate(r, y, activation, preluActivationWeights, leakyreluAlpha);
});

/** `value` with its last two axes swapped if `transposed`. */
function operand(e: Emitter, value: Value, transposed: boolean): string {
  const rank = value.shape.length;
  const perm = value.shape.map((_, axis) => axis);
  if (transposed) [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return e.get(value, perm);
}

emitterOf('MatMul', (e, node) => {
  const [a, b] = node.inputs as [Value, Value];
  const { transposeA, transposeB } = node.attrs as { transposeA: boolean; transposeB: boolean };
  const flat = a.shape.length === 2 && b.shape.length === 2 && a.dtype === 'float32';
  const name =
    flat && (transposeA || transposeB)
      ? e.add('Gemm', [e.get(a), e.get(b)], { transA: transposeA, transB: transposeB })
      : e.add('MatMul', [operand(e, a, transposeA), operand(e, b, transposeB)]);
  e.set(node.outputs[0]!, name);
});
