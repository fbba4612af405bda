import type { NumericType } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { float } from '../onnx/model';
import { emitterOf, kernel } from './registry';

type Make = (e: Emitter, x: string, attrs: Record<string, unknown>, dtype: NumericType) => string;

/** ONNX operators with TF.js's meaning, by kernel. */
const SAME: Record<string, string> = {
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Erf: 'Erf',
  Exp: 'Exp',
  Log: 'Log',
  Reciprocal: 'Reciprocal',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tan: 'Tan',
  Tanh: 'Tanh',
  Selu: 'Selu',
};

/** Kernels that compute in float32 whatever comes in. */
const FLOAT: Record<string, Make> = {
  Expm1: (e, x) => e.add('Sub', [e.add('Exp', [x]), e.scalar(1)]),
  Log1p: (e, x) => e.add('Log', [e.add('Add', [x, e.scalar(1)])]),
  Rsqrt: (e, x) => e.add('Reciprocal', [e.add('Sqrt', [x])]),
  Elu: (e, x) => e.add('Elu', [x], { alpha: float(1) }),
  LeakyRelu: (e, x, { alpha }) => e.add('LeakyRelu', [x], { alpha: float(alpha as number) }),
};
for (const [name, op] of Object.entries(SAME)) FLOAT[name] = (e, x) => e.add(op, [x]);

function rounded(e: Emitter, op: string, x: string, dtype: NumericType): string {
  return dtype === 'float32' ? e.add(op, [x]) : e.add('Identity', [x]);
}

/** Kernels that keep the dtype of a number. */
const NUMERIC: Record<string, Make> = {
  Abs: (e, x) => e.add('Abs', [x]),
  Ceil: (e, x, _, dtype) => rounded(e, 'Ceil', x, dtype),
  Floor: (e, x, _, dtype) => rounded(e, 'Floor', x, dtype),
  Round: (e, x, _, dtype) => rounded(e, 'Round', x, dtype),
  Neg: (e, x) => e.add('Neg', [x]),
  Relu: (e, x) => e.add('Relu', [x]),
  Square: (e, x) => e.add('Mul', [x, x]),
};

/** Kernels that answer a question about float elements. */
const QUESTION: Record<string, Make> = {
  IsNan: (e, x) => e.add('IsNaN', [x]),
  IsInf: (e, x) => e.add('IsInf', [x]),
  IsFinite: (e, x) => e.add('Not', [e.add('Or', [e.add('IsInf', [x]), e.add('IsNaN', [x])])]),
};

function unary(name: string, make: Make, result: (dtype: NumericType) => NumericType): void {
  kernel(name, ({ x }, attrs, r) => {
    const dtype = result(x!.dtype);
    const from = dtype === 'bool' ? 'float32' : dtype;
    const input =
      x!.dtype === from ? x! : r.record('Cast', [x!], { dtype: from }, { shape: x!.shape, dtype: from });
    return r.record(name, [input], attrs ?? {}, { shape: x!.shape, dtype });
  });
  emitterOf(name, (e, node) => e.elementwise(node, ([x]) => make(e, x!, node.attrs, node.inputs[0]!.dtype)));
}

for (const [name, make] of Object.entries(FLOAT)) unary(name, make, () => 'float32');
for (const [name, make] of Object.entries(NUMERIC))
  unary(name, make, (dtype) => (dtype === 'bool' ? 'int32' : dtype));
for (const [name, make] of Object.entries(QUESTION)) unary(name, make, () => 'bool');

// NaN has no sign: both comparisons are false.
kernel('Sign', ({ x }, _, r) => r.record('Sign', [x!], {}, { shape: x!.shape, dtype: x!.dtype }));
emitterOf('Sign', (e, node) => {
  const { dtype } = node.inputs[0]!;
  e.elementwise(node, ([x]) => {
    if (dtype === 'bool') return e.add('Identity', [x!]);
    const to = dtype === 'float32' ? 1 : 6;
    const side = (type: string) => e.add('Cast', [e.add(type, [x!, e.scalar(0, dtype)])], { to });
    return e.add('Sub', [side('Greater'), side('Less')]);
  });
});

kernel('Relu6', ({ x }, _, r) =>
  r.record('ClipByValue', [x!], { clipValueMin: 0, clipValueMax: 6 }, { shape: x!.shape, dtype: x!.dtype }),
);
kernel('ClipByValue', ({ x }, { clipValueMin, clipValueMax }, r) =>
  r.record('ClipByValue', [x!], { clipValueMin, clipValueMax }, { shape: x!.shape, dtype: x!.dtype }),
);
emitterOf('ClipByValue', (e, node) => {
  const { dtype } = node.inputs[0]!;
  const { clipValueMin, clipValueMax } = node.attrs as { clipValueMin: number; clipValueMax: number };
  const bound = (value: number) => e.scalar(value, dtype);
  e.elementwise(node, ([x]) => e.add('Clip', [x!, bound(clipValueMin), bound(clipValueMax)]));
});

kernel('Step', ({ x }, { alpha = 0 }, r) =>
  r.record('Step', [x!], { alpha }, { shape: x!.shape, dtype: x!.dtype }),
);
emitterOf('Step', (e, node) => {
  const { dtype } = node.inputs[0]!;
  const { alpha } = node.attrs as { alpha: number };
  e.elementwise(node, ([x]) => {
    // NaN stays NaN, so "not positive" is spelled as x <= 0.
    if (dtype !== 'float32') {
      return e.add('Where', [
        e.add('Greater', [x!, e.scalar(0, dtype)]),
        e.scalar(1, dtype),
        e.scalar(alpha, dtype),
      ]);
    }
    if (alpha === 0) return e.add('Clip', [e.add('Sign', [x!]), e.scalar(0), e.scalar(1)]);
    const positive = e.add('Where', [e.add('Greater', [x!, e.scalar(0)]), e.scalar(1), x!]);
    return e.add('Where', [e.add('LessOrEqual', [x!, e.scalar(0)]), e.scalar(alpha), positive]);
  });
});

kernel('LogicalNot', ({ x }, _, r) => r.record('LogicalNot', [x!], {}, { shape: x!.shape, dtype: 'bool' }));
emitterOf('LogicalNot', (e, node) => e.elementwise(node, ([x]) => e.add('Not', [x!])));

kernel('Cast', ({ x }, { dtype }, r) => r.record('Cast', [x!], { dtype }, { shape: x!.shape, dtype }));
emitterOf('Cast', (e, node) => {
  const to = { float32: 1, int32: 6, bool: 9 }[node.outputs[0]!.dtype];
  e.elementwise(node, ([x]) => e.add('Cast', [x!], { to }));
});
