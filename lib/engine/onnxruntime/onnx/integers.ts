import type { Emitter } from './emitter';
import { ONNX_TYPE } from './model';

/**
 * JavaScript's conversions to int32 (ECMAScript's ToInt32), as TF.js's typed arrays make them: whole numbers wrap
 * around at 2^32; NaN and infinities are 0. The runtime's own conversion gives -2^31 for all of these.
 */

/** int64 -> int32, wrapping. */
export function wrapInt64(e: Emitter, x: string): string {
  return e.add('Cast', [x], { to: ONNX_TYPE.int32 });
}

/** Whole part as int64; the limits keep the runtime from making one conversion of this and the next. */
function truncated(e: Emitter, x: string): string {
  return e.add('Clip', [e.add('Cast', [x], { to: ONNX_TYPE.int64 }), e.int(-(2 ** 62)), e.int(2 ** 62)]);
}

/** float32 -> int32. A float32 from 2^62 on is a multiple of 2^32. */
export function floatToInt32(e: Emitter, x: string): string {
  const small = e.add('Less', [e.add('Abs', [x]), e.scalar(2 ** 63)]); // false for NaN
  const whole = e.add('Where', [small, x, e.scalar(0)]);
  return wrapInt64(e, truncated(e, whole));
}

/** float64 -> int32. */
export function doubleToInt32(e: Emitter, x: string): string {
  const constant = (value: number) => e.initializer('float64', [], Float64Array.of(value));
  const rest = e.add('Mod', [x, constant(2 ** 32)], { fmod: 1 }); // NaN for infinities
  const whole = e.add('Where', [e.add('IsNaN', [rest]), constant(0), rest]);
  return wrapInt64(e, truncated(e, whole));
}

/** int32 -> float64, which holds it exactly. */
export function int32ToDouble(e: Emitter, x: string): string {
  return e.add('Cast', [x], { to: ONNX_TYPE.float64 });
}

/**
 * Remainder of int32 with the divisor's sign, 0 for a divisor of 0. Dividing by 0, and -2^31 by -1, would stop the
 * process.
 */
export function int32Mod(e: Emitter, a: string, b: string): string {
  const int = (value: number) => e.scalar(value, 'int32');
  const unsafe = e.add('Or', [e.add('Equal', [b, int(0)]), e.add('Equal', [b, int(-1)])]);
  return e.add('Mod', [a, e.add('Where', [unsafe, int(1), b])]); // what they leave is 0 as it is of 1
}

/** Quotient of int32, rounded down; 0 for a divisor of 0. */
export function int32FloorDiv(e: Emitter, a: string, b: string): string {
  return doubleToInt32(e, e.add('Floor', [e.add('Div', [int32ToDouble(e, a), int32ToDouble(e, b)])]));
}
