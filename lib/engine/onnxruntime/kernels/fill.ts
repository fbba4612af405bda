import type { Recorder } from '../graph/recorder';
import { allocate, type Emittable, type NumericType, type Value } from '../graph/value';
import { ONNX_TYPE } from '../onnx/model';
import { type Inputs, operation } from './registry';

/** `x` broadcast to `shape`. */
export function expand(r: Recorder, x: Value, shape: number[]): Value {
  return r.record('Expand', [x], { shape }, { shape, dtype: x.dtype });
}

operation({
  name: 'Expand',
  emit: (e, { inputs: [x], outputs: [out] }: Emittable<[Value]>) =>
    e.set(out, e.add('Expand', [e.get(x), e.ints(out.shape)])),
});

operation({
  name: 'BroadcastTo',
  complex: 'partwise',
  record: ({ x }: Inputs<'x'>, { shape }, r) => expand(r, x, shape),
});

operation({
  name: 'ZerosLike',
  complex: 'partwise',
  record: ({ x }: Inputs<'x'>, _, r) => expand(r, r.scalar(0, x.dtype), x.shape),
});

operation({
  name: 'OnesLike',
  record: ({ x }: Inputs<'x'>, _, r) => expand(r, r.scalar(1, x.dtype), x.shape),
  complex: (r, { x }: Inputs<'x'>) => [
    expand(r, r.scalar(1, x.dtype), x.shape),
    expand(r, r.scalar(0, x.dtype), x.shape),
  ],
});

operation({
  name: 'Range',
  record(_, { start, stop, step, dtype }, r) {
    const by = stop < start && step === 1 ? -1 : step;
    const empty = start === stop || (start < stop && by < 0) || (stop < start && by > 1);
    const data = allocate(dtype, empty ? 0 : Math.abs(Math.ceil((stop - start) / by)));
    for (let i = 0; i < data.length; i++) data[i] = start + i * by;
    return r.concrete(data, [data.length], dtype);
  },
});

operation({
  name: 'LinSpace',
  record(_, { start, stop, num }, r) {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const data = Float32Array.from({ length: num }, (__, i) => start + i * step);
    return r.concrete(data, [num], 'float32');
  },
});

type OneHotAttrs = { depth: number; onValue: number; offValue: number };

operation({
  name: 'OneHot',
  record({ indices }: Inputs<'indices'>, { dtype = 'int32', depth, onValue = 1, offValue = 0 }, r) {
    const shape = [...indices.shape, depth];
    return r.record('OneHot', [indices], { depth, onValue, offValue }, { shape, dtype });
  },
  emit(e, { inputs: [x], attrs, outputs: [out] }: Emittable<[Value], OneHotAttrs>) {
    const { depth, onValue, offValue } = attrs;
    const column = e.reshape(e.get(x), [...out.shape.slice(0, -1), 1]);
    const numbers = Int32Array.from({ length: depth }, (_, i) => i);
    const hit = e.add('Equal', [column, e.initializer('int32', [depth], numbers)]);
    const type: NumericType = out.dtype === 'bool' ? 'int32' : out.dtype;
    const name = e.add('Where', [hit, e.scalar(onValue, type), e.scalar(offValue, type)]);
    e.set(out, out.dtype === 'bool' ? e.add('Cast', [name], { to: ONNX_TYPE.bool }) : name);
  },
});
