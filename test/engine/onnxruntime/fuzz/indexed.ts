import * as tf from '@tensorflow/tfjs';
import { type Choices, freeze, type Item, isExact, isNumber, type Kind, shaped, unary } from './step';

const hasRank =
  (least: number, most = 6) =>
  (item: Item) =>
    isNumber(item) && item.shape.length >= least && item.shape.length <= most;
const axisIn = (c: Choices, rank: number) => c.int(rank) - (c.int(2) === 0 ? rank : 0);

/** Steps that take, put, multiply and make. */
export const INDEXED: Kind[] = [
  unary(
    'topk',
    (item) => isExact(item) && item.shape.length > 0 && (item.shape.at(-1) ?? 0) > 0,
    (x, c, { shape }) => {
      const k = 1 + c.int(shape.at(-1) ?? 1);
      return () => {
        const { values, indices } = tf.topk(x, k);
        return [values, indices];
      };
    },
    { exact: true },
  ),
  unary(
    'gather',
    (item) => hasRank(1, 5)(item) && !item.shape.includes(0),
    (x, c, { shape }) => {
      const axis = axisIn(c, shape.length);
      const length = shape.at(axis) ?? 0;
      const outside = c.int(8) === 0 && !shape.includes(0) ? c.of([-1, length, length + 5]) : null;
      const ids = Array.from({ length: 1 + c.int(4) }, () => c.int(length) + 1);
      if (outside !== null) ids[0] = outside + 1;
      return () => tf.gather(x, tf.sub(tf.tensor1d(ids, 'int32'), tf.scalar(1, 'int32')), axis);
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'gather in rows',
    (item) =>
      isNumber(item) &&
      item.shape.length >= 2 &&
      item.shape.length <= 4 &&
      item.shape.every((length) => length > 0),
    (x, c, { shape: [rows = 1, length = 1] }) => {
      const ids = Array.from({ length: rows * 2 }, () => c.int(length) + 1);
      return () => tf.gather(x, tf.sub(tf.tensor2d(ids, [rows, 2], 'int32'), tf.scalar(1, 'int32')), 1, 1);
    },
    { exact: true },
  ),
  unary(
    'gatherND',
    (item) => hasRank(1, 4)(item) && item.shape.every((length) => length > 0),
    (x, c, { shape }) => {
      const depth = 1 + c.int(shape.length);
      const rows = Array.from({ length: 1 + c.int(3) }, () =>
        shape.slice(0, depth).map((length) => c.int(length) + 1),
      );
      if (c.int(8) === 0) rows[0] = shape.slice(0, depth).map((length) => length + 1);
      return () =>
        tf.gatherND(x, tf.sub(tf.tensor2d(rows, [rows.length, depth], 'int32'), tf.scalar(1, 'int32')));
    },
    { exact: true },
  ),
  unary(
    'scatterND',
    (item) => isNumber(item) && item.dtype !== 'bool' && item.shape.length === 1 && (item.shape[0] ?? 0) > 0,
    (x, c, { shape: [count = 1] }) => {
      const size = 2 + c.int(5);
      const ids = Array.from({ length: count }, () => [c.int(size) + 1]);
      if (c.int(8) === 0) ids[0] = [c.of([0, size + 1])];
      const indices = () => tf.sub(tf.tensor2d(ids, [count, 1], 'int32'), tf.scalar(1, 'int32'));
      return () => tf.scatterND(indices(), x, [size]);
    },
  ),
  unary(
    'tensorScatterUpdate',
    (item) => isNumber(item) && item.shape.length === 1 && (item.shape[0] ?? 0) > 0,
    (x, c, { shape: [size = 1] }) => {
      const at = c.int(size);
      return () =>
        tf.tensorScatterUpdate(tf.reverse(x, 0), tf.tensor2d([at], [1, 1], 'int32'), tf.slice(x, 0, 1));
    },
    { exact: true },
  ),
  unary(
    'sparseToDense',
    (item) => isNumber(item) && item.shape.length === 1 && (item.shape[0] ?? 0) > 0,
    (x, c, { shape: [count = 1] }) => {
      const size = count + c.int(3);
      const fill = c.of([0, 1.5, Number.NEGATIVE_INFINITY]);
      const ids = Array.from({ length: count }, (_, i) => i);
      return () =>
        tf.sparseToDense(
          tf.tensor1d(ids, 'int32'),
          x,
          [size],
          tf.cast(tf.scalar(fill), x.dtype) as tf.Scalar,
        );
    },
    { exact: true },
  ),
  unary(
    'unsortedSegmentSum',
    (item) =>
      isNumber(item) && item.dtype === 'float32' && item.shape.length >= 1 && (item.shape[0] ?? 0) > 0,
    (x, c, { shape: [rows = 1] }) => {
      const segments = 1 + c.int(4);
      const ids = Array.from({ length: rows }, () => c.int(segments + 1));
      return () => tf.unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), segments);
    },
    { differentiable: true },
  ),
  unary(
    'oneHot',
    (item) => isExact(item) && item.shape.length <= 3,
    (x, c) => {
      const depth = 1 + c.int(4);
      const [on, off] = [
        c.of([1, -2, Number.POSITIVE_INFINITY, Number.NaN]),
        c.of([0, 3, Number.NEGATIVE_INFINITY]),
      ];
      return () => tf.oneHot(tf.cast(x, 'int32'), depth, on, off, 'float32');
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'diag',
    (item) =>
      isNumber(item) &&
      item.shape.length >= 1 &&
      item.shape.length <= 2 &&
      tf.util.sizeFromShape(item.shape) <= 12 &&
      tf.util.sizeFromShape(item.shape) > 0,
    (x) => () => tf.diag(x),
    { exact: true },
  ),
  unary(
    'matMul',
    (item) => isNumber(item) && item.dtype !== 'bool',
    (x, c) => {
      const [m, k, n] = [1 + c.int(4), c.int(5), 1 + c.int(4)];
      const [ta, tb] = [c.int(2) === 0, c.int(2) === 0];
      const batch = c.int(3) === 0 ? [2] : [];
      return () => {
        const a = shaped(x, [...batch, ...(ta ? [k, m] : [m, k])]);
        const b = shaped(x, [...batch, ...(tb ? [n, k] : [k, n])]);
        return tf.matMul(a, b, ta, tb);
      };
    },
    { differentiable: true },
  ),
  unary(
    'fused matMul',
    (item) => isNumber(item) && item.dtype === 'float32',
    (x, c) => {
      const [m, k, n] = [1 + c.int(4), 1 + c.int(5), 1 + c.int(4)];
      const activation = c.of(['linear', 'relu', 'sigmoid', 'elu', 'relu6', 'leakyrelu', 'prelu'] as const);
      return () => {
        const bias = shaped(x, [n]);
        const a = shaped(x, [m, k]) as tf.Tensor2D;
        return tf.fused.matMul({
          a,
          b: shaped(x, [k, n]) as tf.Tensor2D,
          bias,
          activation,
          leakyreluAlpha: 0.2,
          preluActivationWeights: activation === 'prelu' ? bias : undefined,
        });
      };
    },
  ),
  unary(
    'einsum',
    (item) => isNumber(item) && item.dtype === 'float32',
    (x, c) => {
      const equation = c.of(['ij,jk->ik', 'ij,kj->ki', 'ij,ij->j']);
      return () => tf.einsum(equation, shaped(x, [3, 3]), shaped(x, [3, 3]));
    },
  ),
  unary(
    'spaceToBatchND',
    isNumber,
    (x, c) => {
      const pad = c.int(2) * 2;
      return () =>
        tf.spaceToBatchND(
          shaped(x, [1, 2, 4, 1]),
          [2, 2],
          [
            [pad, 0],
            [0, 0],
          ],
        );
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'batchToSpaceND',
    isNumber,
    (x, c) => {
      const crop = c.int(2);
      return () =>
        tf.batchToSpaceND(
          shaped(x, [4, 2, 2, 1]),
          [2, 2],
          [
            [crop, 0],
            [0, crop],
          ],
        );
    },
    { exact: true, differentiable: true },
  ),
  unary(
    'depthToSpace',
    (item) => isNumber(item) && item.dtype === 'float32',
    (x) => () => tf.depthToSpace(shaped(x, [1, 2, 2, 4]) as tf.Tensor4D, 2),
    { exact: true },
  ),
  {
    name: 'constants',
    choose(c) {
      const again = freeze(c);
      return {
        operands: [],
        exact: true,
        run() {
          const d = again();
          const [start, length] = [d.int(5) - 2, d.int(6)];
          switch (d.int(4)) {
            case 0:
              return tf.range(start, start + length, 1);
            case 1:
              return tf.linspace(start, start + length, 1 + length);
            case 2:
              return tf.fill([length, 2], d.of([0, 1.5, Number.POSITIVE_INFINITY, Number.NaN]));
            default:
              return tf.fill([40, 40], start);
          }
        },
      };
    },
  },
];
