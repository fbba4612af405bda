/**
 * Runs random programs on the cpu backend and on this one, and compares.
 * Usage: npm run test:long -- [--programs 10000] [--seed 1]
 */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { registerOnnxruntimeBackend } from '../../../../lib/engine/onnxruntime/index';
import { countCalls, rare } from './coverage';
import { check, compose, type Gene, KINDS } from './program';

const number = fc.nat({ max: 2 ** 30 });
/** Programs of 1 to 40 steps. */
export const programs = fc.array(
  fc.tuple(number, number, number, number, number, number, number, number, number, number),
  { minLength: 1, maxLength: 40, size: 'max' },
) as fc.Arbitrary<Gene[]>;

/** Gradients that need two exact operands are rare by chance. */
const RARE = ['maximum', 'minimum', 'floorDiv', 'mod', 'pow', 'div', 'greaterEqual', 'oneHot', 'avgPool'];

/** Programs of gradients of these. */
export const rarePrograms: [Gene[]][] = Array.from({ length: 9 }, (_, program) => [
  Array.from({ length: 36 }, (__, step): Gene => {
    const kind = KINDS.findIndex(({ name }) => name === RARE[step % RARE.length]);
    const numbers = Array.from(
      { length: 8 },
      (___, i) => (program * 7919 + step * 104_729 + i * 1299) % 9973,
    );
    return [kind, 0, ...numbers];
  }),
]);

/** Runs a program on both backends. @throws where they differ */
export async function compare(genes: readonly Gene[]): Promise<void> {
  await tf.setBackend('cpu');
  const program = await compose(genes);
  await tf.setBackend('onnxruntime');
  const before = tf.memory().numTensors;
  await check(program);
  const left = tf.memory().numTensors - before;
  if (left > 40 * 64) throw new Error(`expected the program's tensors to go, ${left} are left`);
}

/** What {@link fuzz} found. */
export interface Found {
  programs: number;
  steps: number;
  failure: string | null;
  rareKernels: string[];
  rareGradients: string[];
  kernels: number;
  gradients: number;
  /** Calls of the kernel or gradient that was called least. */
  fewest: number;
}

/** Compares as many random programs. @param shrink makes the first that differs as small as it can */
export async function fuzz(count: number, seed: number, shrink = true): Promise<Found> {
  await registerOnnxruntimeBackend({ threads: 1 });
  await tf.setBackend('onnxruntime');
  const { kernels, gradients } = countCalls('onnxruntime');
  const found: Found = {
    programs: 0,
    steps: 0,
    failure: null,
    rareKernels: [],
    rareGradients: [],
    kernels: kernels.size,
    gradients: gradients.size,
    fewest: 0,
  };
  const property = fc.asyncProperty(programs, async (genes) => {
    found.programs++;
    found.steps += genes.length;
    tf.engine().startScope();
    try {
      await compare(genes);
    } finally {
      tf.engine().endScope();
    }
  });
  const details = await fc.check(property, {
    numRuns: count,
    seed,
    endOnFailure: !shrink,
    examples: shrink ? rarePrograms : [],
  });
  if (details.failed)
    found.failure = `${details.errorInstance}\nseed ${seed}, path ${details.counterexamplePath}\n${JSON.stringify(details.counterexample)}`;
  found.fewest = Math.min(...kernels.values(), ...gradients.values());
  found.rareKernels = rare(kernels, 20);
  found.rareGradients = rare(gradients, 20);
  return found;
}

if (require.main === module) {
  const option = (name: string, otherwise: number) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
  };
  const [count, seed] = [option('programs', 10_000), option('seed', Date.now() % 2 ** 31)];
  console.log(`${count} programs of 1 to 40 steps, seed ${seed}`);
  fuzz(count, seed).then((found) => {
    console.log(
      `${found.programs} programs, ${found.steps} steps, ${found.kernels} kernels, ${found.gradients} gradients`,
    );
    console.log(
      `called less than 20 times: kernels ${found.rareKernels.join(', ') || 'none'}; gradients ${found.rareGradients.join(', ') || 'none'}`,
    );
    console.log(found.failure ?? 'no difference');
    process.exit(found.failure ? 1 : 0);
  });
}
