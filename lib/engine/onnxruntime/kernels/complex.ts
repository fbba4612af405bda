import type * as tf from '@tensorflow/tfjs';
import { zip } from '../graph/lists';
import type { Recorder } from '../graph/recorder';
import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { call, type Handles, operation, operationOf, type Parts, type TensorRecorder } from './registry';

/** Inputs that say which elements are meant: the same for both parts. */
const SHARED_INPUTS = ['condition', 'indices'];

/** Real and imaginary part of a tensor; a real tensor's imaginary part is zero. @throws of strings */
export function partsOf(r: TensorRecorder, tensor: tf.TensorInfo): Parts {
  const complex = r.partsOf(tensor);
  if (complex) return complex;
  const real = call(r, 'Cast', { x: numbersOf(r, tensor) }, { dtype: 'float32' });
  return [real, call(r, 'ZerosLike', { x: real })];
}

function numbersOf(r: TensorRecorder, tensor: tf.TensorInfo): Value {
  const value = r.valueOf(tensor);
  if (!value) throw new Error(`expected a numeric tensor, received ${tensor.dtype}`);
  return value;
}

/** Runs a kernel on complex inputs. @returns null if the kernel does not know complex numbers */
export function runOnComplex(
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: unknown,
  r: TensorRecorder,
): tf.TensorInfo | tf.TensorInfo[] | null {
  const { complex, record } = operationOf(name) ?? {};
  if (!complex || !record) return null;
  const real: Record<string, Value> = {};
  const imaginary: Record<string, Value> = {};
  for (const [key, info] of Object.entries(inputs)) {
    if (!info) continue;
    if (SHARED_INPUTS.includes(key)) real[key] = imaginary[key] = numbersOf(r, info);
    else [real[key], imaginary[key]] = partsOf(r, info);
  }
  if (complex !== 'partwise') {
    const out = complex(r, real, imaginary);
    return Array.isArray(out) ? r.complexHandle(...out) : r.handle(out);
  }
  const [a, b] = [record(real, attrs, r), record(imaginary, attrs, r)];
  if (!Array.isArray(a) || !Array.isArray(b)) return r.complexHandle(a as Value, b as Value);
  return zip<Parts>(a, b).map((parts) => r.complexHandle(...parts));
}

operation({
  name: 'Complex',
  handles: ({ real, imag }: Handles<'real' | 'imag'>, _, r) =>
    r.complexHandle(numbersOf(r, real), numbersOf(r, imag)),
});
operation({
  name: 'Real',
  handles: ({ input }: Handles<'input'>, _, r) => r.handle(partsOf(r, input)[0]),
});
operation({
  name: 'Imag',
  handles: ({ input }: Handles<'input'>, _, r) => r.handle(partsOf(r, input)[1]),
});
operation({
  name: 'ComplexAbs',
  handles({ x }: Handles<'x'>, _, r) {
    const [re, im] = partsOf(r, x);
    return r.handle(r.record('Hypot', [re, im], {}, { shape: re.shape, dtype: 'float32' }));
  },
});

operation({
  name: 'Hypot',
  // The larger part is taken out of the square root, so that tiny and huge numbers neither vanish nor overflow.
  emit(e, node) {
    e.elementwise(node, (re, im) => {
      const [a, b] = [e.add('Abs', [re]), e.add('Abs', [im])];
      const [large, small] = [e.add('Max', [a, b]), e.add('Min', [a, b])];
      const zero = e.add('Equal', [large, e.scalar(0)]);
      const ratio = e.add('Div', [small, e.add('Where', [zero, e.scalar(1), large])]);
      const root = e.add('Sqrt', [e.add('Add', [e.add('Mul', [ratio, ratio]), e.scalar(1)])]);
      return e.add('Mul', [large, root]);
    });
  },
});

// Discrete Fourier transforms over the last axis.
for (const [name, inverse] of [
  ['FFT', false],
  ['IFFT', true],
] as const) {
  operation({
    name,
    handles({ input }: Handles<'input'>, _, r) {
      const { shape } = input;
      const [a, b] = fourier(r, partsOf(r, input), inverse);
      return r.complexHandle(r.reshape(a, shape), r.reshape(b, shape));
    },
  });
}

function fourier(r: Recorder, [re, im]: Parts, inverse: boolean): Parts {
  const length = re.shape.at(-1) ?? 1;
  const shape = [re.size / length, length];
  const flat = [r.reshape(re, shape), r.reshape(im, shape)];
  const output = { shape, dtype: 'float32' as const };
  return r.recordMany('Fourier', flat, { inverse }, [output, output]);
}

operation({
  name: 'Fourier',
  emit(e: Emitter, { inputs, attrs, outputs }: Emittable<Parts, { inverse: boolean }, Parts>) {
    const [{ shape }] = outputs;
    const pair = inputs.map((part) => e.reshape(e.get(part), [...shape, 1]));
    const x = e.add('Concat', pair, { axis: 2 });
    const y = e.add('DFT', [x, '', e.int(1)], { inverse: attrs.inverse });
    const halves = e.addTwo('Split', [y, e.ints([1, 1])], { axis: 2 });
    for (const [part, name] of zip<[Value, string]>(outputs, halves)) e.set(part, e.reshape(name, shape));
  },
});
