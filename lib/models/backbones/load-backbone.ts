import * as tf from '@tensorflow/tfjs';
import { checkIntegrity, elementAt } from '../../base/index';
import { type InputScaling, preprocessPixels } from '../recipe/preprocess-pixels';
import { assignWeights } from '../weights/assign-weights';
import { ensureWeights } from '../weights/ensure-weights';
import type { OnProgress } from '../weights/fetch-npm-folder';
import { readWeights } from '../weights/read-weights';
import type { WeightMap } from '../weights/weight-map';
import type { Scaling, WeightRecord } from '../weights/weight-records';
import { type BackboneName, backboneDefinition } from './registry';

/** A pretrained network that turns photos into features. */
export interface Backbone {
  name: BackboneName;
  record: WeightRecord;
  /** Preprocessed pixels [b, s, s, 3] float32 -> pooled features [b, D]. */
  model: tf.LayersModel;
  /** The same network up to its ImageNet classes, [b, 1000]; null unless it was asked for with `classifier`. */
  classifier: tf.LayersModel | null;
  /** Side `s` of the input in pixels. */
  inputSize: number;
  /** Width `D` of the features. */
  featureSize: number;
  inputScaling: InputScaling;
  /** Path of the weights in use: part of what a feature cache is keyed by. */
  weightsPath: string;
  /** The layer it ends at, where it is cut before the last block: the features are that layer's output. */
  upTo?: string;
  /** The network in 8 bits, which then computes the features; absent: float does. */
  quantized?: QuantizedNetwork;
  /** Raw RGB pixels 0..255 [b, s, s, 3] -> what the network expects; a new tensor. */
  preprocess(pixels: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
}

/** A backbone's 8-bit form. */
export interface QuantizedNetwork {
  /** The ONNX file, as `openQuantized` reads it. */
  model: Uint8Array;
  /** SHA-256 of the file in hexadecimal: what a recipe tells it by. */
  identity: string;
  /** Preprocessed pixels [b, s, s, 3] float32 -> pooled features [b, D]. */
  features(pixels: tf.Tensor4D): tf.Tensor2D;
}

/** How a backbone is loaded. */
export interface LoadBackboneOptions {
  /** Side of the input in pixels instead of the record's own, e.g. 300 for ResNet50. */
  inputSize?: number;
  /** A `.h5` or `.tflite` file, a `model.json` or its folder, instead of the record's files. */
  weightsFile?: string;
  /** Also give the ImageNet classifier, ending in probabilities or logits. */
  classifier?: false | 'probabilities' | 'logits';
  inputScaling?: InputScaling;
  /** Epsilon of ResNet50's batch norms, for a `weightsFile` of Keras 2.2.4 or older: 1e-3. */
  batchNormEpsilon?: number;
  /**
   * EfficientNet: whether the network rescales by the deviations a second time, as Keras' own ImageNet weights want
   * it. By default read from the layers that a `weightsFile` names.
   */
  imagenetRescaling?: boolean;
  onProgress?: OnProgress;
}

/**
 * Loads a backbone with its ImageNet weights, from disk or else from where its record says. Start the engine
 * first: the tensors live in the running backend.
 *
 * @throws WeightsUnavailableError when the weights are neither on disk nor reachable
 * @throws Error when the name is unknown, or the file does not fit the architecture
 * @example
 * await startEngine();
 * const resnet = await loadBackbone('resnet50');
 * const features = tf.tidy(() => resnet.model.predict(resnet.preprocess(pixels)) as tf.Tensor2D); // [b, 2048]
 */
export async function loadBackbone(name: BackboneName, options: LoadBackboneOptions = {}): Promise<Backbone> {
  const known = backboneDefinition(name);
  const { inputSize = known.inputSize, inputScaling = 'correct', classifier: top = false } = options;
  const { path, epsilon, scaling = known.scaling } = await locate(known, options);
  const record: WeightRecord = { ...known, scaling };
  const read = await readWeights(path);
  const weights = known.adapt?.(read) ?? read;
  const network = known.build({
    inputSize,
    includeTop: top !== false,
    classifierActivation: top === 'logits' ? 'linear' : 'softmax',
    batchNormEpsilon: epsilon,
    imagenetRescaling: options.imagenetRescaling ?? (await rescalesTwice(known, read, options.weightsFile)),
  });
  assignWeights(network, weights, known.rename);
  const model = top ? featuresOf(network) : network;
  return {
    name,
    record,
    model,
    classifier: top ? network : null,
    inputSize,
    featureSize: record.featureSize,
    inputScaling,
    weightsPath: path,
    preprocess: (pixels) => preprocessPixels(pixels, record, inputScaling),
    dispose: () => void network.dispose(),
  };
}

/**
 * Keras adds a second rescaling to EfficientNet when it loads its own ImageNet weights, whose file does not name it;
 * other files name their layers.
 */
async function rescalesTwice(record: WeightRecord, read: WeightMap, weightsFile?: string): Promise<boolean> {
  const { source } = record;
  const official =
    !weightsFile ||
    (source.kind === 'url' &&
      source.md5 !== null &&
      (await checkIntegrity(weightsFile, `md5:${source.md5}`).then(
        () => true,
        () => false,
      )));
  return official || (read.layerNames ?? []).filter((name) => /^rescaling(_\d+)?$/.test(name)).length > 1;
}

async function locate(
  record: WeightRecord,
  { weightsFile, classifier, batchNormEpsilon, onProgress }: LoadBackboneOptions,
): Promise<{ path: string; epsilon?: number; scaling?: Scaling }> {
  if (weightsFile) {
    const keras = weightsFile.endsWith('.tflite') ? undefined : record.alternatives.at(0);
    return { path: weightsFile, epsilon: batchNormEpsilon, scaling: keras?.scaling };
  }
  const { file, path } = await ensureWeights(record, { needTop: Boolean(classifier), onProgress });
  return { path, epsilon: batchNormEpsilon ?? file.batchNormEpsilon, scaling: file.scaling };
}

/** The part of a classifier that ends in its pooled features; VGG19's classifier flattens, so pooling is added. */
function featuresOf(network: tf.LayersModel): tf.LayersModel {
  const last = network.layers.map((layer) => layer.outputShape.length).lastIndexOf(4);
  const pooling = network.layers
    .slice(last + 1)
    .find((layer) => layer.getClassName() === 'GlobalAveragePooling2D');
  const output = pooling
    ? pooling.output
    : tf.layers.globalAveragePooling2d({}).apply(elementAt(network.layers, last).output);
  return tf.model({ inputs: network.inputs, outputs: output as tf.SymbolicTensor });
}
