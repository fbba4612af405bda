import { backend_util } from '@tensorflow/tfjs';
import type { Recorder } from '../graph/recorder';
import type { NumericType, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { ONNX_TYPE } from '../onnx/model';
import { emitterOf, kernel } from './registry';

type Make = (e: Emitter, a: string, b: string, dtype: NumericType) => string;

/** `x` as `dtype`. */
export function cast(r: Recorder, x: Value, dtype: NumericType): Value {
  return x.dtype === dtype ? x : r.record('Cast', [x], { dtype }, { shape: x.shape, dtype });
}

const ARITHMETIC: Record<string, Make> = {
  Add: (e, a, b) => e.add('Add', [a, b]),
  Sub: (e, a, b) => e.add('Sub', [a, b]),
  Multiply: (e, a, b) => e.add('Mul', [a, b]),
  RealDiv: (e, a, b) => e.add('Div', [a, b]),
  Maximum: (e, a, b) => e.add('Max', [a, b]),
  Minimum: (e, a, b) => e.add('Min', [a, b]),
  Pow: (e, a, b) => e.add('Pow', [a, b]),
  SquaredDifference: (e, a, b) => {
    const difference = e.add('Sub', [a, b]);
    return e.add('Mul', [difference, difference]);
  },
  FloorDiv: (e, a, b, dtype) => {
    if (dtype === 'float32') return e.add('Floor', [e.add('Div', [a, b])]);
    // int32 -> float64 holds every quotient's floor exactly.
    const wide = (x: string) => e.add('Cast', [x], { to: 11 });
    return e.add('Cast', [e.add('Floor', [e.add('Div', [wide(a), wide(b)])])], { to: 6 });
  },
  Mod: (e, a, b, dtype) => {
    if (dtype !== 'float32') return e.add('Mod', [a, b]);
    const rest = e.add('Mod', [a, b], { fmod: 1 });
    return e.add('Mod', [e.add('Add', [rest, b]), b], { fmod: 1 });
  },
  // Outside the right half plane the angle is half a turn away, on the side of y's sign.
  Atan2: (e, y, x) => {
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
  Prelu: (e, a, b) => e.add('PRelu', [a, b]),
};

const COMPARISON: Record<string, Make> = {
  Equal: (e, a, b) => e.add('Equal', [a, b]),
  NotEqual: (e, a, b) => e.add('Not', [e.add('Equal', [a, b])]),
  Greater: (e, a, b) => e.add('Greater', [a, b]),
  GreaterEqual: (e, a, b) => e.add('GreaterOrEqual', [a, b]),
  Less: (e, a, b) => e.add('Less', [a, b]),
  LessEqual: (e, a, b) => e.add('LessOrEqual', [a, b]),
};

const LOGIC: Record<string, Make> = {
  LogicalAnd: (e, a, b) => e.add('And', [a, b]),
  LogicalOr: (e, a, b) => e.add('Or', [a, b]),
  LogicalXor: (e, a, b) => e.add('Xor', [a, b]),
};

/** Common dtype of two operands. */
function common(a: Value, b: Value): NumericType {
  if (a.dtype === 'float32' || b.dtype === 'float32') return 'float32';
  return a.dtype === 'int32' || b.dtype === 'int32' ? 'int32' : 'bool';
}

/** Shape of `a` broadcast with `b`. */
export function broadcast(a: Value, b: Value): number[] {
  return backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
}

/** Records a binary node by kernel name on values of any dtype. */
export function binaryOp(r: Recorder, name: string, a: Value, b: Value): Value {
  const dtype = common(a, b);
  const shape = broadcast(a, b);
  if (LOGIC[name])
    return r.record(name, [cast(r, a, 'bool'), cast(r, b, 'bool')], {}, { shape, dtype: 'bool' });
  const operand = dtype === 'bool' ? 'int32' : dtype;
  const inputs = [cast(r, a, operand), cast(r, b, operand)];
  if (COMPARISON[name]) return r.record(name, inputs, {}, { shape, dtype: 'bool' });
  return cast(r, r.record(name, inputs, {}, { shape, dtype: operand }), dtype);
}

for (const [name, make] of Object.entries({ ...ARITHMETIC, ...COMPARISON, ...LOGIC })) {
  kernel(name, (inputs, _, r) => binaryOp(r, name, (inputs.a ?? inputs.x)!, (inputs.b ?? inputs.alpha)!));
  emitterOf(name, (e, node) => {
    e.elementwise(node, ([a, b]) => make(e, a!, b!, node.inputs[0]!.dtype));
  });
}

kernel('AddN', (inputs, _, r) => Object.values(inputs).reduce((sum, x) => binaryOp(r, 'Add', sum, x)));

kernel('Select', ({ condition, t, e }, _, r) => {
  let mask = condition!;
  if (mask.shape.length === 1 && t!.shape.length > 1) {
    mask = r.reshape(mask, [mask.shape[0]!, ...Array<number>(t!.shape.length - 1).fill(1)]);
  }
  return r.record(
    'Select',
    [cast(r, mask, 'bool'), t!, cast(r, e!, t!.dtype)],
    {},
    { shape: t!.shape, dtype: t!.dtype },
  );
});
emitterOf('Select', (e, node) => {
  const byte = node.outputs[0]!.dtype === 'bool';
  e.elementwise(node, ([mask, yes, no]) => {
    if (!byte) return e.add('Where', [mask!, yes!, no!]);
    return e.add('Or', [e.add('And', [mask!, yes!]), e.add('And', [e.add('Not', [mask!]), no!])]);
  });
});

kernel('EluGrad', ({ dy, y }, _, r) =>
  r.record('EluGrad', [dy!, y!], {}, { shape: y!.shape, dtype: 'float32' }),
);
emitterOf('EluGrad', (e, node) =>
  e.elementwise(node, ([dy, y]) => {
    const below = e.add('Mul', [dy!, e.add('Add', [y!, e.scalar(1)])]);
    return e.add('Where', [e.add('GreaterOrEqual', [y!, e.scalar(0)]), dy!, below]);
  }),
);

// dy * step(x). A multiplication passes over signs at random three times as fast as a selection does.
emitterOf('MaskPositive', (e, node) =>
  e.elementwise(node, ([dy, x]) => {
    const mask = e.add('Cast', [e.add('Greater', [x!, e.scalar(0)])], { to: ONNX_TYPE.float32 });
    return e.add('Mul', [dy!, mask]);
  }),
);
