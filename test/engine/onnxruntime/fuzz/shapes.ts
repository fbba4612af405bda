import * as tf from '@tensorflow/tfjs';
import { type Choices, type Item, isExact, isNumber, type Kind, unary } from './step';

const hasRank =
  (least: number, most = 6) =>
  (item: Item) =>
    isNumber(item) && item.shape.length >= least && item.shape.length <= most;
const axisIn = (c: Choices, rank: number) => c.int(rank) - (c.int(2) === 0 ? rank : 0);

/** A permutation of `count` axes. */
function permutation(c: Choices, count: number): number[] {
  const left = Array.from({ length: count }, (_, axis) => axis);
  const perm: number[] = [];
  while (left.length > 0) perm.push(...left.splice(c.int(left.length), 1));
  return perm;
}

const partOf = (c: Choices, length: number) => {
  const begin = c.int(length);
  return [begin, length === 0 ? 0 : 1 + c.int(length - begin)] as const;
};

type Reduction = (x: tf.Tensor, axis?: number[], keepDims?: boolean) => tf.Tensor;
const REDUCTIONS: Record<string, [Reduction, (item: Item) => boolean, exact: boolean]> = {
  sum: [tf.sum, isNumber, true],
  mean: [tf.mean, isNumber, false],
  prod: [tf.prod, isExact, false],
  max: [tf.max, isExact, true],
  min: [tf.min, isExact, true],
  any: [(x, axis, keep) => tf.any(tf.cast(x, 'bool'), axis, keep), isExact, true],
  all: [(x, axis, keep) => tf.all(tf.cast(x, 'bool'), axis, keep), isExact, true],
  logSumExp: [tf.logSumExp, (item) => isNumber(item) && item.dtype === 'float32', false],
};

/** Steps that reduce, move, cut and join. */
export const SHAPES: Kind[] = [
  ...Object.entries(REDUCTIONS).map(([name, [run, fits, exact]]) =>
    unary(
      name,
      fits,
      (x, c, { shape }) => {
        const axes = shape.map((_, axis) => axis).filter(() => c.int(2) === 0);
        const keep = c.int(2) === 0;
        return () => run(x, c.int(3) === 0 ? undefined : axes, keep);
      },
      { exact, differentiable: true },
    ),
  ),
  ...Object.entries({ argMax: tf.argMax, argMin: tf.argMin }).map(([name, run]) =>
    unary(
      name,
      (item) => isExact(item) && item.shape.length > 0,
      (x, c, { shape }) => {
        const axis = axisIn(c, shape.length);
        return () => run(x, axis);
      },
      { exact: true, differentiable: true },
    ),
  ),
  ...Object.entries({ cumsum: tf.cumsum, cumprod: tf.cumprod }).map(([name, run]) =>
    unary(
      name,
      (item) => isExact(item) && item.shape.length > 0,
      (x, c, { shape }) => {
        const axis = c.int(shape.length);
        const [exclusive, reverse] = [c.int(2) === 0, c.int(2) === 0];
        return () => run(x, axis, exclusive, reverse);
      },
      { differentiable: name === 'cumsum' },
    ),
  ),
  unary(
    'reshape',
    isNumber,
    (x, c) => {
      const divisors = Array.from({ length: x.size }, (_, i) => i + 1).filter((n) => x.size % n === 0);
      const first = x.size === 0 ? 0 : c.of(divisors);
      return () => tf.reshape(x, x.size === 0 ? [2, 0] : [first, x.size / first]);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'transpose',
    isNumber,
    (x, c, { shape }) => {
      const perm = permutation(c, shape.length);
      return () => tf.transpose(x, c.int(4) === 0 ? undefined : perm);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'expandDims',
    hasRank(0, 5),
    (x, c, { shape }) => {
      const axis = c.int(shape.length + 1);
      return () => tf.expandDims(x, axis);
    },
    { exact: true, differentiable: true },
  ),
  unary('squeeze', isNumber, (x) => () => tf.squeeze(x), { exact: true, differentiable: true }),
  unary(
    'tile',
    (item) => isNumber(item) && tf.util.sizeFromShape(item.shape) <= 60 && item.shape.length > 0,
    (x, c, { shape }) => {
      const reps = shape.map(() => c.int(3));
      return () => tf.tile(x, reps);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'slice',
    hasRank(1),
    (x, c, { shape }) => {
      const parts = shape.map((length) => partOf(c, length));
      return () =>
        tf.slice(
          x,
          parts.map(([begin]) => begin),
          parts.map(([, size]) => size),
        );
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'stridedSlice',
    hasRank(1, 4),
    (x, c, { shape }) => {
      const back = shape.map(() => c.int(3) === 0);
      const strides = back.map((isBack) => (1 + c.int(2)) * (isBack ? -1 : 1));
      const begin = shape.map((length, i) => (back[i] ? length - 1 : c.int(length)));
      const end = shape.map((length, i) => (back[i] ? -length - 1 : length));
      return () => tf.stridedSlice(x, begin, end, strides);
    },
    { exact: true },
  ),
  unary(
    'reverse',
    hasRank(0, 4),
    (x, c, { shape }) => {
      const axes = shape.map((_, axis) => axis).filter(() => c.int(2) === 0);
      return () => tf.reverse(x, axes);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'pad',
    hasRank(1, 4),
    (x, c, { shape }) => {
      const paddings = shape.map(() => [c.int(3), c.int(2)] as [number, number]);
      const value = c.of([0, 1, -2.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
      return () => tf.pad(x, paddings, x.dtype === 'float32' ? value : 1);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'mirrorPad',
    (item) => hasRank(1, 4)(item) && item.shape.every((length) => length >= 2),
    (x, c, { shape }) => {
      const paddings = shape.map(() => [c.int(2), c.int(2)] as [number, number]);
      const mode = c.of(['reflect', 'symmetric'] as const);
      return () => tf.mirrorPad(x, paddings, mode);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'concat',
    hasRank(1),
    (x, c, { shape }) => {
      const axis = axisIn(c, shape.length);
      const count = 1 + c.int(3);
      return () =>
        tf.concat(
          Array.from({ length: count }, (_, i) => (i === 1 ? tf.reverse(x, 0) : x)),
          axis,
        );
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'stack',
    hasRank(0, 5),
    (x, c, { shape }) => {
      const axis = c.int(shape.length + 1);
      return () => tf.stack([x, x], axis);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'unstack',
    (item) => hasRank(1)(item) && item.shape.every((length) => length > 0),
    (x, c, { shape }) => {
      const axis = axisIn(c, shape.length);
      return () => tf.unstack(x, axis);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'split',
    hasRank(1),
    (x, c, { shape }) => {
      const axis = c.int(shape.length);
      const first = c.int((shape[axis] ?? 0) + 1);
      return () => tf.split(x, [first, (shape[axis] ?? 0) - first], axis);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'broadcastTo',
    (item) => isNumber(item) && item.shape.length <= 4,
    (x, c, { shape }) => {
      const more = Array.from({ length: c.int(3) }, () => 1 + c.int(3));
      return () => tf.broadcastTo(x, [...more, ...shape.map((length) => (length === 1 ? 2 : length))]);
    },
    { exact: true, differentiable: true },
  ),
];
