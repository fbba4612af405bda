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

/** Channels of an image in whole blocks, and in less than one. */
const PROBED = [16, 3];

/** @returns the block of `SessionFactory.channelBlock`, found by what convolutions in that layout give; 0 of none */
export function channelBlockOf(factory: SessionFactory): number {
  return BLOCKS.find((block) => PROBED.every((channels) => computesIn(block, channels, factory))) ?? 0;
}

/** True if a convolution by 2 x 2 of an image of 2 x 2, written for this block, is the product of image and filters. */
function computesIn(block: number, channels: number, factory: SessionFactory): boolean {
  const filters = 20; // the last block is filled up
  const taps = channels * 4;
  const [image, filter] = [
    [1, channels, 2, 2],
    [filters, channels, 2, 2],
  ] as const;
  const emitter = new Emitter({ channelBlock: block });
  emitter.writer.input({ name: 'x', type: 'float32', shape: image });
  emitter.writer.input({ name: 'w', type: 'float32', shape: filter });
  const y = emitBlockedConv(emitter, { image: 'x', filter: 'w' }, filter, { kernel_shape: [2, 2] });
  emitter.writer.output({ name: y, type: 'float32', shape: [1, filters, 1, 1] });
  const x = Float32Array.from({ length: taps }, (_, i) => (i % 9) - 4);
  const w = Float32Array.from({ length: filters * taps }, (_, i) => (i * 7) % 11);
  const product = (o: number) => x.reduce((sum, value, i) => sum + value * (w[o * taps + i] ?? 0), 0);
  const expected = Array.from({ length: filters }, (_, o) => product(o));
  try {
    const session = factory.open(emitter.writer.toBytes());
    try {
      const feeds = { x: feedTensor('float32', x, image), w: feedTensor('float32', w, filter) };
      return `${session.run(feeds, [y])[y]}` === `${expected}`;
    } finally {
      session.dispose();
    }
  } catch {
    return false; // the runtime does not know the layout
  }
}
