import type { Recorder } from '../graph/recorder';
import type { KernelAttributes, NumericType, Value } from '../graph/value';
import { float, ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { type Inputs, type Operation, operation } from './registry';

/** Defines a kernel of one input. @param result dtype of the result for the input's */
function unary(its: Operation, result: (dtype: NumericType) => NumericType): void {
  operation({
    record({ x }: Inputs<'x'>, attrs, r) {
      const dtype = result(x.dtype);
      const input = cast(r, x, dtype === 'bool' ? 'float32' : dtype);
      const value = r.record(its.name, [input], attrs ?? {}, { shape: x.shape, dtype });
      return x.dtype === 'bool' && dtype === 'int32' ? cast(r, value, 'bool') : value;
    },
    ...its,
  });
}

/** A kernel that computes in float32 whatever comes in. */
const inFloat = (its: Operation) => unary(its, () => 'float32');
/** A kernel that keeps the dtype of a number. */
const inOwnType = (its: Operation) => unary(its, (dtype) => (dtype === 'bool' ? 'int32' : dtype));
/** A kernel that answers a question about float elements. */
const question = (its: Operation) => unary(its, () => 'bool');

// ONNX operators with TF.js's name and meaning.
for (const name of ['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cos', 'Cosh', 'Erf', 'Exp', 'Log'])
  inFloat({ name, elementwise: name });
for (const name of ['Reciprocal', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh', 'Selu'])
  inFloat({ name, elementwise: name });
inFloat({ name: 'Sigmoid', activation: 'sigmoid', elementwise: 'Sigmoid' });
// Kahan's way: what rounding exp(x) or 1 + x loses is divided out again.
inFloat({
  name: 'Expm1',
  elementwise(e, _, x) {
    const [u, one] = [e.add('Exp', [x]), e.scalar(1)];
    const less = e.add('Sub', [u, one]);
    const corrected = e.add('Mul', [less, e.add('Div', [x, e.add('Log', [u])])]);
    const far = e.add('Greater', [e.add('Abs', [x]), e.scalar(10)]); // where 1 hardly counts, infinities too
    return e.add('Where', [e.add('Equal', [u, one]), x, e.add('Where', [far, less, corrected])]);
  },
});
inFloat({
  name: 'Log1p',
  elementwise(e, _, x) {
    const [u, one] = [e.add('Add', [x, e.scalar(1)]), e.scalar(1)];
    const log = e.add('Log', [u]);
    const corrected = e.add('Mul', [log, e.add('Div', [x, e.add('Sub', [u, one])])]);
    const far = e.add('Greater', [x, e.scalar(1e7)]);
    return e.add('Where', [e.add('Equal', [u, one]), x, e.add('Where', [far, log, corrected])]);
  },
});
inFloat({ name: 'Rsqrt', elementwise: (e, _, x) => e.add('Reciprocal', [e.add('Sqrt', [x])]) });
inFloat({
  name: 'Elu',
  activation: 'elu',
  elementwise: (e, _, x) => e.add('Elu', [x], { alpha: float(1) }),
});
inFloat({
  name: 'LeakyRelu',
  activation: 'leakyrelu',
  elementwise: (e, { attrs }, x) => e.add('LeakyRelu', [x], { alpha: float(attrs.alpha as number) }),
});

inOwnType({ name: 'Abs', elementwise: 'Abs' });
inOwnType({ name: 'Neg', complex: 'partwise', elementwise: 'Neg' });
inOwnType({ name: 'Relu', activation: 'relu', elementwise: 'Relu' });
for (const name of ['Ceil', 'Floor', 'Round']) {
  inOwnType({
    name,
    elementwise: (e, { outputs: [out] }, x) => e.add(out.dtype === 'float32' ? name : 'Identity', [x]),
  });
}

question({ name: 'IsNan', elementwise: 'IsNaN' });
question({ name: 'IsInf', elementwise: 'IsInf' });
question({
  name: 'IsFinite',
  elementwise: (e, _, x) => e.add('Not', [e.add('Or', [e.add('IsInf', [x]), e.add('IsNaN', [x])])]),
});

operation({
  name: 'Sign',
  record: ({ x }: Inputs<'x'>, _, r) => r.record('Sign', [x], {}, x),
  // NaN has no sign: both comparisons are false.
  elementwise(e, { outputs: [{ dtype }] }, x) {
    if (dtype === 'bool') return e.add('Identity', [x]);
    const side = (type: string) =>
      e.add('Cast', [e.add(type, [x, e.scalar(0, dtype)])], { to: ONNX_TYPE[dtype] });
    return e.add('Sub', [side('Greater'), side('Less')]);
  },
});

/** Records a call on numbers; booleans are computed as 0 and 1. */
function onNumbers(r: Recorder, op: string, x: Value, attrs: KernelAttributes): Value {
  const numbers = cast(r, x, x.dtype === 'bool' ? 'int32' : x.dtype);
  return cast(r, r.record(op, [numbers], attrs, numbers), x.dtype);
}

operation({
  name: 'Relu6',
  activation: 'relu6',
  record: ({ x }: Inputs<'x'>, _, r) => onNumbers(r, 'ClipByValue', x, { clipValueMin: 0, clipValueMax: 6 }),
});

operation({
  name: 'ClipByValue',
  record: ({ x }: Inputs<'x'>, { clipValueMin, clipValueMax }, r) =>
    onNumbers(r, 'ClipByValue', x, { clipValueMin, clipValueMax }),
  elementwise(e, { attrs, outputs: [{ dtype }] }, x) {
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    // int32 has no infinities
    const bound = (value: number) =>
      e.scalar(dtype === 'int32' ? Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), value)) : value, dtype);
    return e.add('Clip', [x, bound(clipValueMin), bound(clipValueMax)]);
  },
});

operation({
  name: 'Step',
  record: ({ x }: Inputs<'x'>, { alpha = 0 }, r) => onNumbers(r, 'Step', x, { alpha }),
  elementwise(e, { attrs, outputs: [{ dtype }] }, x) {
    const alpha = attrs.alpha as number;
    const zero = e.scalar(0, dtype);
    if (dtype !== 'float32')
      return e.add('Where', [e.add('Greater', [x, zero]), e.scalar(1, dtype), e.scalar(alpha, dtype)]);
    if (alpha === 0) return e.add('Clip', [e.add('Sign', [x]), zero, e.scalar(1)]);
    // NaN stays NaN, so "not positive" is spelled as x <= 0.
    const positive = e.add('Where', [e.add('Greater', [x, zero]), e.scalar(1), x]);
    return e.add('Where', [e.add('LessOrEqual', [x, zero]), e.scalar(alpha), positive]);
  },
});

operation({
  name: 'LogicalNot',
  record: ({ x }: Inputs<'x'>, _, r) => r.record('LogicalNot', [x], {}, { shape: x.shape, dtype: 'bool' }),
  elementwise: 'Not',
});
