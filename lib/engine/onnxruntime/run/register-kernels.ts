import * as tf from '@tensorflow/tfjs';
import { recording, type Value } from '../graph/value';
import { COMPLEX_KERNELS, runOnComplex } from '../kernels/complex';
import { HANDLE_KERNELS } from '../kernels/handles';
import type { OnnxruntimeBackend } from './backend';
import { HOST_KERNELS, runOnHost } from './host';
import '../kernels/index';
import { KERNELS, type KernelBody, type KernelInputs } from '../kernels/registry';

type Infos = Record<string, tf.TensorInfo>;

/** Registers every kernel of the backend with TF.js. */
export function registerKernels(backendName: string): void {
  const register = (
    kernelName: string,
    run: (
      inputs: Infos,
      attrs: tf.NamedAttrMap,
      backend: OnnxruntimeBackend,
    ) => tf.TensorInfo | tf.TensorInfo[],
  ) =>
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        recording.kernel = kernelName;
        return run(inputs as Infos, attrs!, backend as OnnxruntimeBackend);
      },
    });
  for (const name of HOST_KERNELS)
    register(name, (inputs, attrs, backend) => runOnHost(name, inputs, attrs, backend));
  const handles = { ...HANDLE_KERNELS, ...COMPLEX_KERNELS };
  for (const [name, body] of Object.entries(handles)) register(name, body);
  for (const [name, body] of KERNELS) {
    if (!(name in handles))
      register(name, (inputs, attrs, backend) => runKernel(name, body, inputs, attrs, backend));
  }
  for (const { kernelName: name } of tf.getKernelsForBackend('cpu')) {
    if (!tf.getKernel(name, backendName)) register(name, () => missing(name));
  }
}

/** Stands for a kernel of TF.js that the backend lacks. */
function missing(name: string): never {
  throw new Error(
    `expected a kernel that the onnxruntime backend has, received ${name}: run this part after ` +
      "tf.setBackend('cpu'), or add the kernel in lib/engine/onnxruntime/kernels",
  );
}

/** Records a kernel call; complex numbers and strings take their own ways. */
function runKernel(
  name: string,
  body: KernelBody,
  inputs: Infos,
  attrs: tf.NamedAttrMap,
  backend: OnnxruntimeBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  backend.limitGrowth();
  const values: KernelInputs = {};
  for (const [key, info] of Object.entries(inputs)) {
    if (!info) continue;
    const value = backend.valueOf(info);
    if (!value) return runUnusual(name, inputs, attrs, backend);
    values[key] = value;
  }
  const out: Value | Value[] = body(values, attrs, backend);
  return Array.isArray(out) ? out.map((value) => backend.handle(value)) : backend.handle(out);
}

/** Runs a kernel on complex or string tensors. @throws if it knows neither */
function runUnusual(
  name: string,
  inputs: Infos,
  attrs: tf.NamedAttrMap,
  backend: OnnxruntimeBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const dtypes = Object.values(inputs).map((info) => info?.dtype);
  if (dtypes.includes('string')) return runOnHost(name, inputs, attrs, backend);
  const complex = runOnComplex(name, inputs, attrs, backend);
  if (complex) return complex;
  throw new Error(
    `expected numeric tensors for ${name} on the onnxruntime backend, received ${dtypes.join(', ')}: take the ` +
      'parts with tf.real() and tf.imag()',
  );
}
