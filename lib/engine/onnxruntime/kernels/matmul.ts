import { broadcast_util, util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import { allocate, type Emittable, type Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { add } from './binary';
import { cast } from './cast';
import { activate, type Inputs, operation } from './registry';

type MatMulAttrs = { transposeA: boolean; transposeB: boolean };

function matMul(r: Recorder, a: Value, b: Value, attrs: MatMulAttrs): Value {
  const { transposeA, transposeB } = attrs;
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
  const dtype = a.dtype === 'bool' ? 'int32' : a.dtype;
  // A sum of nothing; the runtime leaves such a result as it finds the memory.
  if (inner[0] === 0) return r.concrete(allocate(a.dtype, util.sizeFromShape(shape)), shape, a.dtype);
  return cast(
    r,
    r.record('MatMul', [cast(r, a, dtype), cast(r, b, dtype)], attrs, { shape, dtype }),
    a.dtype,
  );
}

operation({
  name: 'BatchMatMul',
  record: ({ a, b }: Inputs<'a' | 'b'>, { transposeA = false, transposeB = false }, r) =>
    matMul(r, a, b, { transposeA, transposeB }),
});

operation({
  name: '_FusedMatMul',
  record(inputs: Inputs<'a' | 'b', 'bias' | 'preluActivationWeights'>, attrs, r) {
    const { a, b, bias, preluActivationWeights } = inputs;
    const { transposeA = false, transposeB = false, activation, leakyreluAlpha } = attrs;
    let y = matMul(r, a, b, { transposeA, transposeB });
    if (bias) y = add(r, y, cast(r, bias, y.dtype));
    return activate(r, y, activation, preluActivationWeights, leakyreluAlpha);
  },
});

/** `value` with its last two axes swapped if `transposed`. */
function operand(e: Emitter, value: Value, transposed: boolean): string {
  const axes = value.shape.map((_, axis) => axis);
  const [rows, columns] = axes.slice(-2);
  if (!transposed || rows === undefined || columns === undefined) return e.get(value);
  return e.get(value, [...axes.slice(0, -2), columns, rows]);
}

operation({
  name: 'MatMul',
  weightsFrom: 0,
  multiplyAdds: contraction,
  emit(e, { inputs: [a, b], attrs, outputs: [out] }: Emittable<[Value, Value], MatMulAttrs>) {
    const { transposeA, transposeB } = attrs;
    const flat = a.shape.length === 2 && b.shape.length === 2 && a.dtype === 'float32';
    const name =
      flat && (transposeA || transposeB)
        ? e.add('Gemm', [e.get(a), e.get(b)], { transA: transposeA, transB: transposeB })
        : e.add('MatMul', [operand(e, a, transposeA), operand(e, b, transposeB)]);
    e.set(out, name);
  },
});

/** Multiply-adds, roughly, of an operation that sums products with the elements of its second input. */
export function contraction({ inputs, outputs }: Pick<Emittable, 'inputs' | 'outputs'>): number {
  return outputs[0].size * (inputs[1]?.size ?? 0);
}
