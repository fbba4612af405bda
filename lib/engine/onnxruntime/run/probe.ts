import { emitBlockedConv } from '../onnx/blocked';
import { Emitter } from '../onnx/emitter';
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

/** Block sizes that onnxruntime's processor kernels have: AVX-512, and other vector units. */
const BLOCKS = [16, 8];

/** @returns the block of `SessionFactory.channelBlock`, found by what a convolution in that layout gives; 0 of none */
export function channelBlockOf(factory: SessionFactory): number {
  return BLOCKS.find((block) => computesIn(block, factory)) ?? 0;
}

/** True if a convolution of 16 channels by 1 x 1, written for this block, is the product of image and filter. */
function computesIn(block: number, factory: SessionFactory): boolean {
  const channels = 16;
  const emitter = new Emitter(block);
  emitter.writer.input({ name: 'x', type: 'float32', shape: [1, channels, 1, 1] });
  emitter.writer.input({ name: 'w', type: 'float32', shape: [channels, channels, 1, 1] });
  const y = emitBlockedConv(emitter, { image: 'x', filter: 'w' }, [channels, channels, 1, 1], {
    kernel_shape: [1, 1],
  });
  emitter.writer.output({ name: y, type: 'float32', shape: [1, channels, 1, 1] });
  const x = Float32Array.from({ length: channels }, (_, i) => i - 5);
  const w = Float32Array.from({ length: channels ** 2 }, (_, i) => (i * 7) % 11);
  const expected = Array.from(x, (_, o) =>
    x.reduce((sum, value, i) => sum + value * (w[o * channels + i] ?? 0), 0),
  );
  try {
    const session = factory.open(emitter.writer.toBytes());
    try {
      const feeds = {
        x: feedTensor('float32', x, [1, channels, 1, 1]),
        w: feedTensor('float32', w, [channels, channels, 1, 1]),
      };
      return `${session.run(feeds, [y])[y]}` === `${expected}`;
    } finally {
      session.dispose();
    }
  } catch {
    return false; // the runtime does not know the layout
  }
}
