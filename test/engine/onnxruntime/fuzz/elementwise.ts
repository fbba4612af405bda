import * as tf from '@tensorflow/tfjs';
import { type Choices, freeze, type Item, isExact, isFloat, isNumber, type Kind, unary } from './step';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Functions without jumps; their gradients are taken. */
const SMOOTH: Record<string, Unary> = {
  atan: tf.atan,
  cos: tf.cos,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  sigmoid: tf.sigmoid,
  sin: tf.sin,
  softplus: tf.softplus,
  tanh: tf.tanh,
  square: tf.square,
  neg: tf.neg,
  asinh: tf.asinh,
  sinh: tf.sinh,
  cosh: tf.cosh,
  clone: tf.clone,
  zerosLike: tf.zerosLike,
  onesLike: tf.onesLike,
};
/** Functions that jump, or have a limited domain. */
const EXACT: Record<string, Unary> = {
  abs: tf.abs,
  acos: tf.acos,
  acosh: tf.acosh,
  asin: tf.asin,
  atanh: tf.atanh,
  elu: tf.elu,
  log: tf.log,
  log1p: tf.log1p,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  sqrt: tf.sqrt,
  tan: tf.tan,
  ceil: tf.ceil,
  floor: tf.floor,
  round: tf.round,
  sign: tf.sign,
  step: tf.step,
  isNaN: tf.isNaN,
  isInf: tf.isInf,
  isFinite: tf.isFinite,
  leakyRelu: tf.leakyRelu,
};
const ROUNDED = new Set(
  'acos acosh asin atanh elu log log1p reciprocal rsqrt selu sqrt tan leakyRelu'.split(' '),
);

const ARITHMETIC: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};
/** On exact operands only. */
const JUMPING: Record<string, Binary> = {
  div: tf.div,
  floorDiv: tf.floorDiv,
  mod: tf.mod,
  pow: tf.pow,
  atan2: tf.atan2,
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  divNoNan: tf.divNoNan,
  prelu: tf.prelu,
};
const LOGIC: Record<string, Binary> = {
  logicalAnd: tf.logicalAnd,
  logicalOr: tf.logicalOr,
  logicalXor: tf.logicalXor,
};

const canBroadcast = (a: number[], b: number[]) =>
  a.every((_, i) => {
    const [x, y] = [a.at(-1 - i) ?? 1, b.at(-1 - i) ?? 1];
    return x === y || x === 1 || y === 1;
  });

function binary(name: string, fits: (item: Item) => boolean, run: Binary, exact: boolean): Kind {
  return {
    name,
    choose(c) {
      const a = c.tensor(fits);
      const size = ({ shape }: Item) => tf.util.sizeFromShape(shape);
      const b =
        a &&
        c.tensor(
          (item) =>
            fits(item) &&
            canBroadcast(a.item.shape, item.shape) &&
            canBroadcast(item.shape, a.item.shape) &&
            size(item) * size(a.item) <= 4000 &&
            Math.max(item.shape.length, a.item.shape.length) <= 6,
        );
      if (!a || !b) return null;
      const isExactResult = exact && a.item.exact && b.item.exact;
      return { operands: [a.at, b.at], run, exact: isExactResult, differentiable: true };
    },
  };
}

const bounds = (c: Choices) =>
  [c.of([-2, -0.5, 0, Number.NEGATIVE_INFINITY]), c.of([0, 0.5, 2, 1e9])] as const;

/** Steps whose result at an element depends on the operands at that element. */
export const ELEMENTWISE: Kind[] = [
  ...Object.entries(SMOOTH).map(([name, run]) =>
    unary(name, isFloat, (x) => () => run(x), {
      differentiable: true,
      exact: ['neg', 'clone', 'zerosLike', 'onesLike', 'square'].includes(name),
    }),
  ),
  ...Object.entries(EXACT).map(([name, run]) =>
    unary(
      name,
      (item) => isExact(item) && (item.dtype === 'float32' || !ROUNDED.has(name)),
      (x) => () => run(x),
      {
        differentiable: true,
        exact: !ROUNDED.has(name),
      },
    ),
  ),
  // A difference of booleans is 255 on cpu.
  ...Object.entries(ARITHMETIC).map(([name, run]) =>
    binary(name, (item) => isNumber(item) && (item.dtype !== 'bool' || name.startsWith('m')), run, true),
  ),
  ...Object.entries(JUMPING).map(([name, run]) =>
    binary(
      name,
      (item) =>
        isExact(item) &&
        (item.dtype === 'float32' || (name !== 'prelu' && (name !== 'atan2' || item.dtype === 'int32'))),
      run,
      !'div pow atan2 divNoNan prelu'.includes(name),
    ),
  ),
  ...Object.entries(LOGIC).map(([name, run]) => binary(name, ({ dtype }) => dtype === 'bool', run, true)),
  unary(
    'logicalNot',
    ({ dtype }) => dtype === 'bool',
    (x) => () => tf.logicalNot(x),
    { exact: true },
  ),
  unary(
    'step to alpha',
    isExact,
    (x, c) => {
      const alpha = c.of([0, -1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
      return () => tf.step(x, alpha);
    },
    { exact: true },
  ),
  unary(
    'leakyRelu by alpha',
    (item) => isExact(item) && item.dtype === 'float32',
    (x, c) => {
      const alpha = c.of([0.5, 0, Number.POSITIVE_INFINITY, Number.NaN]);
      return () => tf.leakyRelu(x, alpha);
    },
  ),
  unary(
    'clipByValue',
    isExact,
    (x, c) => {
      const [low, high] = bounds(c);
      return () => tf.clipByValue(x, low, high);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'cast',
    isExact,
    (x, c) => {
      const dtype = c.of(['float32', 'int32', 'bool'] as const);
      return () => tf.cast(x, dtype);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'addN',
    (item) => isNumber(item) && item.dtype !== 'bool',
    (x, c) => {
      const count = 1 + c.int(3);
      return () => tf.addN(Array.from({ length: count }, () => x));
    },
    { differentiable: true },
  ),
  unary(
    'where',
    isExact,
    (x, c) => {
      const threshold = c.of([-1, 0, 0.5]);
      return () => {
        const mask = tf.greater(x, threshold);
        return tf.where(mask, x, tf.zerosLike(x));
      };
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'bitwiseAnd',
    (item) => isExact(item) && item.dtype === 'int32',
    (x) => () => tf.bitwiseAnd(x, x),
    { exact: true },
  ),
  {
    name: 'softmax',
    choose(c) {
      const x = c.tensor((item) => isFloat(item) && item.shape.length > 0);
      const again = freeze(c);
      return (
        x && {
          operands: [x.at],
          differentiable: true,
          run: (t) => (again().int(2) === 0 ? tf.softmax(t) : tf.logSoftmax(t)),
        }
      );
    },
  },
];
