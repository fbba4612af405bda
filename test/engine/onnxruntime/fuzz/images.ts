import * as tf from '@tensorflow/tfjs';
import {
  type Call,
  type Choices,
  type Item,
  isExact,
  isFloat,
  type Kind,
  named,
  shaped,
  unary,
} from './step';

/** A step on pictures that are made of the operand's elements: NHWC unless `shape` says otherwise. */
function picture(
  name: string,
  run: (x: tf.Tensor4D, c: Choices, source: tf.Tensor) => () => tf.Tensor | tf.Tensor[],
  more: Partial<Call> = {},
  fits: (item: Item) => boolean = isFloat,
): Kind {
  return unary(
    name,
    fits,
    (source, c) => {
      const shape = [1 + c.int(2), 3 + c.int(4), 3 + c.int(4), 1 + c.int(3)] as [
        number,
        number,
        number,
        number,
      ];
      const x = shaped(source, shape) as tf.Tensor4D;
      return run(x, c, source);
    },
    more,
  );
}

/** Stride 1 where the filter is dilated, which TF.js demands. */
function convolution(c: Choices) {
  const dilation = c.int(4) === 0 ? 2 : 1;
  return {
    size: 1 + c.int(dilation === 2 ? 2 : 3),
    stride: dilation === 1 ? 1 + c.int(2) : 1,
    dilation,
    pad: c.of(['same', 'valid'] as const),
    outputs: 1 + c.int(3),
  };
}

/** `x` without equal elements: which of several maxima of a volume gets the gradient differs. */
const distinct = (x: tf.Tensor) => tf.add(x, tf.reshape(tf.linspace(0, 0.05, x.size), x.shape));

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

