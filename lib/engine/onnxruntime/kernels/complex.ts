import type * as tf from '@tensorflow/tfjs';
import type { Value } from '../graph/value';
import { binaryOp } from './binary';
import type { HandleKernel, TensorRecorder } from './handles';
import { emitterOf, KERNELS, type KernelInputs } from './registry';

/** Kernels that act on the real and the imaginary part alike. */
const PARTWISE = new Set([
  'Add',
  'AddN',
  'Sub',
  'Neg',
  'Sum',
  'Mean',
  'Slice',
  'StridedSlice',
  'Concat',
  'Pack',
  'Unpack',
  'SplitV',
  'PadV2',
  'Tile',
  'Reverse',
  'Transpose',
  'GatherV2',
  'GatherNd',
  'ZerosLike',
  'Select',
  'BroadcastTo',
]);

/** Real and imaginary part of a tensor; a real tensor's imaginary part is zero. */
function parts(backend: TensorRecorder, info: tf.TensorInfo): [Value, Value] {
  const complex = backend.partsOf(info);
  if (complex) return complex;
  const real = KERNELS.get('Cast')!({ x: backend.valueOf(info)! }, { dtype: 'float32' }, backend) as Value;
  const zero = KERNELS.get('ZerosLike')!({ x: real }, {}, backend) as Value;
  return [real, zero];
}

/** Runs a kernel on complex inputs. @returns null if the kernel does not know complex numbers */
export function runOnComplex(
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: unknown,
  backend: TensorRecorder,
): tf.TensorInfo | tf.TensorInfo[] | null {
  const real: KernelInputs = {};
  const imaginary: KernelInputs = {};
  for (const [key, info] of Object.entries(inputs)) {
    if (!info) continue;
    if (key === 'condition' || key === 'indices') real[key] = imaginary[key] = backend.valueOf(info)!;
    else [real[key], imaginary[key]] = parts(backend, info);
  }
  if (PARTWISE.has(name)) {
    const run = (part: KernelInputs) => [KERNELS.get(name)!(part, attrs, backend)].flat();
    const [a, b] = [run(real), run(imaginary)];
    const results = a.map((value, i) => backend.complexHandle(value, b[i]!));
    return ['Unpack', 'SplitV'].includes(name) ? results : results[0]!;
  }
  const op = (kernelName: string, x: Value, y: Value) => binaryOp(backend, kernelName, x, y);
  const [a, b] = [real.a ?? real.x!, real.b!];
  const [ai, bi] = [imaginary.a ?? imaginary.x!, imaginary.b!];
  if (name === 'OnesLike') {
    const fill = (kernelName: string) => KERNELS.get(kernelName)!({ x: a }, {}, backend) as Value;
    return backend.complexHandle(fill('OnesLike'), fill('ZerosLike'));
  }
  if (name === 'Multiply' || name === 'Square') {
    const [c, ci] = name === 'Square' ? [a, ai] : [b, bi];
    const re = op('Sub', op('Multiply', a, c), op('Multiply', ai, ci));
    return backend.complexHandle(re, op('Add', op('Multiply', a, ci), op('Multiply', ai, c)));
  }
  if (name === 'Equal' || name === 'NotEqual') {
    const [first, second] = [op(name, a, b), op(name, ai, bi)];
    return backend.handle(op(name === 'Equal' ? 'LogicalAnd' : 'LogicalOr', first, second));
  }
  return null;
}

/** Discrete Fourier transform over the last axis. */
function fourier(inverse: boolean): HandleKernel {
  return ({ input }, _, backend) => {
    const [re, im] = parts(backend, input!);
    const shape = [re.size / re.shape.at(-1)!, re.shape.at(-1)!];
    const flat = [backend.reshape(re, shape), backend.reshape(im, shape)];
    const outputs = [
      { shape, dtype: 'float32' as const },
      { shape, dtype: 'float32' as const },
    ];
    const [a, b] = backend.recordMany('Fourier', flat, { inverse }, outputs) as [Value, Value];
    return backend.complexHandle(backend.reshape(a, input!.shape), backend.reshape(b, input!.shape));
  };
}
emitterOf('Fourier', (e, node) => {
  const [re, im] = node.inputs as [Value, Value];
  const [batch, length] = re.shape as [number, number];
  const pair = [re, im].map((part) => e.reshape(e.get(part), [batch, length, 1]));
  const x = e.add('Concat', pair, { axis: 2 });
  const y = e.add('DFT', [x, '', e.int(1)], { inverse: node.attrs.inverse as boolean });
  const [a, b] = e.addMany('Split', [y, e.ints([1, 1])], 2, { axis: 2 });
  e.set(node.outputs[0]!, e.reshape(a!, [batch, length]));
  e.set(node.outputs[1]!, e.reshape(b!, [batch, length]));
});

// The larger part is taken out of the square root, so that tiny and huge numbers neither vanish nor overflow.
emitterOf('Hypot', (e, node) => {
  e.elementwise(node, ([re, im]) => {
    const [a, b] = [e.add('Abs', [re!]), e.add('Abs', [im!])];
    const [large, small] = [e.add('Max', [a, b]), e.add('Min', [a, b])];
    const zero = e.add('Equal', [large, e.scalar(0)]);
    const ratio = e.add('Div', [small, e.add('Where', [zero, e.scalar(1), large])]);
    const root = e.add('Sqrt', [e.add('Add', [e.add('Mul', [ratio, ratio]), e.scalar(1)])]);
    return e.add('Mul', [large, root]);
  });
});

/** Kernels that make complex tensors or take them apart. */
export const COMPLEX_KERNELS: Record<string, HandleKernel> = {
  Complex: ({ real, imag }, _, backend) =>
    backend.complexHandle(backend.valueOf(real!)!, backend.valueOf(imag!)!),
  Real: ({ input }, _, backend) => backend.handle(parts(backend, input!)[0]),
  Imag: ({ input }, _, backend) => backend.handle(parts(backend, input!)[1]),
  ComplexAbs: ({ x }, _, backend) => {
    const [re, im] = parts(backend, x!);
    return backend.handle(backend.record('Hypot', [re, im], {}, { shape: re.shape, dtype: 'float32' }));
  },
  FFT: fourier(false),
  IFFT: fourier(true),
  Cast: ({ x }, { dtype }, backend) => {
    if (dtype === 'complex64') {
      if (x!.dtype === 'complex64') return backend.alias(x!, x!.shape);
      return backend.complexHandle(...parts(backend, x!));
    }
    const value = x!.dtype === 'complex64' ? parts(backend, x!)[0] : backend.valueOf(x!);
    if (!value) throw new Error(`Error in Cast: failed to cast ${x!.dtype} to ${dtype}`);
    if (x!.dtype === dtype) return backend.alias(x!, x!.shape);
    if (value.dtype === dtype) return backend.handle(value);
    if (!['float32', 'int32', 'bool'].includes(dtype))
      throw new Error(`Error in Cast: failed to cast ${x!.dtype} to ${dtype}`);
    return backend.handle(KERNELS.get('Cast')!({ x: value }, { dtype }, backend) as Value);
  },
};
