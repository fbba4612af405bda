import type { NumericType } from '../graph/value';
import { float, ONNX_TYPE } from '../onnx/model';
import { cast } from './cast';
import { type Inputs, type Operation, operation } from './registry';

/** Defines a kernel of one input. @param result dtype of the result for the input's */
function unary(its: Operation, result: (dtype: NumericType) => NumericType): void {
  operation({
    record({ x }: Inputs<'x'>, attrs, r) {
      const dtype = result(x.dtype);
      const input = cast(r, x, dtype === 'bool' ? 'float32' : dtype);
      return r.record(its.name, [input], attrs ?? {}, { shape: x.shape, dtype });
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
inFloat({ name: 'Expm1', elementwise: (e, _, x) => e.add('Sub', [e.add('Exp', [x]), e.scalar(1)]) });
inFloat({ name: 'Log1p', elementwise: (e, _, x) => e.add('Log', [e.add('Add', [x, e.scalar(1)])]) });
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

operation({
  name: 'Relu6',
  activation: 'relu6',
  record: ({ x }: Inputs<'x'>, _, r) => r.record('ClipByValue', [x], { clipValueMin: 0, clipValueMax: 6 }, x),
});

operation({
  name: 'ClipByValue',
  record: ({ x }: Inputs<'x'>, { clipValueMin, clipValueMax }, r) =>
    r.record('ClipByValue', [x], { clipValueMin, clipValueMax }, x),
  elementwise(e, { attrs, outputs: [{ dtype }] }, x) {
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    return e.add('Clip', [x, e.scalar(clipValueMin, dtype), e.scalar(clipValueMax, dtype)]);
  },
});

operation({
  name: 'Step',
  record: ({ x }: Inputs<'x'>, { alpha = 0 }, r) => r.record('Step', [x], { alpha }, x),
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
