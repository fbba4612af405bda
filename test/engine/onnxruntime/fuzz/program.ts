import * as tf from '@tensorflow/tfjs';
import { ELEMENTWISE } from './elementwise';
import { IMAGES } from './images';
import { INDEXED } from './indexed';
import { OTHERS } from './others';
import { SHAPES } from './shapes';
import { type Call, Choices, type Item } from './step';

/** Every kind of step. */
export const KINDS = [...ELEMENTWISE, ...SHAPES, ...INDEXED, ...IMAGES, ...OTHERS, ...OTHERS];

/** A gene decides one step: which kind, what surrounds it, and numbers to choose operands and attributes by. */
export type Gene = [kind: number, around: number, ...numbers: number[]];

type Values = ArrayLike<number> | string[];

/** A result as it is compared: its values, or that it has none. */
type Result = { dtype: tf.DataType; shape: number[]; values: Values } | { error: Error };

/** One step of a program as it was made on the first backend. */
interface Step {
  name: string;
  call: Call;
  how: 'plain' | 'tidy' | 'gradient';
  /** Numbers of the results; null where the reference refused. */
  results: number[] | null;
  then: 'nothing' | 'read' | 'wait' | 'dispose';
  /** Which tensor is read or disposed of. */
  which: number;
}

const LEAVES: [values: number[] | boolean[], shape: number[], dtype: 'float32' | 'int32' | 'bool'][] = [
  [[1, -2, 0.5, 3, -0.25, 0], [2, 3], 'float32'],
  [[0.75, -0.5, 0.25], [3], 'float32'],
  [[-1.5], [], 'float32'],
  [[1, 2, 3, -4, 0, 5, -6, 7], [2, 2, 2], 'int32'],
  [[3, -1], [2, 1], 'int32'],
  [[true, false, true], [3], 'bool'],
  [[], [0, 3], 'float32'],
  [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e-10, 3e9], [6], 'float32'],
  [[0.5, 1, -1, 2, 0.25, -0.5, 1.5, -2, 0.125, 0.75, 3, -3, 1, 0, 2, 1], [1, 2, 2, 1, 2, 2], 'float32'],
  [[2147483647, -2147483648, 0], [3], 'int32'],
];

/** A program, how it went on the reference, and what it is compared with. */
export interface Program {
  steps: Step[];
  items: Item[];
  reference: Result[];
}

const leaves = () => LEAVES.map(([values, shape, dtype]) => tf.tensor(values as number[], shape, dtype));

function itemOf(x: tf.Tensor, values: Values, call: Call | null, depth: number): Item {
  const tame =
    x.dtype !== 'string' &&
    x.dtype !== 'complex64' &&
    Array.from(values as number[]).every((v) => Math.abs(v) < 100);
  return { shape: x.shape, dtype: x.dtype, exact: call?.exact ?? false, depth, tame };
}

/** Runs a step the way that it says. */
function runStep({ call, how }: Pick<Step, 'call' | 'how'>, operands: tf.Tensor[]): tf.Tensor[] {
  const run = () => [call.run(...operands)].flat();
  const distinct = (results: tf.Tensor[]) =>
    results.map((x, i) => (operands.includes(x) || results.indexOf(x) < i ? tf.clone(x) : x));
  if (how === 'plain') return distinct(run());
  if (how === 'tidy') return tf.tidy(() => distinct(run()));
  // The gradient of a sum over all results with weights that differ.
  const loss = (...xs: tf.Tensor[]) =>
    [call.run(...xs)]
      .flat()
      .reduce<tf.Tensor>(
        (sum, y) => tf.add(sum, tf.sum(tf.mul(y, tf.cos(tf.reshape(tf.range(0, y.size), y.shape))))),
        tf.scalar(0),
      ) as tf.Scalar;
  return distinct(tf.grads(loss)(operands));
}

async function read(x: tf.Tensor): Promise<Values> {
  return (await x.data()) as unknown as Values;
}

