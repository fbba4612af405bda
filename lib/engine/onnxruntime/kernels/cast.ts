import type { Recorder } from '../graph/recorder';
import { isNumericType, type NumericType, type Value } from '../graph/value';
import { floatToInt32 } from '../onnx/integers';
import { ONNX_TYPE } from '../onnx/model';
import { partsOf } from './complex';
import { type Handles, type Inputs, operation } from './registry';

/** `x` as `dtype`. */
export function cast(r: Recorder, x: Value, dtype: NumericType): Value {
  return x.dtype === dtype ? x : r.record('Cast', [x], { dtype }, { shape: x.shape, dtype });
}

operation({
  name: 'Cast',
  record: ({ x }: Inputs<'x'>, { dtype }, r) => r.record('Cast', [x], { dtype }, { shape: x.shape, dtype }),
  handles({ x }: Handles<'x'>, { dtype }, r) {
    if (x.dtype === dtype) return r.alias(x, x.shape);
    if (dtype === 'complex64') return r.complexHandle(...partsOf(r, x));
    const value = x.dtype === 'complex64' ? partsOf(r, x)[0] : r.valueOf(x);
    if (!value || !isNumericType(dtype))
      throw new Error(`Error in Cast: failed to cast ${x.dtype} to ${dtype}`);
    return r.handle(cast(r, value, dtype));
  },
  elementwise(e, { inputs, outputs: [{ dtype }] }, x) {
    if (dtype === 'int32' && inputs[0]?.dtype === 'float32') return floatToInt32(e, x);
    return e.add('Cast', [x], { to: ONNX_TYPE[dtype] });
  },
});
