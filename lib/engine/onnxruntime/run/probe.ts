import { ModelWriter } from '../onnx/model';
import type { SessionFactory } from './session';
import { feedTensor } from './session';

/** Runs a model of one addition. @throws if the factory's runtime or provider does not compute here */
export function probe(factory: SessionFactory): void {
  const writer = new ModelWriter();
  writer.input({ name: 'x', type: 'float32', shape: [2] });
  writer.node('Add', ['x', 'x'], ['y']);
  writer.output({ name: 'y', type: 'float32', shape: [2] });
  const session = factory.open(writer.toBytes());
  try {
    const { y } = session.run({ x: feedTensor('float32', Float32Array.of(1, 2), [2]) }, ['y']);
    if (y?.[0] !== 2 || y[1] !== 4) throw new Error(`expected 2,4 from a probe, received ${y}`);
  } finally {
    session.dispose();
  }
}
