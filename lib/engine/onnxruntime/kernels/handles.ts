import * as tf from '@tensorflow/tfjs';
import { allocate, type Emittable, type NumericType, type Value } from '../graph/value';
import { type Handles, operation } from './registry';

operation({ name: 'Identity', handles: ({ x }: Handles<'x'>, _, r) => r.alias(x, x.shape) });

operation({
  name: 'Reshape',
  handles({ x }: Handles<'x'>, { shape }, r) {
    const size = tf.util.sizeFromShape(x.shape);
    const inferred = tf.util.inferFromImplicitShape(shape, size);
    tf.util.assert(
      size === tf.util.sizeFromShape(inferred),
      () =>
        `new shape: ${inferred}, old shape: ${x.shape}. New shape and old shape must have the same number of elements.`,
    );
    return r.alias(x, inferred);
  },
  emit: (e, { inputs: [x], outputs: [out] }: Emittable<[Value]>) =>
    e.set(out, e.reshape(e.get(x), out.shape)),
});

operation({
  name: 'ExpandDims',
  handles({ input }: Handles<'input'>, { dim }, r) {
    const rank = input.shape.length;
    tf.util.assert(
      -(rank + 1) <= dim && dim <= rank,
      () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`,
    );
    const shape = input.shape.slice();
    shape.splice(dim < 0 ? rank + dim + 1 : dim, 0, 1);
    return r.alias(input, shape);
  },
});

operation({
  name: 'Fill',
  handles(_, { shape, value, dtype }, r) {
    const type: tf.DataType = dtype ?? tf.util.inferDtype(value);
    const size = tf.util.sizeFromShape(shape);
    if (type === 'string') {
      const strings = Array<Uint8Array>(size).fill(tf.util.encodeString(value));
      return { dataId: r.write(strings, shape, type), shape, dtype: type };
    }
    const numeric = type as NumericType;
    if (size <= 1024) return r.handle(r.concrete(allocate(numeric, size).fill(value), shape, numeric));
    return r.handle(r.record('Expand', [r.scalar(value, numeric)], { shape }, { shape, dtype: numeric }));
  },
});
