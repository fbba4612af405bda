import * as tf from '@tensorflow/tfjs';
import type { RgbImage } from '../../image/index';
import type { Backbone } from '../backbones/load-backbone';
import { toPixels } from '../recipe/to-pixels';
import type { HeatMap } from '../saved/classifier-types';

/** What stands between features and head, e.g. a division by their norm; the identity by default. */
export type FeatureMap = (features: tf.Tensor2D) => tf.Tensor2D;

/** Options of {@link gradCam}. */
export interface GradCamOptions {
  transform?: FeatureMap;
}

/** The part of a backbone that explanations need; a network without one says how it wants its pixels. */
export type PixelNetwork = Pick<Backbone, 'model' | 'preprocess'>;

const innerModels = new WeakMap<tf.LayersModel, tf.LayersModel>();

/**
 * Where in a photo the network sees a class: Grad-CAM (Selvaraju et al. 2017). The maps of the last convolution are
 * weighted by the mean gradient of the class's logit, summed, cut at 0 and divided by the largest value.
 *
 * @param network a loaded backbone, or a whole network with its preprocessing (`head` is then null)
 * @param head features -> class probabilities, a chain of layers that ends in a dense layer
 * @param image RGB of the network's input size
 * @param classIndex the class to explain; null: the likeliest
 * @returns map of the last convolution's size (7 x 7 for ResNet50 at 224 px), values 0..1; all 0 where nothing
 *   speaks for the class
 * @throws Error when the picture's size or the class does not fit, or the network ends in no dense layer
 * @example const { data, width, height } = await gradCam(resnet, head, photo, 42);
 */
export async function gradCam(
  network: PixelNetwork,
  head: tf.LayersModel | null,
  image: RgbImage,
  classIndex: number | null,
  { transform }: GradCamOptions = {},
): Promise<HeatMap> {
  const { model } = network;
  const last = lastConvolution(model);
  const tail = model.layers.slice(model.layers.indexOf(last) + 1);
  const pixels = toPixels([image], model.inputs[0]?.shape[1] ?? 0);
  const maps = tf.tidy(() => innerModel(model, last).predict(network.preprocess(pixels)) as tf.Tensor4D);
  pixels.dispose();
  const logits = (activations: tf.Tensor): tf.Tensor2D => {
    if (!head) return chainLogits(tail, activations);
    const features = tail.reduce((x, layer) => layer.apply(x) as tf.Tensor, activations) as tf.Tensor2D;
    return chainLogits(head.layers, transform ? transform(features) : features);
  };
  try {
    const classes = (head ?? model).outputs[0]?.shape.at(-1) ?? 0;
    const chosen = classIndex ?? (await likeliest(() => logits(maps)));
    if (!Number.isInteger(chosen) || chosen < 0 || chosen >= classes)
      throw new Error(`expected a class from 0 to ${classes - 1}, received ${chosen}`);
    const heat = tf.tidy(() => {
      const gradient = tf.grad((x: tf.Tensor) =>
        logits(x)
          .mul(tf.oneHot([chosen], classes))
          .sum(),
      )(maps);
      const weighted = maps
        .mul(gradient.mean([1, 2], true))
        .sum(3)
        .relu();
      return weighted.div(weighted.max().maximum(1e-30)) as tf.Tensor3D;
    });
    const [, height, width] = heat.shape;
    const data = (await heat.data()) as Float32Array;
    heat.dispose();
    return { data, width, height };
  } finally {
    maps.dispose();
  }
}

/** The last layer that still is a picture, pooling aside. */
function lastConvolution(model: tf.LayersModel): tf.layers.Layer {
  const last = model.layers
    .filter((layer) => layer.outputShape.length === 4 && !layer.getClassName().includes('Pooling'))
    .at(-1);
  if (!last) throw new Error(`expected a network with a convolution, ${model.name} has none`);
  return last;
}

/** The network up to a layer; kept, so that its graph is built once. */
function innerModel(model: tf.LayersModel, layer: tf.layers.Layer): tf.LayersModel {
  const known = innerModels.get(model);
  if (known) return known;
  const inner = tf.model({ inputs: model.inputs, outputs: layer.output as tf.SymbolicTensor });
  innerModels.set(model, inner);
  return inner;
}

/** The output of a chain of layers before the activation of its last, which must be a dense layer. */
function chainLogits(layers: tf.layers.Layer[], x: tf.Tensor): tf.Tensor2D {
  const dense = layers.at(-1);
  if (dense?.getClassName() !== 'Dense')
    throw new Error(`expected a classifier that ends in a dense layer, received ${dense?.getClassName()}`);
  const before = layers.slice(0, -1).filter((layer) => layer.getClassName() !== 'InputLayer');
  const input = before.reduce((value, layer) => layer.apply(value) as tf.Tensor, x) as tf.Tensor2D;
  const [kernel, bias] = dense.weights.map((weight) => weight.read());
  const product = tf.matMul(input, kernel as tf.Tensor2D) as tf.Tensor2D;
  return bias ? tf.add<tf.Tensor2D>(product, bias) : product;
}

async function likeliest(logits: () => tf.Tensor2D): Promise<number> {
  const winner = tf.tidy(() => logits().argMax(1));
  const [index] = await winner.data();
  winner.dispose();
  return index ?? 0;
}
