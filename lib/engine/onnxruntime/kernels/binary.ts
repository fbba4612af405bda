import { backend_util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { NumericType, Value } from '../graph/value';
import { doubleToInt32, int32FloorDiv, int32Mod, int32ToDouble } from '../onnx/integers';
import { ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { type Inputs, type Operation, operation, type Parts } from './registry';

/** Common dtype of two operands. */
function common(a: Value, b: Value): NumericType {
  if (a.dtype === 'float32' || b.dtype === 'float32') return 'float32';
  return a.dtype === 'int32' || b.dtype === 'int32' ? 'int32' : 'bool';
}

/** Shape of `a` broadcast with `b`. */
function broadcast(a: Value, b: Value): number[] {
  return backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
}

/** Records `a op b` of numbers; bool counts as int32. */
function recordBinary(r: Recorder, op: string, a: Value, b: Value): Value {
  const dtype = common(a, b);
  const operand = dtype === 'bool' ? 'int32' : dtype;
  const inputs = [cast(r, a, operand), cast(r, b, operand)];
  return cast(r, r.record(op, inputs, {}, { shape: broadcast(a, b), dtype: operand }), dtype);
}

/** Records a comparison. */
function recordComparison(r: Recorder, op: string, a: Value, b: Value): Value {
  const dtype = common(a, b);
  const operand = dtype === 'bool' ? 'int32' : dtype;
  const inputs = [cast(r, a, operand), cast(r, b, operand)];
  return r.record(op, inputs, {}, { shape: broadcast(a, b), dtype: 'bool' });
}

/** Records a logical operation. */
function recordLogic(r: Recorder, op: string, a: Value, b: Value): Value {
  const inputs = [cast(r, a, 'bool'), cast(r, b, 'bool')];
  return r.record(op, inputs, {}, { shape: broadcast(a, b), dtype: 'bool' });
}

/** `a + b` of any dtypes. */
export const add = (r: Recorder, a: Value, b: Value) => recordBinary(r, 'Add', a, b);
/** `a - b` of any dtypes. */
export const subtract = (r: Recorder, a: Value, b: Value) => recordBinary(r, 'Sub', a, b);
/** `a * b` of any dtypes. */
export const multiply = (r: Recorder, a: Value, b: Value) => recordBinary(r, 'Multiply', a, b);
/** `a / b` of any dtypes. */
export const divide = (r: Recorder, a: Value, b: Value) => recordBinary(r, 'RealDiv', a, b);
/** `a ** b` of any dtypes. */
export const power = (r: Recorder, a: Value, b: Value) => recordBinary(r, 'Pow', a, b);

const defining =
  (record: typeof recordBinary) =>
  (its: Operation): void =>
    operation({ record: ({ a, b }: Inputs<'a' | 'b'>, _, r) => record(r, its.name, a, b), ...its });

const arithmetic = defining(recordBinary);
const comparison = defining(recordComparison);
const logic = defining(recordLogic);

/** The product of two complex numbers. */
function complexProduct(r: Recorder, [a, ai]: Parts, [b, bi]: Parts): Parts {
  return [
    subtract(r, multiply(r, a, b), multiply(r, ai, bi)),
    add(r, multiply(r, a, bi), multiply(r, ai, b)),
  ];
}

arithmetic({ name: 'Add', elementwise: 'Add', complex: 'partwise' });
arithmetic({ name: 'Sub', elementwise: 'Sub', complex: 'partwise' });
arithmetic({
  name: 'Multiply',
  elementwise: 'Mul',
  complex: (r, { a, b }: Inputs<'a' | 'b'>, { a: ai, b: bi }: Inputs<'a' | 'b'>) =>
    complexProduct(r, [a, ai], [b, bi]),
});
arithmetic({
  name: 'RealDiv',
  elementwise: (e, { outputs: [{ dtype }] }, a, b) =>
    dtype === 'float32' ? e.add('Div', [a, b]) : int32FloorDiv(e, a, b),
});
arithmetic({ name: 'Maximum', elementwise: 'Max' });
arithmetic({ name: 'Minimum', elementwise: 'Min' });
arithmetic({
  name: 'Pow',
  elementwise(e, { outputs: [{ dtype }] }, a, b) {
    if (dtype === 'float32') return e.add('Pow', [a, b]);
    return doubleToInt32(e, e.add('Pow', [int32ToDouble(e, a), int32ToDouble(e, b)]));
  },
});
arithmetic({
  name: 'SquaredDifference',
  elementwise(e, _, a, b) {
    const difference = e.add('Sub', [a, b]);
    return e.add('Mul', [difference, difference]);
  },
});
arithmetic({
  name: 'FloorDiv',
  record({ a, b }: Inputs<'a' | 'b'>, _, r) {
    return cast(r, recordBinary(r, 'FloorDiv', a, b), 'int32');
  },
  elementwise(e, { outputs: [{ dtype }] }, a, b) {
    if (dtype === 'float32') return e.add('Floor', [e.add('Div', [a, b])]);
    return int32FloorDiv(e, a, b);
  },
});
arithmetic({
  name: 'Mod',
  elementwise(e, { outputs: [{ dtype }] }, a, b) {
    if (dtype !== 'float32') return int32Mod(e, a, b);
    const rest = e.add('Mod', [a, b], { fmod: 1 });
    const negative = (x: string) => e.add('Less', [x, e.scalar(0)]);
    const alike = e.add('Equal', [negative(a), negative(b)]);
    return e.add('Where', [alike, rest, e.add('Mod', [e.add('Add', [rest, b]), b], { fmod: 1 })]);
  },
});
arithmetic({
  name: 'Atan2',
  record({ a, b }: Inputs<'a' | 'b'>, _, r) {
    const [y, x] = [cast(r, a, 'float32'), cast(r, b, 'float32')];
    const angle = r.record('Atan2', [y, x], {}, { shape: broadcast(a, b), dtype: 'float32' });
    return cast(r, angle, common(a, b));
  },
  // Outside the right half plane the angle is half a turn away, on the side of y's sign.
  elementwise(e, _, y, x) {
    const angle = e.add('Atan', [e.add('Div', [y, x])]);
    const below = e.add('Or', [
      e.add('Less', [y, e.scalar(0)]),
      e.add('IsInf', [e.add('Reciprocal', [y])], { detect_positive: 0 }),
    ]);
    const turn = e.add('Where', [below, e.scalar(-Math.PI), e.scalar(Math.PI)]);
    const left = e.add('Less', [x, e.scalar(0)]);
    const turned = e.add('Where', [left, e.add('Add', [angle, turn]), angle]);
    // 0 / 0: the angle of the origin is 0 for TF.js.
    const origin = e.add('And', [e.add('Equal', [x, e.scalar(0)]), e.add('Equal', [y, e.scalar(0)])]);
    return e.add('Where', [origin, y, turned]);
  },
});
operation({
  name: 'Prelu',
  activation: 'prelu',
  record: ({ x, alpha }: Inputs<'x' | 'alpha'>, _, r) => recordBinary(r, 'Prelu', x, alpha),
  emit: (e, node) => e.elementwise(node, (...names) => e.add('PRelu', names)),
});

for (const [name, combine] of [
  ['Equal', 'LogicalAnd'],
  ['NotEqual', 'LogicalOr'],
] as const) {
  comparison({
    name,
    elementwise(e, _, a, b) {
      const equal = e.add('Equal', [a, b]);
      return name === 'Equal' ? equal : e.add('Not', [equal]);
    },
    complex: (r, { a, b }: Inputs<'a' | 'b'>, { a: ai, b: bi }: Inputs<'a' | 'b'>) =>
      recordLogic(r, combine, recordComparison(r, name, a, b), recordComparison(r, name, ai, bi)),
  });
}
comparison({ name: 'Greater', elementwise: 'Greater' });
comparison({ name: 'GreaterEqual', elementwise: 'GreaterOrEqual' });
comparison({ name: 'Less', elementwise: 'Less' });
comparison({ name: 'LessEqual', elementwise: 'LessOrEqual' });

logic({ name: 'LogicalAnd', elementwise: 'And' });
logic({ name: 'LogicalOr', elementwise: 'Or' });
logic({ name: 'LogicalXor', elementwise: 'Xor' });

operation({
  name: 'AddN',
  record: (inputs, _, r) => Object.values(inputs as Record<string, Value>).reduce((sum, x) => add(r, sum, x)),
  complex: 'partwise',
});

operation({
  name: 'Square',
  record({ x }: Inputs<'x'>, _, r) {
    const dtype = x.dtype === 'bool' ? 'int32' : x.dtype;
    return r.record('Square', [cast(r, x, dtype)], {}, { shape: x.shape, dtype });
  },
  elementwise: (e, _, x) => e.add('Mul', [x, x]),
  complex: (r, { x }: Inputs<'x'>, { x: xi }: Inputs<'x'>) => complexProduct(r, [x, xi], [x, xi]),
});

operation({
  name: 'Select',
  record({ condition, t, e }: Inputs<'condition' | 't' | 'e'>, _, r) {
    const isVector = condition.shape.length === 1 && t.shape.length > 1;
    const mask = isVector
      ? r.reshape(condition, [condition.size, ...t.shape.slice(1).map(() => 1)])
      : condition;
    return r.record('Select', [cast(r, mask, 'bool'), t, cast(r, e, t.dtype)], {}, t);
  },
  complex: 'partwise',
  elementwise(e, { outputs: [{ dtype }] }, mask, yes, no) {
    if (dtype !== 'bool') return e.add('Where', [mask, yes, no]);
    return e.add('Or', [e.add('And', [mask, yes]), e.add('And', [e.add('Not', [mask]), no])]);
  },
});

operation({
  name: 'EluGrad',
  record: ({ dy, y }: Inputs<'dy' | 'y'>, _, r) =>
    r.record('EluGrad', [dy, y], {}, { shape: y.shape, dtype: 'float32' }),
  elementwise(e, _, dy, y) {
    const below = e.add('Mul', [dy, e.add('Add', [y, e.scalar(1)])]);
    return e.add('Where', [e.add('GreaterOrEqual', [y, e.scalar(0)]), dy, below]);
  },
});

operation({
  name: 'MaskPositive',
  // dy * step(x). A multiplication passes over signs at random three times as fast as a selection does.
  elementwise(e, _, dy, x) {
    const mask = e.add('Cast', [e.add('Greater', [x, e.scalar(0)])], { to: ONNX_TYPE.float32 });
    return e.add('Mul', [dy, mask]);
  },
});
