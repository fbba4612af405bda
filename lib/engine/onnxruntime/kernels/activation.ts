import type { Recorder } from '../graph/recorder';
import type { Value } from '../graph/value';
import { KERNELS } from './registry';

/** TF.js kernel of each activation that a fused kernel may carry. */
const ACTIVATIONS: Record<string, string> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

/** Applies the activation of a fused kernel. @throws if TF.js names one that this backend does not know */
export function activate(
  r: Recorder,
  x: Value,
  activation: string | undefined,
  alpha: Value | undefined,
  slope = 0.2,
): Value {
  if (!activation || activation === 'linear') return x;
  const kernelName = ACTIVATIONS[activation];
  if (!kernelName) {
    throw new Error(
      `expected one of linear, ${Object.keys(ACTIVATIONS).join(', ')} as fused activation, received ${activation}: ` +
        'apply it as a separate layer',
    );
  }
  const inputs: Record<string, Value> = activation === 'prelu' ? { x, alpha: alpha! } : { x };
  return KERNELS.get(kernelName)!(inputs, { alpha: slope }, r) as Value;
}
