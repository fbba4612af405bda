import * as tf from '@tensorflow/tfjs';
import { recording } from '../graph/value';
import { allOperations, type KernelInputs, type Operation, runOnComplex } from '../kernels/index';
import type { OnnxruntimeBackend } from './backend';
import { runOnHost } from './host';

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
        return run(inputs as Infos, attrs ?? {}, backend as OnnxruntimeBackend);
      },
    });
  for (const { name, handles, record, onHost } of allOperations()) {
    if (onHost) register(name, (inputs, attrs, backend) => runOnHost(name, inputs, attrs, backend));
    else if (handles) register(name, handles);
    else if (record)
      register(name, (inputs, attrs, backend) => runKernel(name, record, inputs, attrs, backend));
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
  record: NonNullable<Operation['record']>,
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
  const out = record(values, attrs, backend);
  backend.uses([out].flat()); // some are an input itself
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
