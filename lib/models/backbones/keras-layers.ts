import * as tf from '@tensorflow/tfjs';

/** The output of a layer while a model is being built. */
export type Node = tf.SymbolicTensor;

/** Options that all backbone builders share. */
export interface BackboneOptions {
  /** Side of the square input in pixels. */
  inputSize: number;
  /** With the ImageNet classifier: the output is then [b, classes] instead of pooled features [b, D]. */
  includeTop?: boolean;
  /** Width of the classifier, 1000 by default. */
  classes?: number;
  /** What the classifier ends in: probabilities (default) or logits. */
  classifierActivation?: 'softmax' | 'linear';
  /**
   * How kernels start: `zeros` (default; quick, for weights that are loaded next), or `random`: each layer's
   * Keras default, drawn from `seed`.
   */
  initializer?: 'zeros' | 'random';
  seed?: number;
}

interface ConvOptions {
  strides?: number;
  padding?: 'same' | 'valid';
  useBias?: boolean;
  activation?: 'relu' | 'swish' | 'sigmoid';
}

/** Layers of a network under construction, with the spelling of the Keras sources they follow. */
export class LayerMaker {
  private seed: number;

  constructor(private readonly options: BackboneOptions) {
    this.seed = options.seed ?? 0;
  }

  input(): Node {
    const { inputSize } = this.options;
    return tf.input({ shape: [inputSize, inputSize, 3], name: 'input_layer' });
  }

  conv(
    x: Node,
    filters: number,
    kernelSize: number | [number, number],
    name: string,
    options: ConvOptions = {},
  ): Node {
    const kernelInitializer = this.initializer();
    return apply(tf.layers.conv2d({ filters, kernelSize, name, kernelInitializer, ...options }), x);
  }

  depthwise(x: Node, kernelSize: number, name: string, options: ConvOptions = {}): Node {
    const depthwiseInitializer = this.initializer();
    return apply(tf.layers.depthwiseConv2d({ kernelSize, name, depthwiseInitializer, ...options }), x);
  }

  separable(x: Node, filters: number, kernelSize: number, name: string, options: ConvOptions = {}): Node {
    const initializers = {
      depthwiseInitializer: this.initializer(),
      pointwiseInitializer: this.initializer(),
    };
    return apply(
      tf.layers.separableConv2d({
        filters,
        kernelSize,
        name,
        depthMultiplier: 1,
        ...initializers,
        ...options,
      }),
      x,
    );
  }

  batchNorm(
    x: Node,
    name: string,
    options: { epsilon?: number; momentum?: number; scale?: boolean } = {},
  ): Node {
    return apply(tf.layers.batchNormalization({ name, epsilon: 1e-3, ...options }), x);
  }

  activation(x: Node, activation: 'relu' | 'swish', name: string): Node {
    return apply(tf.layers.activation({ activation, name }), x);
  }

  maxPool(
    x: Node,
    poolSize: number,
    strides: number,
    name: string,
    padding: 'same' | 'valid' = 'valid',
  ): Node {
    return apply(tf.layers.maxPooling2d({ poolSize, strides, padding, name }), x);
  }

  zeroPad(x: Node, padding: number | [[number, number], [number, number]], name: string): Node {
    const sides: [[number, number], [number, number]] =
      typeof padding === 'number' ? [[padding, padding], [padding, padding]] : padding; // biome-ignore format: pairs
    return apply(tf.layers.zeroPadding2d({ padding: sides, name }), x);
  }

  averagePool(x: Node, name: string): Node {
    return apply(tf.layers.globalAveragePooling2d({ name }), x);
  }

  add(inputs: Node[], name: string): Node {
    return tf.layers.add({ name }).apply(inputs) as Node;
  }

  dense(x: Node, units: number, name: string, activation: 'relu' | 'softmax' | 'linear'): Node {
    return apply(tf.layers.dense({ units, name, activation, kernelInitializer: this.initializer() }), x);
  }

  /** The ImageNet classifier where `includeTop` asks for it: `predictions` on the features. */
  top(features: Node): Node {
    const { includeTop, classes = 1000, classifierActivation = 'softmax' } = this.options;
    return includeTop ? this.dense(features, classes, 'predictions', classifierActivation) : features;
  }

  /** A fresh initializer, each with a seed of its own; Glorot uniform is the Keras default. */
  private initializer() {
    if (this.options.initializer !== 'random') return tf.initializers.zeros();
    this.seed += 1;
    return tf.initializers.glorotUniform({ seed: this.seed });
  }
}

/** Applies a layer to one node. */
export function apply(layer: tf.layers.Layer, x: Node): Node {
  return layer.apply(x) as Node;
}

/**
 * Padding before a strided 'valid' convolution that makes it agree with TensorFlow's 'same' on even sizes.
 * Follows `keras.applications.imagenet_utils.correct_pad`.
 */
export function correctPad(x: Node, kernelSize: number): [[number, number], [number, number]] {
  const pad = Math.floor(kernelSize / 2);
  const before = (side: number | null | undefined) => pad - (1 - (Number(side) % 2));
  return [
    [before(x.shape[1]), pad],
    [before(x.shape[2]), pad],
  ];
}

/** Rounds to a multiple of `divisor`, at most 10% down. Follows `_make_divisible` of Keras. */
export function makeDivisible(value: number, divisor: number): number {
  const rounded = Math.max(divisor, Math.floor((value + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * value ? rounded + divisor : rounded;
}
