import { type OnnxGraph, openOnnx, writeOnnx } from '../../../lib/engine/index';

const SIDE = 1024;
const ROUNDS = 7;

/** Multiply-adds a second. */
export interface Peak {
  float: number;
  /** Of bytes into 32 bits. */
  int8: number;
}

/**
 * The multiply-add peak of this machine as onnxruntime reaches it: the fastest of seven products of 1024 x 1024 matrices,
 * the second one packed beforehand, in float and in bytes.
 */
export async function measurePeak(threads: number): Promise<Peak> {
  const floats = new Float32Array(SIDE * SIDE).map((_, i) => Math.sin(i));
  const bytes = Int8Array.from({ length: SIDE * SIDE }, (_, i) => ((i * 7) % 127) - 63);
  const graph = (type: 'float32' | 'uint8'): OnnxGraph => ({
    nodes: [
      {
        type: type === 'uint8' ? 'MatMulInteger' : 'MatMul',
        inputs: ['a', 'b'],
        outputs: ['product'],
        attributes: {},
      },
    ],
    constants: new Map([
      [
        'b',
        type === 'uint8'
          ? { type: 'int8' as const, shape: [SIDE, SIDE], data: bytes }
          : { type: 'float32' as const, shape: [SIDE, SIDE], data: floats },
      ],
    ]),
    inputs: [{ name: 'a', type, shape: [SIDE, SIDE] }],
    outputs: [{ name: 'product', type: type === 'uint8' ? 'int32' : 'float32', shape: [SIDE, SIDE] }],
    metadata: {},
  });
  const fastest = async (type: 'float32' | 'uint8', a: Float32Array | Uint8Array): Promise<number> => {
    const runner = await openOnnx(writeOnnx(graph(type)), { threads });
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await runner.run(a, [SIDE, SIDE]);
      best = Math.min(best, performance.now() - start);
    }
    await runner.dispose();
    return (SIDE ** 3 * 1000) / best;
  };
  return {
    float: await fastest('float32', floats),
    int8: await fastest(
      'uint8',
      Uint8Array.from(bytes, (byte) => byte + 64),
    ),
  };
}
