import * as tf from '@tensorflow/tfjs';
import { type Choices, type Item, isExact, isFloat, isNumber, type Kind, named, shaped, unary } from './step';

const complexOf = (x: tf.Tensor, length: number) =>
  tf.complex(shaped(x, [2, length]), shaped(tf.neg(x), [2, length]));

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.1, 0.9),
  nesterov: () => tf.train.momentum(0.1, 0.9, true),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
  rmsprop: () => tf.train.rmsprop(0.1),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.1),
};

/** Some steps of an optimizer; the values of its variables afterwards. */
function train(x: tf.Tensor, c: Choices): tf.Tensor[] {
  const optimizer = c.of(Object.values(OPTIMIZERS))();
  // Away from where gradients vanish, which some optimizers blow up again.
  const weights = tf.variable(tf.mul(tf.sin(shaped(x, [3, 2])), 0.5));
  const bias = tf.variable(tf.zeros([2]));
  const input = tf.tensor2d([1, -0.5, 2, 0.25, 1, -1], [2, 3]);
  const steps = 1 + c.int(3);
  for (let step = 0; step < steps; step++)
    optimizer.minimize(
      () => tf.mean(tf.square(tf.tanh(tf.add(tf.matMul(input, weights as tf.Tensor2D), bias)))) as tf.Scalar,
      false,
      [weights, bias],
    );
  const results = [tf.add(weights, 0.5), tf.add(bias, 0.5)];
  tf.dispose([weights, bias]);
  optimizer.dispose();
  return results;
}

/** Predictions of a small model with the operand's elements as weights, twice. */
function predict(x: tf.Tensor, c: Choices): tf.Tensor[] {
  const pool =
    c.int(2) === 0 ? tf.layers.maxPooling2d({ poolSize: 2 }) : tf.layers.averagePooling2d({ poolSize: 2 });
  const activation = c.of(['relu', 'tanh', 'sigmoid'] as const);
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', inputShape: [6, 6, 1], useBias: true }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation }),
      pool,
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ],
  });
  // Trained weights come first; the last is the variance.
  model.setWeights(model.getWeights().map((w, i) => (i === 7 ? tf.onesLike(w) : shaped(x, w.shape))));
  const results = [1, 2].map(() => model.predict(shaped(x, [2, 6, 6, 1])) as tf.Tensor);
  model.dispose();
  return results;
}

/** Calls a kernel that TF.js's public operations do not offer. */
const kernel = (name: string, inputs: object, attrs: object = {}) =>
  tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as
    | tf.Tensor
    | tf.Tensor[];

const strings = () => tf.tensor1d(['a dog', 'two dogs', 'cat'], 'string');