/** Convolutions, poolings and what else is done to pictures. */
export const IMAGES: Kind[] = [
  picture(
    'conv2d',
    (x, c, source) => {
      const { size, stride, dilation, pad, outputs } = convolution(c);
      const filter = shaped(source, [size, size, x.shape[3], outputs]) as tf.Tensor4D;
      return () => tf.conv2d(x, filter, stride, pad, 'NHWC', dilation);
    },
    { differentiable: true },
  ),
  picture('conv2d with a bias and an activation', (x, c, source) => {
    const { size, stride, pad, outputs } = convolution(c);
    const filter = shaped(source, [size, size, x.shape[3], outputs]) as tf.Tensor4D;
    const bias = shaped(source, [outputs]) as tf.Tensor1D;
    const activation = c.of(ACTIVATIONS);
    const preluActivationWeights = activation === 'prelu' ? bias : undefined;
    return () =>
      tf.fused.conv2d({
        x,
        filter,
        strides: stride,
        pad,
        bias,
        activation,
        preluActivationWeights,
        leakyreluAlpha: 0.2,
      });
  }),
  picture(
    'depthwise conv2d',
    (x, c, source) => {
      const { size, stride, dilation, pad, outputs } = convolution(c);
      const filter = shaped(source, [size, size, x.shape[3], outputs]) as tf.Tensor4D;
      return () => tf.depthwiseConv2d(x, filter, stride, pad, 'NHWC', dilation);
    },
    { differentiable: true },
  ),
  picture('fused depthwise conv2d', (x, c, source) => {
    const { size, stride, pad } = convolution(c);
    const filter = shaped(source, [size, size, x.shape[3], 2]) as tf.Tensor4D;
    const bias = shaped(source, [2 * x.shape[3]]) as tf.Tensor1D;
    const activation = c.of(['linear', 'relu', 'relu6'] as const);
    return () => tf.fused.depthwiseConv2d({ x, filter, strides: stride, pad, bias, activation });
  }),
  picture('separable conv2d', (x, c, source) => {
    const depthwise = shaped(source, [2, 2, x.shape[3], 1]) as tf.Tensor4D;
    const pointwise = shaped(source, [1, 1, x.shape[3], 2]) as tf.Tensor4D;
    const pad = c.of(['same', 'valid'] as const);
    return () => tf.separableConv2d(x, depthwise, pointwise, 1, pad);
  }),
  picture(
    'conv2dTranspose',
    (x, c, source) => {
      const { size, stride, outputs } = convolution(c);
      const filter = shaped(source, [size, size, outputs, x.shape[3]]) as tf.Tensor4D;
      const [n, h, w] = x.shape;
      return () => tf.conv2dTranspose(x, filter, [n, h * stride, w * stride, outputs], stride, 'same');
    },
    { differentiable: true },
  ),
  unary('conv1d', isFloat, (source, c) => {
    const size = 1 + c.int(3);
    return () =>
      tf.conv1d(
        shaped(source, [1, 6, 2]) as tf.Tensor3D,
        shaped(source, [size, 2, 2]) as tf.Tensor3D,
        1,
        'same',
      );
  }),
  unary(
    'conv3d',
    isFloat,
    (source, c) => {
      const size = 1 + c.int(2);
      const [stride, pad] = [1 + c.int(size), c.of(['same', 'valid'] as const)];
      const x = shaped(source, [1, 3, 4, 3, 2]) as tf.Tensor5D;
      return () => tf.conv3d(x, shaped(source, [size, size, size, 2, 2]) as tf.Tensor5D, stride, pad);
    },
    { differentiable: true },
  ),
  ...Object.entries({ maxPool: tf.maxPool, avgPool: tf.avgPool }).map(([name, run]) =>
    picture(
      name,
      (x, c) => {
        const [size, stride, pad] = [1 + c.int(3), 1 + c.int(2), c.of(['same', 'valid'] as const)];
        return () => run(x, size, stride, pad);
      },
      { differentiable: true },
      isExact,
    ),
  ),
  picture(
    'maxPool of a relu',
    (x, c) => {
      const stride = 1 + c.int(2);
      return () => tf.maxPool(tf.relu(x), 2, stride, 'same');
    },
    { differentiable: true },
    (item) => isExact(item) && item.dtype === 'float32',
  ),
  ...Object.entries({ maxPool3d: tf.maxPool3d, avgPool3d: tf.avgPool3d }).map(([name, run]) =>
    unary(
      name,
      (item) => isExact(item) && item.dtype === 'float32',
      (source, c) => {
        const size = 1 + c.int(2);
        const [stride, pad] = [1 + c.int(size), c.of(['same', 'valid'] as const)];
        return () => run(distinct(shaped(source, [1, 4, 3, 4, 2])) as tf.Tensor5D, size, stride, pad);
      },
      { differentiable: true },
    ),
  ),
  picture(
    'maxPoolWithArgmax',
    (x, c) => {
      const stride = 1 + c.int(2);
      return () => {
        return named(tf.maxPoolWithArgmax(x, 2, stride, 'valid'), 'result', 'indexes');
      };
    },
    {},
    (item) => isExact(item) && item.dtype === 'float32',
  ),
  picture(
    'batchNorm',
    (x, _, source) => {
      const channels = [x.shape[3]];
      const variance = tf.add(tf.abs(shaped(source, channels)), 0.5) as tf.Tensor1D;
      const mean = shaped(source, channels) as tf.Tensor1D;
      return () => tf.batchNorm(x, mean, variance, mean, variance, 0.01);
    },
    { differentiable: true },
  ),
  picture(
    'localResponseNormalization',
    (x, c) => {
      const radius = 1 + c.int(2);
      return () => tf.localResponseNormalization(x, radius, 1, 0.5, 0.5);
    },
    { differentiable: true },
  ),
  picture(
    'resizeBilinear',
    (x, c) => {
      const size: [number, number] = [1 + c.int(6), 1 + c.int(6)];
      const [align, half] = c.of([
        [false, false],
        [true, false],
      ]) as [boolean, boolean];
      return () => tf.image.resizeBilinear(x, size, align, half);
    },
    { differentiable: true },
  ),
  picture(
    'resizeNearestNeighbor',
    (x, c) => {
      const size: [number, number] = [x.shape[1] * (1 + c.int(2)), x.shape[2] * (1 + c.int(2))];
      const one = tf.slice(x, 0, 1) as tf.Tensor4D; // of several, cpu's gradient is that of the first
      return () => tf.image.resizeNearestNeighbor(one, size, false, false);
    },
    { differentiable: true },
  ),
  // TF.js's gradients know nothing of half pixels.
  picture('resize by half pixels', (x, c) => {
    const [height, width] = [1 + c.int(6), 1 + c.int(6)];
    return () => [
      tf.image.resizeBilinear(x, [height, width], false, true),
      tf.image.resizeNearestNeighbor(x, [height * 2, width], false, true),
    ];
  }),
  picture('cropAndResize', (x, c) => {
    const boxes = tf.tensor2d([0.1, 0.1, 0.8, 0.9], [1, 4]);
    const method = c.of(['bilinear', 'nearest'] as const);
    return () => tf.image.cropAndResize(x, boxes, tf.tensor1d([0], 'int32'), [2, 3], method);
  }),
  picture('flipLeftRight', (x) => () => tf.image.flipLeftRight(x), { exact: true }),
  picture('rotateWithOffset', (x, c) => {
    const angle = c.of([0, 0.5, 1.5]);
    return () => tf.image.rotateWithOffset(x, angle);
  }),
  picture('transform', (x, c) => {
    const transforms = tf.tensor2d([1, 0, c.int(3), 0, 1, 1, 0, 0], [1, 8]);
    const fill = c.of([0, 2, Number.POSITIVE_INFINITY]);
    return () => tf.image.transform(x, transforms, 'nearest', 'constant', fill);
  }),
  picture(
    'dilation2d',
    (x, _, source) => {
      const filter = shaped(source, [2, 2, x.shape[3]]) as tf.Tensor3D;
      return () => tf.dilation2d(x, filter, 1, 'valid');
    },
    { differentiable: true },
    (item) => isExact(item) && item.dtype === 'float32',
  ),
  unary(
    'bandPart',
    isExact,
    (source, c) => {
      const [low, high] = [c.int(3), c.int(3)];
      return () => tf.linalg.bandPart(shaped(source, [4, 4]), low, high);
    },
    { exact: true },
  ),
  unary('nonMaxSuppression', isFloat, (source, c) => {
    const boxes = tf.tensor2d([0, 0, 2, 2, 0, 0.1, 2, 2.1, 3, 3, 4, 4], [3, 4]);
    const scores = tf.tensor1d([0.9, 0.7, 0.6]);
    const which = c.int(3);
    return () => {
      const anchor = tf.mul(tf.sum(source), 0);
      if (which === 0) return tf.image.nonMaxSuppression(boxes, scores, 3, 0.5);
      if (which === 1) {
        return [
          ...named(
            tf.image.nonMaxSuppressionWithScore(boxes, scores, 3, 0.5, 0.1, 0.3),
            'selectedIndices',
            'selectedScores',
          ),
          anchor,
        ];
      }
      return named(
        tf.image.nonMaxSuppressionPadded(boxes, scores, 3, 0.5),
        'selectedIndices',
        'validOutputs',
      );
    };
  }),
];
