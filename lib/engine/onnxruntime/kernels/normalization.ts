import type { Emittable, Value } from '../graph/value';
import type { Emitter } from '../onnx/emitter';
import { float } from '../onnx/model';
import { channelsFirst } from '../onnx/permute';
import { emitterOf, kernel } from './registry';

kernel('FusedBatchNorm', ({ x, scale, offset, mean, variance }, { varianceEpsilon = 0.001 }, r) => {
  const channels = [mean!.shape.at(-1)!];
  const dtype = 'float32';
  const ones = () => r.concrete(new Float32Array(channels[0]!).fill(1), channels, dtype);
  const zeros = () => r.concrete(new Float32Array(channels[0]!), channels, dtype);
  const inputs = [x!, scale ?? ones(), offset ?? zeros(), mean!, variance!];
  return r.record('BatchNorm', inputs, { epsilon: varianceEpsilon }, { shape: x!.shape, dtype });
});

/** Per-channel statistics of an image become `BatchNormalization`, which the runtime folds into a convolution. */
function emitBatchNorm(e: Emitter, node: Emittable): void {
  const [x, ...rest] = node.inputs as [Value, Value, Value, Value, Value];
  const out = node.outputs[0]!;
  const epsilon = node.attrs.epsilon as number;
  const channels = x.shape.at(-1)!;
  const perChannel = rest.every((value) => value.shape.length === 1 && value.shape[0] === channels);
  const known = rest.every((value) => e.known(value));
  if (perChannel && x.shape.length === 4 && (known || e.permutation(x))) {
    const inputs = [e.get(x, channelsFirst(4)), ...rest.map((value) => e.get(value))];
    e.set(out, e.add('BatchNormalization', inputs, { epsilon: float(epsilon) }), channelsFirst(4));
    return;
  }
  e.elementwise(node, ([input, scale, offset, mean, variance]) => {
    const deviation = e.add('Sqrt', [e.add('Add', [variance!, e.scalar(epsilon)])]);
    const factor = e.add('Div', [scale!, deviation]);
    const centred = e.add('Sub', [input!, mean!]);
    return e.add('Add', [e.add('Mul', [centred, factor]), offset!]);
  });
}

emitterOf('BatchNorm', emitBatchNorm);
