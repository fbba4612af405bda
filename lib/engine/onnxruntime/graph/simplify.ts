import { backend_util, util } from '@tensorflow/tfjs';
import type { Recorder } from './recorder';
import { traitsOf } from './traits';
import type { KernelAttributes, Product, Signature, Value } from './value';

/** Elements above which products are reassociated: below, nothing is gained. */
const LARGE = 1 << 16;

type Record = (op: string, inputs: Value[], attrs: KernelAttributes, output: Signature) => Value;

/** Records a call, or a cheaper one with the same result. */
export function recordSimplified(
  r: Recorder,
  record: Record,
  op: string,
  inputs: Value[],
  attrs: KernelAttributes,
  output: Signature,
): Value {
  if (traitsOf(op).isElementwise && inputs.some(isBroadcast))
    return recordUnexpanded(r, op, inputs, attrs, output);
  if (output.dtype === 'float32') {
    if (op === 'Add' || op === 'Multiply') {
      const same = neutral(inputs as [Value, Value], op === 'Add' ? 0 : 1, output);
      if (same) return same;
    }
    if (op === 'Multiply') return recordProduct(r, record, inputs as [Value, Value], output);
    if (op === 'Sum') return recordSum(r, record, inputs as [Value], attrs, output);
  }
  return record(op, inputs, attrs, output);
}

/** True for a pending copy of a smaller value to a larger shape. */
function isBroadcast(value: Value): boolean {
  return value.data === null && value.producer?.op === 'Expand';
}

/** Computes on the small originals of broadcast inputs; only the result is broadcast, if at all. */
function recordUnexpanded(
  r: Recorder,
  op: string,
  inputs: Value[],
  attrs: KernelAttributes,
  { shape, dtype }: Signature,
): Value {
  const sources = inputs.map((value) => (isBroadcast(value) ? (value.producer?.inputs[0] ?? value) : value));
  const small = sources.reduce<number[]>(
    (all, { shape: own }) => backend_util.assertAndGetBroadcastShape(all, own),
    [],
  );
  const value = r.record(op, sources, attrs, { shape: small, dtype });
  return util.arraysEqual(small, shape) ? value : r.record('Expand', [value], { shape }, { shape, dtype });
}

/** The other operand where one is a scalar that changes nothing; the runtime drops such nodes likewise. */
function neutral([a, b]: [Value, Value], constant: number, { shape }: Signature): Value | null {
  // A running total that happens to be 0 must not make a graph of its own.
  if (util.sizeFromShape(shape) === 1) return null;
  const isNeutral = (value: Value) => value.size === 1 && value.data?.[0] === constant;
  if (isNeutral(b) && util.arraysEqual(a.shape, shape)) return a;
  return isNeutral(a) && util.arraysEqual(b.shape, shape) ? b : null;
}

/** `a * b` with the small factors gathered, so that they cost one pass over a large tensor. */
function recordProduct(r: Recorder, record: Record, [a, b]: [Value, Value], output: Signature): Value {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const mask = other.data === null && other.producer?.op === 'Step' ? other.producer : null;
    const [masked] = mask?.inputs ?? [];
    if (masked && mask?.attrs.alpha === 0 && util.arraysEqual(other.shape, output.shape)) {
      return r.record('MaskPositive', [one, masked], {}, output);
    }
  }
  const size = util.sizeFromShape(output.shape);
  const plain = () => record('Multiply', [a, b], {}, output);
  if (size < LARGE) return plain();
  const isFull = (value: Value) => util.arraysEqual(value.shape, output.shape);
  const isSmall = (value: Value) => value.size * 8 <= size;
  if (isFull(a) && isFull(b)) return withProduct(plain(), joined(r, a.product, b.product, a, b));
  const [full, small] = isFull(a) ? [a, b] : [b, a];
  if (!isFull(full) || !isSmall(small)) return plain();
  const known = full.product;
  const factor = known ? multiply(r, known.small, small) : small;
  const [only, ...others] = known?.fulls ?? [];
  if (known && only && others.length === 0) {
    const value = record('Multiply', [only, factor], {}, output);
    return withProduct(value, { fulls: known.fulls, small: factor });
  }
  return withProduct(plain(), { fulls: known?.fulls ?? [full], small: factor });
}

/** The parts of the product of two full values, if either is a product itself. */
function joined(
  r: Recorder,
  a: Product | null,
  b: Product | null,
  left: Value,
  right: Value,
): Product | null {
  const either = a ?? b;
  if (!either) return null;
  const fulls = [...(a?.fulls ?? [left]), ...(b?.fulls ?? [right])];
  if (fulls.length > 3) return null;
  return { fulls, small: a && b ? multiply(r, a.small, b.small) : either.small };
}

function withProduct(value: Value, product: Product | null): Value {
  value.product = product;
  return value;
}

function multiply(r: Recorder, a: Value, b: Value): Value {
  const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return r.record('Multiply', [a, b], {}, { shape, dtype: 'float32' });
}

/** A sum; factors that are constant along the summed axes are multiplied in afterwards. */
function recordSum(
  r: Recorder,
  record: Record,
  [x]: [Value],
  attrs: KernelAttributes,
  output: Signature,
): Value {
  const { product } = x;
  const axes = attrs.axes as number[];
  if (!product || x.data !== null) return record('Sum', [x], attrs, output);
  const rank = x.shape.length;
  const aligned = [...Array<number>(rank - product.small.shape.length).fill(1), ...product.small.shape];
  if (axes.some((axis) => aligned[axis] !== 1)) return record('Sum', [x], attrs, output);
  const full = [...product.fulls]
    .sort((a, b) => order(a) - order(b))
    .reduce((all, each) => record('Multiply', [all, each], {}, { shape: x.shape, dtype: 'float32' }));
  const sum = record('Sum', [full], attrs, output);
  const kept = attrs.keepDims ? aligned : aligned.filter((_, axis) => !axes.includes(axis));
  return r.record('Multiply', [sum, r.reshape(product.small, kept)], {}, output);
}

/** Canonical order of factors, so that the runtime finds equal products. */
function order(value: Value): number {
  return value.producer?.id ?? -1;
}
