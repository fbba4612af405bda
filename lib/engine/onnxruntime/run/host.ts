import * as tf from '@tensorflow/tfjs';
import type { OnnxruntimeBackend } from './backend';

let cpu: tf.KernelBackend | null = null;

/** The CPU backend whose kernels do the work; it is never made the current one. */
function cpuBackend(): tf.KernelBackend {
  cpu ??= tf.findBackendFactory('cpu')() as tf.KernelBackend;
  return cpu;
}

function toCpu(info: tf.TensorInfo, from: OnnxruntimeBackend, to: tf.KernelBackend): tf.TensorInfo {
  const values = from.readSync(info.dataId);
  const dataId = to.write(values, info.shape, info.dtype);
  // Some CPU kernels read the rank, which tensors have and handles lack.
  return Object.assign({ dataId, shape: info.shape, dtype: info.dtype }, { rank: info.shape.length });
}

/** Runs kernel `name` of TF.js's CPU backend on tensors of `backend`. */
export function runOnHost(
  name: string,
  inputs: tf.NamedTensorInfoMap | tf.TensorInfo[],
  attrs: tf.NamedAttrMap | undefined,
  backend: OnnxruntimeBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const host = cpuBackend();
  const config = tf.getKernel(name, 'cpu');
  if (!config)
    throw new Error(`expected TF.js's CPU kernel ${name}, found none: import @tensorflow/tfjs first`);
  const moved: Record<string, tf.TensorInfo | tf.TensorInfo[]> = {};
  for (const [key, info] of Object.entries(inputs)) {
    if (Array.isArray(info)) moved[key] = info.map((each) => toCpu(each, backend, host));
    else if (info) moved[key] = toCpu(info, backend, host);
  }
  const given = Array.isArray(inputs) ? Object.values(moved) : moved;
  const out = config.kernelFunc({ inputs: given as tf.NamedTensorInfoMap, attrs, backend: host }) as
    | tf.TensorInfo
    | tf.TensorInfo[];
  const back = (info: tf.TensorInfo): tf.TensorInfo => {
    const values = host.readSync(info.dataId);
    return { dataId: backend.write(values, info.shape, info.dtype), shape: info.shape, dtype: info.dtype };
  };
  const results = Array.isArray(out) ? out.map(back) : back(out);
  for (const info of [...Object.values(moved).flat(), ...[out].flat()]) host.disposeData(info.dataId, true);
  return results;
}