/** Makes a program of genes by running it on the reference, the current backend. */
export async function compose(genes: readonly Gene[]): Promise<Program> {
  const tensors: (tf.Tensor | null)[] = leaves();
  const items: Item[] = [];
  const reference: Result[] = [];
  for (const x of tensors as tf.Tensor[]) {
    const values = await read(x);
    items.push({ ...itemOf(x, values, null, 0), exact: true });
    reference.push({ dtype: x.dtype, shape: x.shape, values: Array.from(values as ArrayLike<number>) });
  }
  const steps: Step[] = [];
  for (const [kindNumber, around, ...numbers] of genes) {
    const kind = KINDS[kindNumber % KINDS.length];
    const live = tensors.flatMap((x, at) => (x ? [at] : []));
    const call = kind?.choose(new Choices(numbers, items, live));
    if (!kind || !call) continue;
    const operands = call.operands.map((at) => tensors[at] as tf.Tensor);
    const isReal = call.operands.length > 0 && call.operands.every((at) => items[at]?.dtype === 'float32');
    const how =
      call.differentiable && isReal && around % 3 === 0 ? 'gradient' : around % 3 === 1 ? 'tidy' : 'plain';
    const then =
      (['nothing', 'nothing', 'nothing', 'nothing', 'read', 'wait', 'dispose', 'nothing'] as const)[
        (around >>> 3) % 8
      ] ?? 'nothing';
    const step: Step = {
      name: kind.name,
      call,
      how,
      results: null,
      then,
      which: (around >>> 6) % (tensors.length + 1),
    };
    try {
      const results = runStep(step, operands);
      step.results = results.map((_, i) => tensors.length + i);
      const depth = Math.max(0, ...call.operands.map((at) => items[at]?.depth ?? 0));
      const isExactStep =
        Boolean(call.exact) && how !== 'gradient' && call.operands.every((at) => items[at]?.exact);
      for (const x of results) {
        const values = await read(x);
        items.push(itemOf(x, values, { ...call, exact: isExactStep }, isExactStep ? depth : depth + 1));
        reference.push({
          dtype: x.dtype,
          shape: x.shape,
          values: Array.isArray(values) ? values : Array.from(values),
        });
        tensors.push(x);
      }
    } catch {
      step.results = null;
    }
    if (step.then === 'dispose' && tensors[step.which]) {
      tensors[step.which]?.dispose();
      tensors[step.which] = null;
    }
    steps.push(step);
  }
  tf.dispose(tensors.filter((x): x is tf.Tensor => x !== null));
  return { steps, items, reference };
}

/** Runs a program on the current backend and compares. @throws Error at the first difference */
export async function check({ steps, reference }: Program): Promise<void> {
  const tensors: (tf.Tensor | null)[] = leaves();
  const trace: string[] = [];
  const compare = async (at: number, x: tf.Tensor) => {
    const wanted = reference[at];
    if (!wanted || 'error' in wanted) throw new Error(`no reference for #${at}`);
    const told = (what: string) => new Error(`${what} at #${at} of\n${trace.join('\n')}`);
    let values: Values;
    try {
      values = await read(x);
    } catch (error) {
      throw told(`expected ${show(wanted.values)}, received an error: ${(error as Error).message}`);
    }
    if (x.dtype !== wanted.dtype || `${x.shape}` !== `${wanted.shape}`)
      throw told(`expected ${wanted.dtype}[${wanted.shape}], received ${x.dtype}[${x.shape}]`);
    if (!agree(values, wanted.values, wanted.dtype))
      throw told(`expected ${show(wanted.values)}, received ${show(values)}`);
  };
  for (const step of steps) {
    const { call, name, how, results } = step;
    trace.push(
      `${results ?? 'refused'} = ${name}(${call.operands.map((at) => `#${at}`)}) ${how} ${step.then} ${step.which}`,
    );
    const operands = call.operands.map((at) => tensors[at] as tf.Tensor);
    let made: tf.Tensor[] | null = null;
    let error: Error | null = null;
    try {
      made = runStep(step, operands);
    } catch (caught) {
      error = caught as Error;
    }
    if (results && !made)
      throw new Error(`expected results, received ${error?.message}\n${trace.join('\n')}`);
    // A gradient may not need what the reference computed before it refused.
    if (!results && made && how !== 'gradient') await expectFailure(made, trace);
    if (results && made) tensors.push(...made);
    if (step.then === 'wait') await Promise.resolve();
    const chosen = tensors[step.which];
    if (step.then === 'read' && chosen) await compare(step.which, chosen);
    if (step.then === 'dispose' && chosen) {
      chosen.dispose();
      tensors[step.which] = null;
    }
  }
  for (const [at, x] of tensors.entries()) if (x) await compare(at, x);
  tf.dispose(tensors.filter((x): x is tf.Tensor => x !== null));
}

/** What the reference refused when it was called fails here then, or when one of the results is read. */
async function expectFailure(results: tf.Tensor[], trace: string[]): Promise<void> {
  const errors = await Promise.all(
    results.map((x) =>
      x.data().then(
        () => null,
        (error: Error) => error,
      ),
    ),
  );
  tf.dispose(results);
  const error = errors.find((each) => each !== null);
  if (!error)
    throw new Error(`expected a failure, as on the reference, received a result\n${trace.join('\n')}`);
}

const show = (values: Values) =>
  Array.from(values as ArrayLike<unknown>)
    .slice(0, 24)
    .join();

function agree(actual: Values, expected: Values, dtype: tf.DataType): boolean {
  if (actual.length !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i], expected[i]];
    if (dtype === 'bool' ? Boolean(a) !== Boolean(b) : !close(a, b)) return false;
  }
  return true;
}

function close(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  return Math.abs(a - b) <= 2e-4 + 1e-3 * Math.abs(b);
}