/** Complex numbers, strings, sparse and ragged tensors, counting, sampling, training. */
export const OTHERS: Kind[] = [
  unary('complex', isFloat, (x, c) => {
    const which = c.int(12);
    return () => {
      const [a, b] = [complexOf(x, 4), complexOf(tf.add(x, 0.5), 4)];
      switch (which) {
        case 0:
          return tf.real(tf.mul(a, b));
        case 1:
          return tf.imag(tf.mul(a, b));
        case 2:
          return tf.abs(a);
        case 3:
          return tf.add(a, b);
        case 4:
          return tf.sub(a, b);
        case 5:
          return [tf.real(tf.spectral.fft(a)), tf.imag(tf.spectral.fft(a))];
        case 6:
          return tf.spectral.ifft(a);
        case 7:
          return tf.real(a);
        case 8:
          return tf.concat([a, b], 1);
        case 9:
          return tf.real(tf.mul(b, b));
        case 10:
          return tf.square(tf.real(b));
        default:
          return tf.spectral.irfft(tf.spectral.rfft(tf.reshape(tf.real(a), [1, 8])));
      }
    };
  }),
  unary(
    'kernels that no public operation calls',
    isFloat,
    (x, c) => {
      const which = c.int(2);
      const isReference = tf.getBackend() === 'cpu';
      return () => {
        if (which === 0) {
          const logits = shaped(x, [2, 3]);
          return isReference ? tf.logSoftmax(logits) : kernel('LogSoftmax', { logits }, { axis: -1 });
        }
        const [part, shape] = [shaped(x, [2, 1]), [2, 4]];
        return isReference
          ? tf.broadcastTo(part, shape)
          : kernel('BroadcastTo', { x: part }, { shape, inputShape: part.shape });
      };
    },
    { differentiable: true },
  ),
  unary(
    'LogicalXor',
    ({ dtype }) => dtype === 'bool',
    (x) => () =>
      tf.getBackend() === 'cpu'
        ? tf.logicalXor(x, tf.onesLike(x))
        : kernel('LogicalXor', { a: x, b: tf.onesLike(x) }),
    { exact: true },
  ),
  unary('abs of complex', isFloat, (x) => () => tf.abs(complexOf(x, 3)), { differentiable: true }),
  unary('fft', isFloat, (x, c) => {
    const length = 1 + c.int(5);
    return () => {
      const y =
        c.int(2) === 0 ? tf.spectral.fft(complexOf(x, length)) : tf.spectral.ifft(complexOf(x, length));
      return [tf.real(y), tf.imag(y)];
    };
  }),
  unary('strings', isNumber, (x, c) => {
    const which = c.int(4);
    return () => {
      const kept = tf.mul(tf.sum(tf.cast(x, 'float32')), 0);
      switch (which) {
        case 0: {
          return [...named(tf.string.stringSplit(strings(), ' '), 'indices', 'values', 'shape'), kept];
        }
        case 1:
          return [tf.string.stringToHashBucketFast(strings(), 10), kept];
        case 2:
          return [tf.string.staticRegexReplace(strings(), 'dog', 'wolf'), kept];
        default: {
          return named(
            tf.string.stringNGrams(strings(), tf.tensor1d([0, 3], 'int32'), '|', [2], 'L', 'R', 0, false),
            'nGrams',
            'nGramsSplits',
          );
        }
      }
    };
  }),
  unary('strings move', isNumber, (_, c) => {
    const which = c.int(4);
    return () =>
      [
        tf.reverse(strings()),
        tf.concat([strings(), strings()]),
        tf.gather(strings(), tf.tensor1d([2, 0], 'int32')),
        tf.equal(strings(), strings()),
      ][which] as tf.Tensor;
  }),
  unary('sparse', isFloat, (x, c) => {
    const which = c.int(4);
    return () => {
      const data = shaped(x, [3, 2]) as tf.Tensor2D;
      const [ids, segments] = [tf.tensor1d([0, 2, 1], 'int32'), tf.tensor1d([0, 0, 1], 'int32')];
      switch (which) {
        case 0:
          return tf.sparse.sparseSegmentSum(data, ids, segments);
        case 1:
          return tf.sparse.sparseSegmentMean(data, ids, segments);
        case 2: {
          return named(
            tf.sparse.sparseReshape(
              tf.tensor2d([0, 1, 1, 0], [2, 2], 'int32'),
              tf.tensor1d([2, 3], 'int32'),
              tf.tensor1d([3, 2], 'int32'),
            ),
            'outputIndices',
            'outputShape',
          );
        }
        default: {
          const filled = tf.sparse.sparseFillEmptyRows(
            tf.tensor2d([0, 0, 2, 1], [2, 2], 'int32'),
            tf.slice(tf.reshape(data, [6]), 0, 2) as tf.Tensor1D,
            tf.tensor1d([3, 2], 'int32'),
            tf.scalar(0.5),
          );
          return named(filled, 'outputIndices', 'outputValues', 'emptyRowIndicator', 'reverseIndexMap');
        }
      }
    };
  }),
  unary('ragged', isFloat, (x, c) => {
    const which = c.int(3);
    return () => {
      const flat = shaped(x, [5]) as tf.Tensor1D;
      const splits = tf.tensor1d([0, 2, 5], 'int32');
      switch (which) {
        case 0: {
          const [starts, limits, deltas] = [
            [0, 5],
            [3, 7],
            [1, 1],
          ].map((values) => tf.tensor1d(values, 'int32'));
          return kernel('RaggedRange', { starts, limits, deltas });
        }
        case 1: {
          const indices = tf.tensor1d([1, 0], 'int32');
          return kernel(
            'RaggedGather',
            { paramsNestedSplits: [splits], paramsDenseValues: flat, indices },
            { outputRaggedRank: 1 },
          );
        }
        default: {
          const given = {
            shape: tf.tensor1d([2, 3], 'int32'),
            values: flat,
            defaultValue: tf.scalar(0.5),
            rowPartitionTensors: [splits],
          };
          return kernel('RaggedTensorToTensor', given, { rowPartitionTypes: ['ROW_SPLITS'] });
        }
      }
    };
  }),
  unary(
    'counts',
    (item: Item) => isExact(item) && item.dtype !== 'bool' && item.shape.length > 0,
    (x, c) => {
      const which = c.int(5);
      return () => {
        const ids = tf.clipByValue(tf.cast(shaped(x, [6]), 'int32'), 0, 4) as tf.Tensor1D;
        switch (which) {
          case 0:
            return tf.bincount(ids, tf.tensor1d([]), 5);
          case 1:
            return tf.denseBincount(tf.reshape(ids, [2, 3]) as tf.Tensor2D, tf.tensor2d([], [0, 0]), 5);
          case 2:
            return Object.values(tf.unique(ids));
          case 3:
            return [
              tf.lowerBound(tf.range(0, 5), tf.cast(ids, 'float32')),
              tf.upperBound(tf.range(0, 5), tf.cast(ids, 'float32')),
            ];
          default:
            return tf.searchSorted(tf.range(0, 5), tf.cast(ids, 'float32'));
        }
      };
    },
    { exact: true },
  ),
  unary(
    'searchSorted',
    isExact,
    (x) => () => tf.searchSorted(tf.range(-3, 3), tf.cast(shaped(x, [4]), 'float32')),
    { exact: true },
  ),
  unary(
    'broadcastArgs',
    isExact,
    (_, c) => {
      const n = 1 + c.int(3);
      return () =>
        kernel('BroadcastArgs', { s0: tf.tensor1d([n, 1], 'int32'), s1: tf.tensor1d([1, 4], 'int32') });
    },
    { exact: true },
  ),
  unary(
    'multinomial',
    isExact,
    (_, c) => {
      const seed = c.int(100) + 1;
      return () => tf.multinomial(tf.tensor2d([0.1, 0.6, 0.3], [1, 3]), 5, seed, true);
    },
    { exact: true },
  ),
  unary('training', isFloat, (x, c) => () => train(x, c)),
  unary('a model', isFloat, (x, c) => () => predict(x, c)),
  unary('losses', isFloat, (x, c) => {
    const which = c.int(5);
    return () => {
      const [labels, guesses] = [
        tf.cast(tf.greater(shaped(tf.sin(x), [2, 3]), 2), 'float32'),
        tf.sigmoid(shaped(x, [2, 3])),
      ];
      switch (which) {
        case 0:
          return tf.losses.meanSquaredError(labels, guesses);
        case 1:
          return tf.losses.softmaxCrossEntropy(labels, guesses);
        case 2:
          return tf.losses.sigmoidCrossEntropy(labels, guesses);
        case 3:
          return tf.losses.huberLoss(labels, guesses);
        default:
          return tf.losses.absoluteDifference(labels, guesses);
      }
    };
  }),
  unary('what TF.js refuses', isNumber, (x, c) => {
    const which = c.int(3);
    return () => {
      if (which === 0) return tf.matMul(shaped(x, [2, 3]), shaped(x, [2, 3]));
      if (which === 1) return tf.add(shaped(x, [2, 3]), shaped(x, [4, 3]));
      return tf.conv2d(
        shaped(x, [1, 4, 4, 3]) as tf.Tensor4D,
        shaped(x, [2, 2, 2, 1]) as tf.Tensor4D,
        1,
        'same',
      );
    };
  }),
];
